/* db_connect - a connection is opened without waiting, and prepared in one pipeline before anybody may use it
 *
 * libpq goes on by itself to the next of several hosts when one refuses, or is read-only where the conninfo
 * asks for read-write. One that does not answer at all it would wait for without end in this asynchronous form:
 * after the deadline the next attempt begins with the next host.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "db_private.h"
#include "log.h"

static PQconninfoOption *s_conninfo(const db_t *self)
{
    char *why = NULL;
    PQconninfoOption *options = PQconninfoParse(self->conninfo, &why);
    if (!options)
        fatal("%s: the conninfo of the database cannot be read: %s", self->name, why ? why : "out of memory");
    return options;
}

void db_connect_check(const db_t *self)
{
    PQconninfoFree(s_conninfo(self));
}

static const char *s_option(const PQconninfoOption *options, const char *keyword)
{
    while (options->keyword && strcmp(options->keyword, keyword) != 0)
        options++;
    return options->keyword ? options->val : NULL;
}

/* A list a,b,c that begins with another of its elements; NULL if it stays as it is. The caller frees. */
static char *s_rotated(const char *list, unsigned turn)
{
    size_t count = 1;
    for (const char *at = list; at && *at; at++)
        count += *at == ',';
    size_t skip = turn % count;
    const char *rest = list;
    if (!list || skip == 0)
        return NULL;
    while (skip-- > 0)
        rest = strchr(rest, ',') + 1;
    char *rotated = NULL;
    CHECK(asprintf(&rotated, "%s,%.*s", rest, (int)(rest - 1 - list), list) > 0);
    return rotated;
}

static int s_on_deadline(zloop_t *loop, int timer, void *argument)
{
    (void)loop;
    db_t *self = argument;
    if (!db_timer_is(&self->timer, timer))
        return 0;
    self->turn++;
    db_doom(self, self->stage == DB_CONNECTING ? "connecting took too long" : "preparing took too long");
    return 0;
}

static void s_deadline(db_t *self)
{
    db_timer_end(self, &self->timer);
    self->timer = zloop_timer(self->loop, (size_t)self->deadline, 1, s_on_deadline, self);
}

/* Never DETAIL: it prints rows. */
static void s_on_notice(void *argument, const PGresult *result)
{
    const db_t *self = argument;
    log_warn("database", "connection", self->name, "severity",
             PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED), "notice",
             PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY), NULL);
}

/* A peer that is cut off is noticed within half a minute; a conninfo may say otherwise. */
void db_connect(db_t *self)
{
    enum { ROTATED = 3 };
    static const char *const lists[ROTATED] = {"host", "hostaddr", "port"};
    const char *names[16] = {"keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout",
                             "dbname",          "application_name",    "client_encoding"};
    const char *values[16] = {"10", "5", "3", "30000", self->conninfo, self->name, "UTF8"};
    char *rotated[ROTATED];
    PQconninfoOption *options = s_conninfo(self);
    const char *seconds = s_option(options, "connect_timeout");
    long timeout = seconds ? strtol(seconds, NULL, 10) : 0;
    self->deadline = timeout > 0 && timeout < 3600 ? timeout * 1000 : DB_CONNECT_MS;
    for (int i = 0, count = 7; i < ROTATED; i++) {
        rotated[i] = s_rotated(s_option(options, lists[i]), self->turn);
        names[count] = rotated[i] ? lists[i] : NULL;
        values[count] = rotated[i];
        count += rotated[i] != NULL;
    }
    self->stage = DB_CONNECTING;
    s_deadline(self);
    self->connection = PQconnectStartParams(names, values, 1);
    CHECK(self->connection);
    PQsetNoticeReceiver(self->connection, s_on_notice, self);
    for (int i = 0; i < ROTATED; i++)
        free(rotated[i]);
    PQconninfoFree(options);
    if (PQstatus(self->connection) == CONNECTION_BAD)
        db_doom(self, PQerrorMessage(self->connection));
    else
        db_watch(self, ZMQ_POLLOUT);
}

/* COMMENT ON CONSTRAINT, and on the indexes that are none, with the form of an answer: "status code: sentence". These
   few are found first, for every connection asks. */
static const char comments_sql[] =
    "WITH told AS MATERIALIZED (SELECT objoid, classoid, description FROM pg_description"
    " WHERE objsubid = 0 AND classoid IN ('pg_constraint'::regclass, 'pg_class'::regclass)"
    " AND description ~ '^[a-z]+ [a-z0-9_]+[.][a-z0-9_]+: .'), named AS MATERIALIZED ("
    "SELECT c.conrelid AS owner, c.conname AS name, d.description FROM told d"
    " JOIN pg_constraint c ON c.oid = d.objoid WHERE d.classoid = 'pg_constraint'::regclass"
    " UNION ALL SELECT x.indrelid, i.relname, d.description FROM told d JOIN pg_class i ON i.oid = d.objoid"
    " JOIN pg_index x ON x.indexrelid = i.oid WHERE d.classoid = 'pg_class'::regclass)"
    " SELECT n.nspname || '.' || t.relname || '.' || c.name, c.description FROM named c"
    " JOIN pg_class t ON t.oid = c.owner JOIN pg_namespace n ON n.oid = t.relnamespace";

static void s_comments_take(db_t *self, const PGresult *result)
{
    db_comments_clear(self);
    self->comments = calloc((size_t)PQntuples(result) + 1, sizeof *self->comments);
    CHECK(self->comments);
    for (; self->comment_count < (size_t)PQntuples(result); self->comment_count++) {
        db_comment_t *comment = &self->comments[self->comment_count];
        comment->constraint = strdup(PQgetvalue(result, (int)self->comment_count, 0));
        comment->comment = strdup(PQgetvalue(result, (int)self->comment_count, 1));
        CHECK(comment->constraint && comment->comment);
    }
}

/* A first connection that cannot be prepared is an unusable start: a statement does not fit the schema, and will
 * not by itself. Later the schema may be in the middle of a migration. */
static void s_failed(db_t *self, size_t place, const PGresult *result)
{
    const char *why = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY), *kind = "query",
               *name = "comments";
    if (place < self->setting_count) {
        kind = "setting";
        name = self->settings[place].name;
    } else if (place < self->setting_count + self->statement_count) {
        kind = "statement";
        name = self->statements[place - self->setting_count].name;
    }
    if (!self->was_ready && !db_is_passing(result))
        fatal("%s %s does not prepare: %s", kind, name, why ? why : "PostgreSQL does not say why");
    log_error("database", "connection", self->name, kind, name, "why", why, NULL);
    db_doom(self, "preparing failed");
}

static void s_ready(db_t *self)
{
    self->stage = DB_READY;
    self->was_ready = true;
    self->pause = DB_PAUSE_LEAST_MS;
    db_timer_end(self, &self->timer);
    log_info("database", "connection", self->name, "state", "ready", NULL);
    if (self->state)
        self->state(self->state_argument, true);
}

/* Answers come in the order of sending: settings, statements, comments. What follows one that failed is aborted. */
static void s_on_step(void *argument, const PGresult *result)
{
    db_t *self = argument;
    size_t place = self->prepared++;
    ExecStatusType status = PQresultStatus(result); /* an error for NULL */
    if (!result || status == PGRES_PIPELINE_ABORTED)
        return;
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        s_failed(self, place, result);
    } else if (place == self->setting_count + self->statement_count) {
        s_comments_take(self, result);
        s_ready(self);
    }
}

static bool s_step(db_t *self, int sent)
{
    db_pipeline_push(self, s_on_step, self, false);
    return sent == 1;
}

static bool s_send_steps(db_t *self)
{
    static const Oid texts[] = {25, 25};
    PGconn *connection = self->connection;
    bool sent = true;
    for (size_t i = 0; sent && i < self->setting_count; i++) {
        const char *const values[] = {self->settings[i].name, self->settings[i].value};
        sent = s_step(self, PQsendQueryParams(connection, "SELECT set_config($1, $2, false)", 2, texts,
                                              values, NULL, NULL, 0));
    }
    for (size_t i = 0; sent && i < self->statement_count; i++) {
        const db_statement_t *statement = &self->statements[i];
        sent = s_step(self, PQsendPrepare(connection, statement->name, statement->sql, statement->type_count,
                                          statement->types));
    }
    sent = sent && s_step(self, PQsendQueryParams(connection, comments_sql, 0, NULL, NULL, NULL, NULL, 0)) &&
           PQpipelineSync(connection) == 1;
    db_pipeline_push(self, NULL, NULL, true);
    return sent;
}

static void s_prepare(db_t *self)
{
    self->stage = DB_PREPARING;
    self->prepared = 0;
    s_deadline(self);
    if (PQsetnonblocking(self->connection, 1) == 0 && PQenterPipelineMode(self->connection) == 1 &&
        s_send_steps(self))
        db_pipeline_write(self);
    else
        db_doom(self, PQerrorMessage(self->connection));
}

/* An attempt at several hosts may change the socket between polls: the loop is told anew each time. */
void db_connect_poll(db_t *self)
{
    switch (PQconnectPoll(self->connection)) {
    case PGRES_POLLING_READING:
        db_watch(self, ZMQ_POLLIN);
        break;
    case PGRES_POLLING_WRITING:
        db_watch(self, ZMQ_POLLOUT);
        break;
    case PGRES_POLLING_OK:
        s_prepare(self);
        break;
    default:
        db_doom(self, PQerrorMessage(self->connection));
    }
}
