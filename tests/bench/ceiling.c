/* ceiling - what PostgreSQL alone can do: three stages, each copies 500 rows of 1 KB in a transaction and hands them to the next
 *
 *   ceiling COUNT CONNINFO CONNINFO CONNINFO
 *
 * The same path as the chain's - district, province, centre, each durable before the next - with nothing checked, signed, numbered or applied. Prints one line of
 * JSON: rows a second until the last stage has committed the last row.
 */
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

enum { ROWS = 500, BODY = 1024, STAGES = 3 };

static double s_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void s_command(PGconn *connection, const char *sql, ExecStatusType wanted)
{
    PGresult *result = PQexec(connection, sql);
    if (PQresultStatus(result) != wanted) {
        fprintf(stderr, "ceiling: %s", PQerrorMessage(connection));
        exit(1);
    }
    PQclear(result);
}

static PGconn *s_open(const char *conninfo)
{
    PGconn *connection = PQconnectdb(conninfo);
    CHECK(PQstatus(connection) == CONNECTION_OK);
    s_command(connection, "DROP TABLE IF EXISTS public.ceiling", PGRES_COMMAND_OK);
    s_command(connection, "CREATE TABLE public.ceiling (id bigint PRIMARY KEY, body text NOT NULL)",
              PGRES_COMMAND_OK);
    return connection;
}

static void s_copy(PGconn *connection, const char *rows, size_t length)
{
    s_command(connection, "COPY public.ceiling FROM STDIN", PGRES_COPY_IN);
    CHECK(PQputCopyData(connection, rows, (int)length) == 1 && PQputCopyEnd(connection, NULL) == 1);
    PGresult *result = PQgetResult(connection);
    CHECK(PQresultStatus(result) == PGRES_COMMAND_OK);
    PQclear(result);
    CHECK(PQgetResult(connection) == NULL);
}

/* Whole pieces through a pipe; false at its end. */
static bool s_take(int file, void *bytes, size_t length)
{
    for (size_t done = 0; done < length;) {
        ssize_t got = read(file, (char *)bytes + done, length - done);
        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    return true;
}

static void s_give(int file, const void *bytes, size_t length)
{
    for (size_t done = 0; done < length;) {
        ssize_t put = write(file, (const char *)bytes + done, length - done);
        CHECK(put > 0);
        done += (size_t)put;
    }
}

static size_t s_rows(long first, long count, char *text)
{
    static char body[BODY + 1];
    memset(body, 'x', BODY);
    size_t length = 0;
    for (long id = first; id < first + count; id++)
        length += (size_t)snprintf(text + length, BODY + 64, "%ld\t%s\n", id, body);
    return length;
}

/* One stage: says that it is ready, waits for the start, copies what comes and hands it on. */
static void s_stage(const char *conninfo, long count, const int gate[2], int ready, int in, int out)
{
    PGconn *connection = s_open(conninfo);
    char *text = malloc((size_t)ROWS * (BODY + 64)), start;
    CHECK(text);
    close(gate[1]);
    s_give(ready, "r", 1);
    CHECK(!s_take(gate[0], &start, 1)); /* the start is the closing of the gate */
    for (long done = 0; done < count; done += ROWS) {
        size_t length = 0;
        if (in < 0)
            length = s_rows(done, count - done < ROWS ? count - done : ROWS, text);
        else
            CHECK(s_take(in, &length, sizeof length) && s_take(in, text, length));
        s_copy(connection, text, length);
        if (out >= 0) {
            s_give(out, &length, sizeof length);
            s_give(out, text, length);
        }
    }
    s_command(connection, "DROP TABLE public.ceiling", PGRES_COMMAND_OK);
    _exit(0);
}

int main(int argc, char **argv)
{
    if (argc != 2 + STAGES)
        return fprintf(stderr, "usage: ceiling COUNT CONNINFO CONNINFO CONNINFO\n"), 2;
    long count = strtol(argv[1], NULL, 10);
    int gate[2], ready[2], pipes[STAGES - 1][2];
    char byte;
    CHECK(pipe(gate) == 0 && pipe(ready) == 0);
    for (int i = 0; i < STAGES - 1; i++)
        CHECK(pipe(pipes[i]) == 0);
    pid_t stages[STAGES];
    for (int i = 0; i < STAGES; i++) {
        stages[i] = fork();
        CHECK(stages[i] >= 0);
        if (stages[i] == 0)
            s_stage(argv[2 + i], count, gate, ready[1], i > 0 ? pipes[i - 1][0] : -1,
                    i < STAGES - 1 ? pipes[i][1] : -1);
    }
    for (int i = 0; i < STAGES; i++)
        CHECK(s_take(ready[0], &byte, 1));
    double begun = s_now();
    close(gate[1]);
    for (int i = 0; i < STAGES; i++) {
        int status;
        CHECK(waitpid(stages[i], &status, 0) == stages[i] && status == 0);
    }
    double seconds = s_now() - begun;
    printf("{\"count\": %ld, \"seconds\": %.3f, \"rows_s\": %.0f}\n", count, seconds,
           (double)count / seconds);
    return 0;
}
