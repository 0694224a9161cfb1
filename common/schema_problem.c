/* schema_problem - writes down which place breaks which rule */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "pointer.h"
#include "schema_check.h"

/* The pointer to a place. One that is too long is cut behind a whole token: it then names what holds the
 * place. */
static bool s_write_place(const place_t *place, char *at, size_t size)
{
    char number[24];
    if (!place)
        return true;
    snprintf(number, sizeof number, "%zu", place->index);
    return s_write_place(place->above, at, size) &&
           pointer_append(at, size, place->key ? place->key : number) == 0;
}

void schema_problem(check_t *check, const place_t *place, const char *keyword, const char *rule, ...)
{
    if (schema_enough(check))
        return;
    problem_t *problem = check->problems ? &check->problems[check->count] : NULL;
    check->count++;
    if (!problem)
        return;
    problem->status = ST_INVALID;
    snprintf(problem->code, sizeof problem->code, "schema.%s", keyword);
    problem->at[0] = '\0';
    s_write_place(place, problem->at, sizeof problem->at);
    int used = snprintf(problem->why, sizeof problem->why, "%s ", problem->at[0] ? problem->at : "the whole");
    va_list arguments;
    va_start(arguments, rule);
    vsnprintf(problem->why + used, sizeof problem->why - (size_t)used, rule, arguments);
    va_end(arguments);
}
