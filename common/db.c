/* db - one asynchronous connection to PostgreSQL: opened, prepared, lost and opened again */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "clock.h"
#include "db_private.h"
#include "log.h"

enum { CONNECT_MS = 5000, PAUSE_LEAST_MS = 100, PAUSE_MOST_MS = 10000 };

static void s_connect(db_t *self);

db_t *db_new(zloop_t *loop, const char *conninfo, const char *name)
{
    db_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->loop = loop;
    self->conninfo = strdup(conninfo);
    self->name = strdup(name);
    CHECK(self->conninfo && self->name);
    self->socket = self->timer = self->soon = -1;
    self->pause = PAUSE_LEAST_MS;
    return self;
}

static void s_comments_clear(db_t *self)
{
    for (size_t i = 0; i < self->comment_count; i++) {
        free(self->comments[i].constraint);
        free(self->comments[i].comment);
    }
    free(self->comments);
    self->comments = NULL;
    self->comment_count = 0;
}

static int s_on_socket(zloop_t *loop, zmq_pollitem_t *item, void *argument);

/* The loop keys pollers by descriptor: to change the events it is taken out and put in again. */
void db_watch(db_t *self, int events)
{
    int socket = self->connection ? PQsocket(self->connection) : -1;
    if (events == 0)
        socket = -1;
    if (socket == self->socket && events == self->events)
        return;
    if (self->socket >= 0)
        zloop_poller_end(self->loop, &(zmq_pollitem_t){.fd = self->socket});
    self->socket = socket;
    self->events = events;
    if (socket < 0)
        return;
    zmq_pollitem_t item = {.fd = socket, .events = (short)events};
    CHECK(zloop_poller(self->loop, &item, s_on_socket, self) == 0);
    zloop_poller_set_tolerant(self->loop, &item);
}

static void s_timer_end(db_t *self, int *timer)
{
    if (*timer >= 0)
        zloop_timer_end(self->loop, *timer);
    *timer = -1;
}

/* A timer that was ended may still be called once in the loop's same turn. */
static bool s_is_current(int *current, int timer)
{
    if (*current != timer)
        return false;
    *current = -1;
    return true;
}

static int s_on_soon(zloop_t *loop, int timer, void *argument)
{
    (void)loop;
    db_t *self = argument;
    if (s_is_current(&self->soon, timer))
        db_pipeline_receive(self);
    return 0;
}

void db_soon(db_t *self, size_t milliseconds)
{
    if (self->soon < 0)
        self->soon = zloop_timer(self->loop, milliseconds, 1, s_on_soon, self);
}

void db_destroy(db_t **self_p)
{
    db_t *self = *self_p;
    if (!self)
        return;
    CHECK(!self->reading);
    db_watch(self, 0);
    s_timer_end(self, &self->timer);
    s_timer_end(self, &self->soon);
    PQfinish(self->connection);
    for (size_t i = 0; i < self->statement_count; i++) {
        free(self->statements[i].name);
        free(self->statements[i].sql);
    }
    s_comments_clear(self);
    free(self->statements);
    free(self->pending);
    free(self->options);
    free(self->conninfo);
    free(self->name);
    free(self);
    *self_p = NULL;
}

/* Options go with the start of the connection, so they hold before the first statement. */
void db_option(db_t *self, const char *name, const char *value)
{
    char *longer = NULL;
    CHECK(strpbrk(value, " '\\") == NULL);
    CHECK(asprintf(&longer, "%s -c %s=%s", self->options ? self->options : "", name, value) > 0);
    free(self->options);
    self->options = longer;
}

static Oid s_type(const char *word, size_t length)
{
    static const struct {
        const char *word;
        Oid oid;
    } types[] = {{"jsonb", 3802}, {"json", 114},         {"text", 25},           {"text[]", 1009},
                 {"uuid", 2950},  {"uuid[]", 2951},      {"bigint", 20},         {"bigint[]", 1016},
                 {"integer", 23}, {"integer[]", 1007},   {"bytea", 17},          {"bytea[]", 1001},
                 {"json[]", 199}, {"jsonb[]", 3807},     {"boolean", 16},        {"pg_snapshot", 5038},
                 {"xid8", 5069},  {"timestamptz", 1184}, {"timestamptz[]", 1185}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strlen(types[i].word) == length && strncmp(types[i].word, word, length) == 0)
            return types[i].oid;
    fatal("a statement has a parameter of type '%.*s', which is not known here", (int)length, word);
}

void db_prepare(db_t *self, const char *name, const char *sql, const char *types)
{
    self->statements = realloc(self->statements, (self->statement_count + 1) * sizeof *self->statements);
    CHECK(self->statements);
    db_statement_t *statement = &self->statements[self->statement_count++];
    *statement = (db_statement_t){.name = strdup(name), .sql = strdup(sql)};
    CHECK(statement->name && statement->sql);
    while (types && *types) {
        size_t length = strcspn(types, ",");
        CHECK(statement->type_count < 16);
        statement->types[statement->type_count++] = s_type(types, length);
        types += length + (types[length] == ',');
    }
}

bool db_ready(const db_t *self)
{
    return self->stage == DB_READY && !self->dropped;
}

static int s_on_pause(zloop_t *loop, int timer, void *argument)
{
    (void)loop;
    db_t *self = argument;
    if (s_is_current(&self->timer, timer))
        s_connect(self);
    return 0;
}

/* Losing is left to the loop: no caller of ours finds handlers called from within its own call. */
void db_doom(db_t *self, const char *why)
{
    if (!self->connection || self->dropped)
        return;
    self->dropped = true;
    snprintf(self->why, sizeof self->why, "%s", why ? why : "");
    self->why[strcspn(self->why, "\n")] = '\0';
    s_timer_end(self, &self->soon);
    db_soon(self, 0);
}

/* The connection is gone: tell everybody, then try again, each time a little later. */
void db_lose(db_t *self)
{
    bool was_ready = self->stage == DB_READY;
    log_warn("database", "connection", self->name, "state", "lost", "why", self->why, NULL);
    db_watch(self, 0);
    s_timer_end(self, &self->timer);
    PQfinish(self->connection);
    self->connection = NULL;
    self->stage = DB_CLOSED;
    self->dropped = false;
    size_t pause = (size_t)self->pause + randombytes_uniform((uint32_t)self->pause / 2 + 1);
    self->timer = zloop_timer(self->loop, pause, 1, s_on_pause, self);
    self->pause = self->pause * 2 < PAUSE_MOST_MS ? self->pause * 2 : PAUSE_MOST_MS;
    db_pipeline_forget(self);
    if (was_ready && self->state)
        self->state(self->state_argument, false);
}

void db_drop(db_t *self)
{
    db_doom(self, "no answer came in time");
}

static void s_on_notice(void *argument, const PGresult *result)
{
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED),
               *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (severity && strcmp(severity, "WARNING") == 0)
        log_warn("database", "connection", ((db_t *)argument)->name, "notice", text, NULL);
}

/* Did one step of the preparing go well? What follows a step that failed is answered as aborted. */
static bool s_step_good(db_t *self, const PGresult *result, ExecStatusType expected)
{
    if (!result || PQresultStatus(result) == expected)
        return result != NULL;
    if (PQresultStatus(result) != PGRES_PIPELINE_ABORTED)
        db_doom(self, PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
    return false;
}

/* Comments on constraints of the form "status code: sentence" are what a violation is answered with. */
static void s_on_comments(void *argument, const PGresult *result)
{
    db_t *self = argument;
    if (!s_step_good(self, result, PGRES_TUPLES_OK))
        return;
    s_comments_clear(self);
    self->comments = calloc((size_t)PQntuples(result) + 1, sizeof *self->comments);
    CHECK(self->comments);
    for (; self->comment_count < (size_t)PQntuples(result); self->comment_count++) {
        db_comment_t *comment = &self->comments[self->comment_count];
        comment->constraint = strdup(PQgetvalue(result, (int)self->comment_count, 0));
        comment->comment = strdup(PQgetvalue(result, (int)self->comment_count, 1));
        CHECK(comment->constraint && comment->comment);
    }
}

static void s_on_prepared(void *argument, const PGresult *result)
{
    db_t *self = argument;
    const db_statement_t *statement = &self->statements[self->prepared++];
    if (!result || PQresultStatus(result) == PGRES_COMMAND_OK ||
        PQresultStatus(result) == PGRES_PIPELINE_ABORTED)
        return;
    const char *why = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (!self->was_ready && !db_is_passing(result))
        fatal("statement %s does not prepare: %s", statement->name, why ? why : "unknown");
    log_error("database", "connection", self->name, "statement", statement->name, "why", why, NULL);
    db_doom(self, "a statement does not prepare");
}

static void s_on_all_prepared(void *argument, const PGresult *result)
{
    db_t *self = argument;
    if (!s_step_good(self, result, PGRES_TUPLES_OK))
        return;
    self->stage = DB_READY;
    self->was_ready = true;
    self->pause = PAUSE_LEAST_MS;
    s_timer_end(self, &self->timer);
    if (self->state)
        self->state(self->state_argument, true);
}

/* Options, comments, every statement; the last answer makes the connection ready. */
static void s_prepare(db_t *self)
{
    static const char comments[] =
        "SELECT n.nspname || '.' || t.relname || '.' || c.name, d.description FROM"
        " (SELECT oid, 'pg_constraint'::regclass AS class, conname AS name, conrelid AS owner FROM "
        "pg_constraint"
        " UNION ALL SELECT i.oid, 'pg_class'::regclass, i.relname, x.indrelid"
        " FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid) c"
        " JOIN pg_description d ON d.objoid = c.oid AND d.classoid = c.class AND d.objsubid = 0"
        " JOIN pg_class t ON t.oid = c.owner JOIN pg_namespace n ON n.oid = t.relnamespace"
        " WHERE d.description ~ '^[a-z]+ [a-z0-9_]+[.][a-z0-9_]+: .'";
    self->stage = DB_PREPARING;
    self->prepared = 0;
    CHECK(PQenterPipelineMode(self->connection) == 1);
    bool sent = PQsendQueryParams(self->connection, comments, 0, NULL, NULL, NULL, NULL, 0) == 1;
    db_pipeline_push(self, s_on_comments, self, false);
    for (size_t i = 0; sent && i < self->statement_count; i++) {
        db_statement_t *statement = &self->statements[i];
        sent = PQsendPrepare(self->connection, statement->name, statement->sql, statement->type_count,
                             statement->types) == 1;
        db_pipeline_push(self, s_on_prepared, self, false);
    }
    sent = sent && PQsendQueryParams(self->connection, "SELECT 1", 0, NULL, NULL, NULL, NULL, 0) == 1;
    db_pipeline_push(self, s_on_all_prepared, self, false);
    sent = sent && PQpipelineSync(self->connection) == 1;
    db_pipeline_push(self, NULL, NULL, true);
    if (!sent)
        db_doom(self, PQerrorMessage(self->connection));
    else
        db_pipeline_write(self);
}

/* An attempt at several hosts may change the socket between polls: the loop is told anew each time. */
static void s_connect_poll(db_t *self)
{
    switch (PQconnectPoll(self->connection)) {
    case PGRES_POLLING_READING:
        db_watch(self, ZMQ_POLLIN);
        break;
    case PGRES_POLLING_WRITING:
        db_watch(self, ZMQ_POLLOUT);
        break;
    case PGRES_POLLING_OK:
        PQsetNoticeReceiver(self->connection, s_on_notice, self);
        PQsetnonblocking(self->connection, 1);
        s_prepare(self);
        break;
    default:
        db_doom(self, PQerrorMessage(self->connection));
    }
}

static int s_on_deadline(zloop_t *loop, int timer, void *argument)
{
    (void)loop;
    db_t *self = argument;
    if (s_is_current(&self->timer, timer))
        db_doom(self, "connecting took too long");
    return 0;
}

static void s_connect(db_t *self)
{
    const char *names[] = {"dbname", "application_name", "client_encoding", "options", NULL};
    const char *values[] = {self->conninfo, self->name, "UTF8", self->options, NULL};
    self->stage = DB_CONNECTING;
    self->connection = PQconnectStartParams(names, values, 1);
    CHECK(self->connection);
    self->timer = zloop_timer(self->loop, CONNECT_MS, 1, s_on_deadline, self);
    if (PQstatus(self->connection) == CONNECTION_BAD)
        db_doom(self, PQerrorMessage(self->connection));
    else
        db_watch(self, ZMQ_POLLOUT);
}

static int s_on_socket(zloop_t *loop, zmq_pollitem_t *item, void *argument)
{
    (void)loop, (void)item;
    db_t *self = argument;
    if (self->stage == DB_CONNECTING && !self->dropped)
        s_connect_poll(self);
    else
        db_pipeline_receive(self);
    return 0;
}

void db_start(db_t *self, db_state_fn *state, void *argument)
{
    CHECK(!self->connection && self->timer < 0);
    self->state = state;
    self->state_argument = argument;
    s_connect(self);
}
