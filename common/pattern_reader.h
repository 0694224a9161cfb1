/* pattern_reader - what pattern_compile.c and pattern_reader.c share */
#ifndef PATTERN_READER_H
#define PATTERN_READER_H

#include "pattern_program.h"

enum { REPEAT_ENDLESS = -1 };

typedef struct {
    const char *text; /* what is still to be read */
    const char *why;  /* why the pattern is refused; NULL while it is not */
    struct pattern *pattern;
} reader_t;

/* Note the first reason; returns false. */
bool pattern_refuse(reader_t *reader, const char *why);

void pattern_add_range(reader_t *reader, uint32_t first, uint32_t last);
bool pattern_emit(reader_t *reader, step_t step);

/* Each reads one thing and adds its ranges; false when it is refused. */
bool pattern_read_atom(reader_t *reader);
bool pattern_read_class(reader_t *reader, bool *ret_negated);
bool pattern_read_counts(reader_t *reader, int limit, int *ret_least, int *ret_most);

#endif
