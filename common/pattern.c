/* pattern - regular expressions of contracts: the common part of ECMA 262, matched in linear time */
#include <stdlib.h>
#include <string.h>

#include "pattern.h"
#include "pattern_program.h"

void pattern_destroy(pattern_t **pattern)
{
    if (!pattern || !*pattern)
        return;
    free((*pattern)->steps);
    free((*pattern)->classes);
    free((*pattern)->ranges);
    free(*pattern);
    *pattern = NULL;
}

static bool s_in_class(const pattern_t *pattern, const class_t *class, uint32_t character)
{
    if (character < 128)
        return (class->ascii[character / 64] >> (character % 64)) & 1;
    const range_t *ranges = pattern->ranges + class->ranges;
    for (size_t i = 0; i < class->count; i++)
        if (character >= ranges[i].first && character <= ranges[i].last)
            return !class->negated;
    return class->negated;
}

/* The steps that wait for a character, each at most once: `seen` holds the round in which a step was added.
 */
typedef struct {
    const pattern_t *pattern;
    uint32_t seen[PATTERN_STEPS];
    uint16_t waiting[2][PATTERN_STEPS];
    size_t count[2];
    uint32_t round;
    bool at_start, at_end, matched;
} run_t;

/* Follow every way from a step that takes no character. The stack cannot overflow: a step is pushed only when
   it is seen first, and pushes at most two. */
static void s_follow(run_t *run, int list, size_t step)
{
    uint16_t stack[PATTERN_STEPS + 1];
    size_t depth = 0;
    stack[depth++] = (uint16_t)step;
    while (depth > 0) {
        size_t at = stack[--depth];
        if (run->seen[at] == run->round)
            continue;
        run->seen[at] = run->round;
        const step_t *current = &run->pattern->steps[at];
        switch (current->word) {
        case STEP_CLASS:
            run->waiting[list][run->count[list]++] = (uint16_t)at;
            break;
        case STEP_SPLIT:
            stack[depth++] = (uint16_t)((int)at + current->second);
            stack[depth++] = (uint16_t)((int)at + current->first);
            break;
        case STEP_JUMP:
            stack[depth++] = (uint16_t)((int)at + current->first);
            break;
        case STEP_START:
        case STEP_END:
            if (current->word == STEP_START ? run->at_start : run->at_end)
                stack[depth++] = (uint16_t)(at + 1);
            break;
        case STEP_MATCH:
            run->matched = true;
            return;
        }
    }
}

/* Most steps are followed by one that takes a character: nothing has to be followed then. */
static inline void s_add(run_t *run, int list, size_t step)
{
    if (run->pattern->steps[step].word != STEP_CLASS) {
        s_follow(run, list, step);
    } else if (run->seen[step] != run->round) {
        run->seen[step] = run->round;
        run->waiting[list][run->count[list]++] = (uint16_t)step;
    }
}

/* The code point at *at, which moves behind it. The string is valid UTF-8, but never trust a last byte. */
static uint32_t s_next(const unsigned char **at, const unsigned char *end)
{
    uint32_t lead = *(*at)++;
    if (lead < 0x80)
        return lead;
    int more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
    uint32_t character = lead & (0x3fu >> more);
    for (; more > 0 && *at < end; more--)
        character = character << 6 | (*(*at)++ & 0x3fu);
    return character;
}

/* Is it ^[class]+$, as for lines and texts of any length? */
static bool s_is_run(const pattern_t *pattern)
{
    const step_t *steps = pattern->steps;
    return pattern->step_count == 5 && steps[0].word == STEP_START && steps[1].word == STEP_CLASS &&
           steps[2].word == STEP_SPLIT && steps[2].first + steps[2].second == 0 &&
           steps[3].word == STEP_END && steps[4].word == STEP_MATCH;
}

static bool s_run_matches(const pattern_t *pattern, const unsigned char *at, const unsigned char *end)
{
    const class_t *class = &pattern->classes[pattern->steps[1].first];
    if (at == end)
        return false;
    while (at < end)
        if (!s_in_class(pattern, class, s_next(&at, end)))
            return false;
    return true;
}

bool pattern_matches(const pattern_t *pattern, const char *string, size_t length)
{
    const unsigned char *at = (const unsigned char *)string, *end = at + length;
    run_t run;
    if (s_is_run(pattern))
        return s_run_matches(pattern, at, end);
    memset(run.seen, 0, pattern->step_count * sizeof run.seen[0]);
    run.pattern = pattern;
    run.round = 1;
    run.count[0] = 0;
    run.matched = false;
    bool anchored = pattern->steps[0].word == STEP_START;
    for (int list = 0;; list = !list) {
        run.at_start = at == (const unsigned char *)string;
        run.at_end = at == end;
        if (run.at_start || !anchored)
            s_add(&run, list, 0);
        if (run.matched || at == end || (anchored && run.count[list] == 0))
            return run.matched;
        uint32_t character = s_next(&at, end);
        run.at_start = false;
        run.at_end = at == end;
        run.round++;
        run.count[!list] = 0;
        for (size_t i = 0; i < run.count[list] && !run.matched; i++) {
            size_t step = run.waiting[list][i];
            if (s_in_class(pattern, &pattern->classes[pattern->steps[step].first], character))
                s_add(&run, !list, step + 1);
        }
    }
}
