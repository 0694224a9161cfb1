/* similar - what a backup leaves out, because it would tell of persons who were erased since: made again at a start
 *
 * registry.duplicate and registry.matching hold digests of NIKs under keys that are not replaced. Whoever has such a key and an old dump could test guesses, also of who is erased. So
 * dumps are made without their rows. The first are made of the NIKs in registry.personal, the second of the journal's events, for matching.c to open.
 */
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "registry.h"

enum { COLUMNS = 3, AFTER_TEXT = 64 };
enum { REGION, BUSINESS, DIGEST };
static const array_type_t types[COLUMNS] = {ARRAY_TEXT, ARRAY_UUID, ARRAY_BYTEA};

typedef struct {
    serve_t *serve;
    PGconn *connection;
    char *missing, *known; /* statements */
    char region[AFTER_TEXT], subject[AFTER_TEXT];
    array_t *columns[COLUMNS];
} similar_t;

static PGresult *s_run(similar_t *self, const char *sql, int count, const char *const *values,
                       const int *lengths, const int *formats)
{
    PGresult *result = PQexecParams(self->connection, sql, count, NULL, values, lengths, formats, 0);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        fatal("the digests by which businesses of one owner are found cannot be made again: %s",
              PQerrorMessage(self->connection));
    return result;
}

/* A field that does not open has no digest; who reads it is told so. */
static void s_add(similar_t *self, const PGresult *rows, int row)
{
    const char *subject = PQgetvalue(rows, row, 1), *business = strchr(subject, '/') + 1;
    json_t *value = NULL,
           *field = json_pack("{s:s, s:s, s:s, s:s, s:i}", "subject", subject, "place", "/owner/nik",
                              "ciphertext", PQgetvalue(rows, row, 2), "key", PQgetvalue(rows, row, 3),
                              "key_version", (int)strtol(PQgetvalue(rows, row, 4), NULL, 10));
    uuid_id_t id;
    problem_t problem;
    if (!uuid_of_text(business, strlen(business), &id)) {
        log_warn("similar", "state", "no_business", "subject", subject, NULL);
    } else if (personal_open(self->serve, field, &value, &problem) != ST_OK) {
        log_warn("similar", "code", problem.code, "subject", subject, "why", problem.why, NULL);
    } else {
        hash_t digest = digest_value(serve_tree(self->serve), "nik", json_string_value(value));
        array_text(self->columns[REGION], PQgetvalue(rows, row, 0));
        array_uuid(self->columns[BUSINESS], id.bytes);
        array_bytes(self->columns[DIGEST], digest.bytes, HASH_BYTES);
    }
    json_decref(value);
    json_decref(field);
}

static void s_store(similar_t *self)
{
    const char *values[COLUMNS];
    int lengths[COLUMNS], formats[COLUMNS] = {1, 1, 1};
    for (int i = 0; i < COLUMNS; i++) {
        size_t length;
        values[i] = array_data(self->columns[i], &length);
        lengths[i] = (int)length;
    }
    PQclear(s_run(self, self->known, COLUMNS, values, lengths, formats));
}

static int s_page(similar_t *self)
{
    const char *after[] = {self->region, self->subject};
    PGresult *rows = s_run(self, self->missing, 2, after, NULL, NULL);
    int count = PQntuples(rows);
    for (int i = 0; i < COLUMNS; i++)
        array_clear(self->columns[i]);
    for (int row = 0; row < count; row++)
        s_add(self, rows, row);
    if (count > 0) {
        s_store(self);
        snprintf(self->region, sizeof self->region, "%s", PQgetvalue(rows, count - 1, 0));
        snprintf(self->subject, sizeof self->subject, "%s", PQgetvalue(rows, count - 1, 1));
    }
    PQclear(rows);
    return count;
}

void similar_restore(serve_t *serve)
{
    if (serve_process(serve) != 0)
        return;
    similar_t self = {.serve = serve,
                      .connection = PQconnectdb(serve_conninfo(serve)),
                      .missing = registry_statement(serve, "duplicate_missing"),
                      .known = registry_statement(serve, "duplicate_known")};
    for (int i = 0; i < COLUMNS; i++)
        self.columns[i] = array_new(types[i]);
    long long made = 0;
    for (int count; (count = s_page(&self)) > 0;)
        made += count;
    char *matching = registry_statement(serve, "matching_known");
    PGresult *sealed = s_run(&self, matching, 0, NULL, NULL, NULL);
    if (made > 0 || strcmp(PQcmdTuples(sealed), "0") != 0)
        log_info("similar", "state", "restored", "digests", log_number(made), "sealed", PQcmdTuples(sealed),
                 NULL);
    PQclear(sealed);
    free(matching);
    free(self.missing);
    free(self.known);
    PQfinish(self.connection);
    for (int i = 0; i < COLUMNS; i++)
        array_destroy(&self.columns[i]);
}
