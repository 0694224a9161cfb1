/* db - one asynchronous connection to PostgreSQL: opened, prepared, lost and opened again */
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
    self->socket = self->timer = -1;
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

static void s_timer_end(db_t *self)
{
    if (self->timer >= 0)
        zloop_timer_end(self->loop, self->timer);
    self->timer = -1;
}

void db_destroy(db_t **self_p)
{
    db_t *self = *self_p;
    if (!self)
        return;
    db_watch(self, 0);
    s_timer_end(self);
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
    while (types && *types) {
        size_t length = strcspn(types, ",");
        CHECK(statement->type_count < 16);
        statement->types[statement->type_count++] = s_type(types, length);
        types += length + (types[length] == ',');
    }
}

bool db_ready(const db_t *self)
{
    return self->stage == DB_READY;
}

static int s_on_pause(zloop_t *loop, int timer, void *argument)
{
    (void)loop, (void)timer;
    db_t *self = argument;
    self->timer = -1;
    s_connect(self);
    return 0;
}

/* The connection is gone: tell everybody, then try again, each time a little later. */
void db_lose(db_t *self, const char *why)
{
    bool was_ready = self->stage == DB_READY;
    if (self->reading) {
        self->dropped = true;
        return;
    }
    if (self->stage == DB_CLOSED && !self->connection)
        return;
    log_warn("database", "connection", self->name, "state", "lost", "why", why ? why : "", NULL);
    db_watch(self, 0);
    s_timer_end(self);
    PQfinish(self->connection);
    self->connection = NULL;
    self->stage = DB_CLOSED;
    self->dropped = false;
    self->timer =
        zloop_timer(self->loop, (size_t)(self->pause + rand() % (self->pause / 2 + 1)), 1, s_on_pause, self);
    self->pause = self->pause * 2 < PAUSE_MOST_MS ? self->pause * 2 : PAUSE_MOST_MS;
    db_pipeline_forget(self);
    if (was_ready && self->state)
        self->state(self->state_argument, false);
}

void db_drop(db_t *self)
{
    db_lose(self, "no answer came in time");
}

static void s_on_notice(void *argument, const PGresult *result)
{
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED),
               *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (severity && strcmp(severity, "WARNING") == 0)
        log_warn("database", "connection", ((db_t *)argument)->name, "notice", text, NULL);
}

/* Comments on constraints of the form "status code: sentence" are what a violation is answered with. */
static void s_on_comments(void *argument, const PGresult *result)
{
    db_t *self = argument;
    if (!result || PQresultStatus(result) != PGRES_TUPLES_OK)
        return;
    s_comments_clear(self);
    self->comment_count = (size_t)PQntuples(result);
    self->comments = calloc(self->comment_count + 1, sizeof *self->comments);
    CHECK(self->comments);
    for (size_t i = 0; i < self->comment_count; i++) {
        self->comments[i].constraint = strdup(PQgetvalue(result, (int)i, 0));
        self->comments[i].comment = strdup(PQgetvalue(result, (int)i, 1));
    }
}

static void s_on_prepared(void *argument, const PGresult *result)
{
    db_t *self = argument;
    self->prepared++;
    if (!result || PQresultStatus(result) == PGRES_COMMAND_OK ||
        PQresultStatus(result) == PGRES_PIPELINE_ABORTED)
        return;
    const char *why = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *wrong = self->statements[self->prepared - 1].name;
    if (!self->was_ready && !db_is_passing(result))
        fatal("statement %s does not prepare: %s", wrong, why ? why : "unknown");
    log_error("database", "connection", self->name, "statement", wrong, "why", why, NULL);
    db_lose(self, "a statement does not prepare");
}

static void s_on_all_prepared(void *argument, const PGresult *result)
{
    db_t *self = argument;
    if (!result || PQresultStatus(result) != PGRES_TUPLES_OK)
        return;
    self->stage = DB_READY;
    self->was_ready = true;
    self->pause = PAUSE_LEAST_MS;
    s_timer_end(self);
    if (self->state)
        self->state(self->state_argument, true);
}

/* Options, comments, every statement; the last answer makes the connection ready. */
static void s_prepare(db_t *self)
{
    static const char comments[] =
        "SELECT conrelid::regclass::text || '.' || conname, obj_description(oid, 'pg_constraint')"
        " FROM pg_constraint WHERE obj_description(oid, 'pg_constraint') ~ '^[a-z]+ [a-z_]+[.][a-z_]+: '"
        " UNION ALL SELECT c.oid::regclass::text || '.' || i.relname, obj_description(i.oid, 'pg_class') "
        "FROM pg_index x"
        " JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid"
        " WHERE obj_description(i.oid, 'pg_class') ~ '^[a-z]+ [a-z_]+[.][a-z_]+: '";
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
        db_lose(self, PQerrorMessage(self->connection));
    else
        db_pipeline_write(self);
}

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
        db_lose(self, PQerrorMessage(self->connection));
    }
}

static int s_on_deadline(zloop_t *loop, int timer, void *argument)
{
    (void)loop, (void)timer;
    db_t *self = argument;
    self->timer = -1;
    db_lose(self, "connecting took too long");
    return 0;
}

static void s_connect(db_t *self)
{
    const char *names[] = {"dbname",          "application_name", "connect_timeout",
                           "client_encoding", "options",          NULL};
    const char *values[] = {self->conninfo, self->name, "5", "UTF8", self->options, NULL};
    self->stage = DB_CONNECTING;
    self->connection = PQconnectStartParams(names, values, 1);
    CHECK(self->connection);
    self->timer = zloop_timer(self->loop, CONNECT_MS, 1, s_on_deadline, self);
    if (PQstatus(self->connection) == CONNECTION_BAD)
        db_lose(self, PQerrorMessage(self->connection));
    else
        db_watch(self, ZMQ_POLLOUT);
}

static int s_on_socket(zloop_t *loop, zmq_pollitem_t *item, void *argument)
{
    (void)loop;
    db_t *self = argument;
    if (self->stage == DB_CONNECTING) {
        /* a multi-host attempt may change the socket between polls */
        s_connect_poll(self);
        return 0;
    }
    if (self->stage == DB_CLOSED)
        return 0;
    if (item->revents & (ZMQ_POLLIN | ZMQ_POLLERR))
        db_pipeline_receive(self);
    if (self->connection && self->stage != DB_CLOSED)
        db_pipeline_write(self);
    return 0;
}

void db_start(db_t *self, db_state_fn *state, void *argument)
{
    self->state = state;
    self->state_argument = argument;
    s_connect(self);
}
