/* db_problem - what PostgreSQL's errors mean for a request
 *
 * The five characters of SQLSTATE are those of PostgreSQL's appendix "Error Codes". DETAIL is never used: it
 * prints the row.
 */
#include <stdio.h>
#include <string.h>

#include "db_private.h"

/* The longest prefix counts; what is not here is our fault. */
static const struct {
    const char *prefix;
    status_t status;
    const char *code;
} meanings[] = {
    {"23505", ST_CONFLICT, "database.conflict"}, {"23P01", ST_CONFLICT, "database.conflict"},
    {"23503", ST_MISSING, "database.missing"},   {"23", ST_INVALID, "database.invalid"},
    {"22", ST_INVALID, "database.invalid"},      {"42501", ST_DENIED, "database.denied"},
    {"40", ST_RETRY, "database.busy"},           {"08", ST_RETRY, "database.gone"},
    {"25", ST_RETRY, "database.busy"},           {"53", ST_RETRY, "database.busy"},
    {"55", ST_RETRY, "database.busy"},           {"57", ST_RETRY, "database.busy"},
    {"58", ST_RETRY, "database.gone"},
};

const char *db_sqlstate(const PGresult *result)
{
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    return state ? state : "";
}

bool db_is_data_error(const PGresult *result)
{
    const char *state = db_sqlstate(result);
    return strncmp(state, "22", 2) == 0 || strncmp(state, "23", 2) == 0 || strncmp(state, "P0", 2) == 0;
}

bool db_is_passing(const PGresult *result)
{
    const char *state = db_sqlstate(result);
    return strncmp(state, "57", 2) == 0 || strncmp(state, "53", 2) == 0 || strncmp(state, "08", 2) == 0 ||
           !*state;
}

static const char *s_comment(const db_t *self, const PGresult *result)
{
    const char *schema = PQresultErrorField(result, PG_DIAG_SCHEMA_NAME),
               *table = PQresultErrorField(result, PG_DIAG_TABLE_NAME);
    const char *constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
    char name[256];
    if (!schema || !table || !constraint)
        return NULL;
    snprintf(name, sizeof name, "%s.%s.%s", schema, table, constraint);
    for (size_t i = 0; i < self->comment_count; i++)
        if (strcmp(self->comments[i].constraint, name) == 0)
            return self->comments[i].comment;
    return NULL;
}

status_t db_problem(db_t *self, const PGresult *result, problem_t *ret_problem)
{
    const char *state = db_sqlstate(result), *comment = result ? s_comment(self, result) : NULL;
    char word[16], code[64];
    int after = 0;
    if (!result)
        return problem_set(ret_problem, ST_RETRY, "database.gone", "",
                           "the database did not answer; send the same request again");
    if (PQresultStatus(result) == PGRES_PIPELINE_ABORTED)
        return problem_set(ret_problem, ST_RETRY, "database.busy", "",
                           "what was sent before it failed; send the same request again");
    if (comment && sscanf(comment, "%15s %63[^:]: %n", word, code, &after) == 2 && after > 0)
        return problem_set(ret_problem, status_of_word(word), code, "", "%s", comment + after);
    const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (strncmp(state, meanings[i].prefix, strlen(meanings[i].prefix)) == 0) {
            /* messages of class 22 quote the value that was wrong */
            bool quotes = strncmp(state, "22", 2) == 0;
            return problem_set(ret_problem, meanings[i].status, meanings[i].code, "", "%s",
                               quotes ? "a value is not one that its column takes"
                               : text ? text
                                      : state);
        }
    return problem_set(ret_problem, ST_BROKEN, "database.failed", "",
                       "the database refused the statement (SQLSTATE %s)", state);
}
