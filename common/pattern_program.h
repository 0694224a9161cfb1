/* pattern_program - the small program into which a pattern is compiled (for pattern*.c alone)
 *
 * Jumps are relative, so that a piece of program can be copied to repeat it.
 */
#ifndef PATTERN_PROGRAM_H
#define PATTERN_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PATTERN_STEPS = 2048 };

typedef enum { STEP_CLASS, STEP_START, STEP_END, STEP_SPLIT, STEP_JUMP, STEP_MATCH } step_word_t;

typedef struct {
    step_word_t word;
    int first;  /* SPLIT and JUMP: how far to go; CLASS: number of its class */
    int second; /* SPLIT: the other way */
} step_t;

typedef struct {
    uint32_t first, last;
} range_t;

typedef struct {
    uint64_t ascii[2];    /* bit n: code point n is in it */
    size_t ranges, count; /* its part of pattern->ranges, for the others */
    bool negated;
} class_t;

struct pattern {
    step_t *steps;
    class_t *classes;
    range_t *ranges;
    size_t step_count, class_count, range_count, step_room, class_room, range_room;
};

#endif
