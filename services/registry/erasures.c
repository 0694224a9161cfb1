/* erasures - DIR/state/erased: who was erased here, a line each, so that a database from an older backup does not bring them back
 *
 *   62.71 018610f0-0000-7000-8000-000062710001 2023-02-02T02:00:00.000Z        region, business, when
 *
 * The file lies beside the database and holds no personal data. A line is written after the commit and before the answer; what a crash left out is added at the next
 * start. At a start everything it lists is erased in the database, before anybody is served.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "clock.h"
#include "log.h"
#include "region.h"
#include "registry.h"

enum { COLUMNS = 3 };
#define LINE_TEXT (REGION_TEXT + UUID_TEXT + CLOCK_TEXT)

static void s_path(const serve_t *serve, char ret_path[NODE_DIR_TEXT + 32])
{
    snprintf(ret_path, NODE_DIR_TEXT + 32, "%s/state/erased", serve_node(serve)->dir);
}

static bool s_line(char *line, array_t *columns[COLUMNS])
{
    char *rest = NULL, *region = strtok_r(line, " ", &rest), *business = strtok_r(NULL, " ", &rest),
         *at = strtok_r(NULL, " \n", &rest);
    uuid_id_t id;
    int64_t instant;
    if (!at || !region_is(region, strlen(region)) || !uuid_of_text(business, strlen(business), &id) ||
        !clock_parse(at, &instant))
        return false;
    array_text(columns[0], region);
    array_uuid(columns[1], id.bytes);
    array_instant(columns[2], instant);
    return true;
}

/* Are all lines whole? What a crash cut off at the end of the last one is in the database. */
static bool s_read(const char *path, array_t *columns[COLUMNS])
{
    char *line = NULL;
    size_t room = 0;
    bool whole = true;
    FILE *file = fopen(path, "re");
    if (!file && errno == ENOENT)
        return true;
    if (!file)
        fatal("%s cannot be read: %s", path, strerror(errno));
    for (int number = 1; getline(&line, &room, file) > 0; number++) {
        whole = strchr(line, '\n') != NULL;
        if (whole && !s_line(line, columns))
            fatal("%s: line %d is not a region, a business and an instant: nobody is served before it is "
                  "known who was erased",
                  path, number);
    }
    free(line);
    fclose(file);
    return whole;
}

static PGresult *s_apply(serve_t *serve, array_t *columns[COLUMNS], PGconn **ret_connection)
{
    const char *values[COLUMNS];
    int lengths[COLUMNS], formats[COLUMNS] = {1, 1, 1};
    for (int i = 0; i < COLUMNS; i++) {
        size_t length;
        values[i] = array_data(columns[i], &length);
        lengths[i] = (int)length;
    }
    char *sql = registry_statement(serve, "erasure_known");
    PGconn *connection = PQconnectdb(serve_conninfo(serve));
    PGresult *result = PQexecParams(connection, sql, COLUMNS, NULL, values, lengths, formats, 0);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        fatal("the erasures of state/erased cannot be applied: %s", PQerrorMessage(connection));
    free(sql);
    *ret_connection = connection;
    return result;
}

static bool s_sync_folder(const char *path)
{
    char folder[NODE_DIR_TEXT + 32];
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = file >= 0 && fsync(file) == 0;
    if (file >= 0)
        close(file);
    return good;
}

/* Has the file a line for each that is known, and no other? */
static bool s_same(const PGresult *known, size_t listed)
{
    bool same = (size_t)PQntuples(known) == listed;
    for (int row = 0; same && row < PQntuples(known); row++)
        same = strcmp(PQgetvalue(known, row, 3), "t") == 0;
    return same;
}

static void s_write(const char *path, const PGresult *known)
{
    char fresh[NODE_DIR_TEXT + 64];
    snprintf(fresh, sizeof fresh, "%s.new", path);
    FILE *file = fopen(fresh, "we");
    bool good = file != NULL;
    for (int row = 0; good && row < PQntuples(known); row++)
        good = fprintf(file, "%s %s %s\n", PQgetvalue(known, row, 0), PQgetvalue(known, row, 1),
                       PQgetvalue(known, row, 2)) > 0;
    good = good && fflush(file) == 0 && fsync(fileno(file)) == 0;
    good = file && fclose(file) == 0 && good;
    if (!good || rename(fresh, path) != 0 || !s_sync_folder(path))
        fatal("%s cannot be written: %s", path, strerror(errno));
}

void erasures_apply(serve_t *serve)
{
    char path[NODE_DIR_TEXT + 32];
    static const array_type_t types[COLUMNS] = {ARRAY_TEXT, ARRAY_UUID, ARRAY_TIMESTAMPTZ};
    array_t *columns[COLUMNS];
    PGconn *connection;
    s_path(serve, path);
    for (int i = 0; i < COLUMNS; i++)
        columns[i] = array_new(types[i]);
    bool whole = s_read(path, columns);
    size_t listed = array_count(columns[0]);
    PGresult *known = s_apply(serve, columns, &connection);
    if (serve_process(serve) == 0 && !(whole && s_same(known, listed)))
        s_write(path, known);
    if (PQntuples(known) > 0)
        log_info("erasures", "listed", log_number((long long)listed), "known", log_number(PQntuples(known)),
                 NULL);
    PQclear(known);
    PQfinish(connection);
    for (int i = 0; i < COLUMNS; i++)
        array_destroy(&columns[i]);
}

/* A full disk leaves no half line, to which the next one would be added. Processes append one after the other, so that none cuts off what another wrote. */
static bool s_append(const char *path, const char *line, size_t length)
{
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
    struct stat before;
    if (file < 0)
        return false;
    bool good = flock(file, LOCK_EX) == 0 && fstat(file, &before) == 0;
    if (good && write(file, line, length) != (ssize_t)length) {
        good = false;
        if (ftruncate(file, before.st_size) != 0)
            log_error("erasures", "state", "unfinished_line", "file", path, "why",
                      "remove its last line, which is unfinished, before the next erasure", NULL);
    }
    good = good && fsync(file) == 0;
    return close(file) == 0 && good;
}

void erasures_note(serve_t *serve, const call_t *call)
{
    const char *step = json_string_value(json_object_get(call->data, "step"));
    if (!step || strcmp(step, "erased") != 0)
        return;
    char path[NODE_DIR_TEXT + 32], line[LINE_TEXT + 8], at[CLOCK_TEXT];
    s_path(serve, path);
    clock_text(call->now, at);
    int length = snprintf(line, sizeof line, "%s %s %s\n", call->region,
                          json_string_value(json_object_get(call->data, "business")), at);
    if (!s_append(path, line, (size_t)length) || !s_sync_folder(path))
        log_error("erasures", "state", "unwritten", "file", path, "why",
                  "the erasure is done; the line is added at the next start", NULL);
}
