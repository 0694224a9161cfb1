/* status - the seven words with which everything is answered */
#include <stdio.h>
#include <string.h>

#include "status.h"

static const char *const words[ST_COUNT] = {"ok",       "invalid", "denied", "missing",
                                            "conflict", "retry",   "broken"};

const char *status_word(status_t status)
{
    return (unsigned)status < ST_COUNT ? words[status] : words[ST_BROKEN];
}

status_t status_of_word(const char *word)
{
    for (int i = 0; word && i < ST_COUNT; i++)
        if (strcmp(word, words[i]) == 0)
            return (status_t)i;
    return ST_BROKEN;
}

status_t problem_set(problem_t *problem, status_t status, const char *code, const char *at, const char *why,
                     ...)
{
    if (!problem)
        return status;
    problem->status = status;
    snprintf(problem->code, sizeof problem->code, "%s", code ? code : "");
    snprintf(problem->at, sizeof problem->at, "%s", at ? at : "");
    problem->why[0] = '\0';
    if (!why)
        return status;
    va_list arguments;
    va_start(arguments, why);
    vsnprintf(problem->why, sizeof problem->why, why, arguments);
    va_end(arguments);
    return status;
}
