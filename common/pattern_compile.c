/* pattern_compile - reads a pattern and writes its program; see pattern.h for what is understood */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "pattern.h"
#include "pattern_program.h"
#include "pattern_reader.h"

enum { REPEAT_MAX = 1000, GROUPS_DEEP = 32 };

bool pattern_refuse(reader_t *reader, const char *why)
{
    if (!reader->why)
        reader->why = why;
    return false;
}

/* Room for one more element. */
static void *s_grow(void *array, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return array;
    *room = *room ? *room * 2 : 16;
    array = realloc(array, *room * size);
    CHECK(array);
    return array;
}

void pattern_add_range(reader_t *reader, uint32_t first, uint32_t last)
{
    pattern_t *pattern = reader->pattern;
    pattern->ranges = s_grow(pattern->ranges, pattern->range_count, &pattern->range_room, sizeof(range_t));
    pattern->ranges[pattern->range_count++] = (range_t){first, last};
}

/* A class of the ranges added since `from`. */
static bool s_emit_class(reader_t *reader, size_t from, bool negated)
{
    pattern_t *pattern = reader->pattern;
    class_t class = {.ranges = from, .count = pattern->range_count - from, .negated = negated};
    for (uint32_t character = 0; character < 128; character++) {
        bool in = false;
        for (size_t i = from; i < pattern->range_count; i++)
            in = in || (character >= pattern->ranges[i].first && character <= pattern->ranges[i].last);
        if (in != negated)
            class.ascii[character / 64] |= UINT64_C(1) << (character % 64);
    }
    pattern->classes = s_grow(pattern->classes, pattern->class_count, &pattern->class_room, sizeof(class_t));
    pattern->classes[pattern->class_count++] = class;
    return pattern_emit(reader, (step_t){STEP_CLASS, (int)pattern->class_count - 1, 0});
}

bool pattern_emit(reader_t *reader, step_t step)
{
    pattern_t *pattern = reader->pattern;
    if (pattern->step_count >= PATTERN_STEPS)
        return pattern_refuse(reader, "it is too large");
    pattern->steps = s_grow(pattern->steps, pattern->step_count, &pattern->step_room, sizeof(step_t));
    pattern->steps[pattern->step_count++] = step;
    return true;
}

/* Put a step before those written since `start`; they keep their relative jumps. */
static bool s_emit_before(reader_t *reader, size_t start, step_t step)
{
    if (!pattern_emit(reader, step))
        return false;
    step_t *steps = reader->pattern->steps;
    memmove(steps + start + 1, steps + start, (reader->pattern->step_count - 1 - start) * sizeof *steps);
    steps[start] = step;
    return true;
}

static bool s_emit_copy(reader_t *reader, const step_t *piece, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!pattern_emit(reader, piece[i]))
            return false;
    return true;
}

/* Write the piece `least` times, then either without end or up to `most` times. */
static bool s_emit_counted(reader_t *reader, const step_t *piece, size_t size, int least, int most)
{
    int length = (int)size;
    bool fits = true;
    for (int i = 0; fits && i < least; i++)
        fits = s_emit_copy(reader, piece, size);
    if (most == REPEAT_ENDLESS && least > 0)
        return fits && pattern_emit(reader, (step_t){STEP_SPLIT, -length, 1});
    if (most == REPEAT_ENDLESS)
        return pattern_emit(reader, (step_t){STEP_SPLIT, 1, length + 2}) &&
               s_emit_copy(reader, piece, size) &&
               pattern_emit(reader, (step_t){STEP_JUMP, -(length + 1), 0});
    for (int left = most - least; fits && left > 0; left--)
        fits = pattern_emit(reader, (step_t){STEP_SPLIT, 1, left * (length + 1)}) &&
               s_emit_copy(reader, piece, size);
    return fits;
}

static bool s_repeat(reader_t *reader, size_t start, int least, int most)
{
    pattern_t *pattern = reader->pattern;
    size_t size = pattern->step_count - start;
    step_t *piece = malloc((size + 1) * sizeof *piece);
    CHECK(piece);
    if (size > 0)
        memcpy(piece, pattern->steps + start, size * sizeof *piece);
    pattern->step_count = start;
    bool fits = size == 0 || s_emit_counted(reader, piece, size, least, most);
    free(piece);
    return fits;
}

/* A quantifier, if one stands here. */
static bool s_quantifier(reader_t *reader, size_t start)
{
    int least = 0, most = REPEAT_ENDLESS;
    switch (*reader->text) {
    case '*':
        reader->text++;
        break;
    case '+':
        reader->text++;
        least = 1;
        break;
    case '?':
        reader->text++;
        most = 1;
        break;
    case '{':
        if (!pattern_read_counts(reader, REPEAT_MAX, &least, &most))
            return false;
        break;
    default:
        return true;
    }
    if (*reader->text == '?') /* lazy: whether it matches is the same */
        reader->text++;
    return s_repeat(reader, start, least, most);
}

static bool s_alternatives(reader_t *reader, int depth);

static bool s_group(reader_t *reader, int depth)
{
    reader->text++;
    if (reader->text[0] == '?') {
        if (reader->text[1] != ':')
            return pattern_refuse(reader, "look-around and named groups are not understood");
        reader->text += 2;
    }
    if (depth >= GROUPS_DEEP)
        return pattern_refuse(reader, "its groups are nested too deep");
    if (!s_alternatives(reader, depth + 1))
        return false;
    if (*reader->text != ')')
        return pattern_refuse(reader, "a group is not closed");
    reader->text++;
    return true;
}

static bool s_class(reader_t *reader)
{
    size_t from = reader->pattern->range_count;
    bool negated = false;
    return pattern_read_class(reader, &negated) && s_emit_class(reader, from, negated);
}

/* One character, class, group or anchor with its quantifier. */
static bool s_piece(reader_t *reader, int depth)
{
    size_t start = reader->pattern->step_count, from = reader->pattern->range_count;
    char next = *reader->text;
    bool fine;
    if (next == '^' || next == '$') {
        reader->text++;
        return pattern_emit(reader, (step_t){next == '^' ? STEP_START : STEP_END, 0, 0});
    }
    if (strchr("*+?{}]", next))
        return pattern_refuse(reader,
                              "a quantifier has nothing to repeat, or a brace or bracket lacks its \\");
    if (next == '(') {
        fine = s_group(reader, depth);
    } else if (next == '[') {
        fine = s_class(reader);
    } else if (next == '.') {
        reader->text++;
        pattern_add_range(reader, '\n', '\n');
        pattern_add_range(reader, '\r', '\r');
        pattern_add_range(reader, 0x2028, 0x2029);
        fine = s_emit_class(reader, from, true);
    } else {
        fine = pattern_read_atom(reader) && s_emit_class(reader, from, false);
    }
    return fine && s_quantifier(reader, start);
}

static bool s_alternatives(reader_t *reader, int depth)
{
    size_t start = reader->pattern->step_count;
    while (*reader->text && *reader->text != '|' && *reader->text != ')')
        if (!s_piece(reader, depth))
            return false;
    if (*reader->text != '|')
        return true;
    reader->text++;
    int left = (int)(reader->pattern->step_count - start);
    if (!s_emit_before(reader, start, (step_t){STEP_SPLIT, 1, left + 2}))
        return false;
    size_t jump = reader->pattern->step_count;
    if (!pattern_emit(reader, (step_t){STEP_JUMP, 0, 0}) || !s_alternatives(reader, depth))
        return false;
    reader->pattern->steps[jump].first = (int)(reader->pattern->step_count - jump);
    return true;
}

pattern_t *pattern_new(const char *text, const char **ret_why)
{
    pattern_t *pattern = calloc(1, sizeof *pattern);
    CHECK(pattern);
    reader_t reader = {.text = text, .pattern = pattern};
    if (s_alternatives(&reader, 0) && *reader.text)
        pattern_refuse(&reader, "a ) has no group to close");
    if (!reader.why)
        pattern_emit(&reader, (step_t){STEP_MATCH, 0, 0});
    if (reader.why) {
        *ret_why = reader.why;
        pattern_destroy(&pattern);
    }
    return pattern;
}
