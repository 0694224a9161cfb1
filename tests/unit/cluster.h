/* cluster - a PostgreSQL of the test's own, and a loop that runs until something has happened
 *
 *   cluster_t cluster;
 *   cluster_open(&cluster);  ... cluster.conninfo ...  cluster_stop(&cluster, "immediate");
 *   cluster_start(&cluster, "default_transaction_read_only=on");
 *   cluster_close(&cluster);
 */
#ifndef CLUSTER_H
#define CLUSTER_H

#include <czmq.h>
#include <libpq-fe.h>

#include "child.h"
#include "clock.h"

typedef struct {
    char *folder;
    char conninfo[320];
} cluster_t;

/* Run a program to its end; it must succeed. What it prints goes to standard error. */
static inline void cluster_program(const char *const words[])
{
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        dup2(STDERR_FILENO, STDOUT_FILENO);
        execvp(words[0], (char *const *)words);
        _exit(127);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) {
        fprintf(stderr, "%s %s: status %d\n", words[0], words[1], status);
        abort();
    }
}

static inline void cluster_postgres(const cluster_t *self, const char *verb, const char *word)
{
    char script[1024];
    const char *source = getenv("SINERGI_SOURCE");
    snprintf(script, sizeof script, "%s/tests/lib/postgres",
             source && *source ? source : SINERGI_SOURCE_SHARE);
    cluster_program((const char *[]){script, verb, self->folder, word, NULL});
}

/* `setting` is name=value of postgresql.conf, or NULL. */
static inline void cluster_start(const cluster_t *self, const char *setting)
{
    cluster_postgres(self, "start", setting);
}

/* `how`: fast or immediate. */
static inline void cluster_stop(const cluster_t *self, const char *how)
{
    cluster_postgres(self, "stop", how);
}

static inline void cluster_open(cluster_t *self)
{
    self->folder = child_folder();
    snprintf(self->conninfo, sizeof self->conninfo, "host=%s user=postgres", self->folder);
    cluster_start(self, NULL);
}

static inline void cluster_close(cluster_t *self)
{
    cluster_stop(self, "immediate");
    cluster_program((const char *[]){"rm", "-rf", self->folder, NULL});
    free(self->folder);
}

/* Run SQL on a connection of its own and wait for it; it must succeed. Gives the first value, "" if there is
 * none, in a static buffer. */
static inline const char *cluster_sql(const cluster_t *self, const char *sql)
{
    static char value[256];
    PGconn *connection = PQconnectdb(self->conninfo);
    PGresult *result = PQexec(connection, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        fprintf(stderr, "%s\n%s", sql, PQerrorMessage(connection));
        abort();
    }
    bool some = status == PGRES_TUPLES_OK && PQntuples(result) > 0;
    snprintf(value, sizeof value, "%s", some ? PQgetvalue(result, 0, 0) : "");
    PQclear(result);
    PQfinish(connection);
    return value;
}

typedef struct {
    const int *count;
    int least;
    int64_t until;
} cluster_wait_t;

static inline int cluster_on_look(zloop_t *loop, int timer, void *argument)
{
    (void)loop, (void)timer;
    const cluster_wait_t *wait = argument;
    return *wait->count >= wait->least || clock_monotonic() > wait->until ? -1 : 0;
}

/* Run the loop until *count is `least` or more; false if that takes more than `milliseconds`. */
static inline bool cluster_wait(zloop_t *loop, const int *count, int least, int milliseconds)
{
    cluster_wait_t wait = {count, least, clock_monotonic() + milliseconds};
    int timer = zloop_timer(loop, 2, 0, cluster_on_look, &wait);
    if (*count < least)
        zloop_start(loop);
    zloop_timer_end(loop, timer);
    return *count >= least;
}

#endif
