/* ceiling - what PostgreSQL alone can do: three stages; each copies 500 rows of 1 KB of JSON in a transaction, the next one copies them out of there
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

enum { ROWS = 500, BODY = 1024, ROW = 1280, STAGES = 3 };

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

static PGconn *s_connect(const char *conninfo)
{
    PGconn *connection = PQconnectdb(conninfo);
    CHECK(PQstatus(connection) == CONNECTION_OK);
    return connection;
}

static void s_copy_in(PGconn *connection, const char *rows, size_t length)
{
    s_command(connection, "COPY public.ceiling FROM STDIN", PGRES_COPY_IN);
    CHECK(PQputCopyData(connection, rows, (int)length) == 1 && PQputCopyEnd(connection, NULL) == 1);
    PGresult *result = PQgetResult(connection);
    CHECK(PQresultStatus(result) == PGRES_COMMAND_OK);
    PQclear(result);
    CHECK(PQgetResult(connection) == NULL);
}

/* The next rows of the stage before. */
static size_t s_copy_out(PGconn *connection, long after, long upto, char *text)
{
    char sql[160], *row;
    snprintf(sql, sizeof sql,
             "COPY (SELECT id, body FROM public.ceiling WHERE id > %ld AND id <= %ld ORDER BY id) TO STDOUT",
             after, upto);
    s_command(connection, sql, PGRES_COPY_OUT);
    size_t length = 0;
    for (int got; (got = PQgetCopyData(connection, &row, 0)) > 0; length += (size_t)got) {
        memcpy(text + length, row, (size_t)got);
        PQfreemem(row);
    }
    PQclear(PQgetResult(connection));
    CHECK(PQgetResult(connection) == NULL);
    return length;
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

static size_t s_rows(long after, long upto, char *text)
{
    size_t length = 0;
    for (long id = after + 1; id <= upto; id++) {
        size_t start = length;
        length += (size_t)snprintf(text + length, ROW, "%ld\t{\"takings\":[", id);
        for (int stall = 1; length - start < BODY - 60; stall++)
            length += (size_t)snprintf(text + length, ROW, "%s{\"label\":\"Stan %d\",\"amount\":%ld}",
                                       stall > 1 ? "," : "", stall, id * stall % 9973);
        length += (size_t)snprintf(text + length, ROW, "]}\n");
    }
    return length;
}

/* One stage: says that it is ready, waits for the start, copies what the one before tells of and tells the next. */
static void s_stage(const char *before, const char *own, long count, const int gate[2], int ready, int in,
                    int out)
{
    PGconn *source = before ? s_connect(before) : NULL, *target = s_connect(own);
    char *text = malloc((size_t)ROWS * ROW), start;
    CHECK(text);
    close(gate[1]);
    s_command(target, "DROP TABLE IF EXISTS public.ceiling", PGRES_COMMAND_OK);
    s_command(target, "CREATE TABLE public.ceiling (id bigint PRIMARY KEY, body json NOT NULL)",
              PGRES_COMMAND_OK);
    s_give(ready, "r", 1);
    CHECK(!s_take(gate[0], &start, 1)); /* the start is the closing of the gate */
    for (long done = 0; done < count;) {
        long upto = done + ROWS < count ? done + ROWS : count;
        CHECK(!before || s_take(in, &upto, sizeof upto));
        s_copy_in(target, text, before ? s_copy_out(source, done, upto, text) : s_rows(done, upto, text));
        if (out >= 0)
            s_give(out, &upto, sizeof upto);
        done = upto;
    }
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
            s_stage(i > 0 ? argv[1 + i] : NULL, argv[2 + i], count, gate, ready[1],
                    i > 0 ? pipes[i - 1][0] : -1, i < STAGES - 1 ? pipes[i][1] : -1);
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
    for (int i = 0; i < STAGES; i++)
        s_command(s_connect(argv[2 + i]), "DROP TABLE public.ceiling", PGRES_COMMAND_OK);
    printf("{\"count\": %ld, \"seconds\": %.3f, \"rows_s\": %.0f}\n", count, seconds,
           (double)count / seconds);
    return 0;
}
