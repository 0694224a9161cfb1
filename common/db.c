/* db - one asynchronous connection to PostgreSQL: what it owns, and how it is lost */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "clock.h"
#include "db_private.h"
#include "log.h"

enum { PAUSE_MOST_MS = 10000 };

db_t *db_new(zloop_t *loop, const char *conninfo, const char *name)
{
    db_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->loop = loop;
    self->conninfo = strdup(conninfo);
    self->name = strdup(name);
    CHECK(self->conninfo && self->name);
    self->socket = self->timer = self->soon = -1;
    self->pause = DB_PAUSE_LEAST_MS;
    return self;
}

void db_comments_clear(db_t *self)
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

void db_timer_end(db_t *self, int *timer)
{
    if (*timer >= 0)
        zloop_timer_end(self->loop, *timer);
    *timer = -1;
}

/* A timer that was ended may still be called once in the loop's same turn. */
bool db_timer_is(int *current, int timer)
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
    if (db_timer_is(&self->soon, timer))
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
    db_timer_end(self, &self->timer);
    db_timer_end(self, &self->soon);
    PQfinish(self->connection);
    for (size_t i = 0; i < self->statement_count; i++) {
        free(self->statements[i].name);
        free(self->statements[i].sql);
    }
    db_comments_clear(self);
    free(self->statements);
    free(self->pending);
    for (size_t i = 0; i < self->setting_count; i++) {
        free(self->settings[i].name);
        free(self->settings[i].value);
    }
    free(self->settings);
    free(self->conninfo);
    free(self->name);
    free(self);
    *self_p = NULL;
}

void db_option(db_t *self, const char *name, const char *value)
{
    CHECK(!self->started);
    self->settings = realloc(self->settings, (self->setting_count + 1) * sizeof *self->settings);
    CHECK(self->settings);
    db_setting_t *setting = &self->settings[self->setting_count++];
    *setting = (db_setting_t){.name = strdup(name), .value = strdup(value)};
    CHECK(setting->name && setting->value);
}

/* PostgreSQL's OIDs of built-in types: fixed for ever in its catalogue (pg_type.dat). */
void db_option_plans(db_t *self)
{
    db_option(self, "plan_cache_mode", "force_generic_plan");
    db_option(self, "enable_seqscan", "off");
    db_option(self, "enable_hashjoin", "off");
    db_option(self, "enable_mergejoin", "off");
    db_option(self, "jit", "off");
}

static Oid s_type(const char *statement, const char *word, size_t length)
{
    static const struct {
        const char *word;
        Oid oid;
    } types[] = {{"jsonb", 3802},       {"jsonb[]", 3807},       {"json", 114},      {"json[]", 199},
                 {"text", 25},          {"text[]", 1009},        {"uuid", 2950},     {"uuid[]", 2951},
                 {"bigint", 20},        {"bigint[]", 1016},      {"integer", 23},    {"integer[]", 1007},
                 {"bytea", 17},         {"bytea[]", 1001},       {"boolean", 16},    {"boolean[]", 1000},
                 {"timestamptz", 1184}, {"timestamptz[]", 1185}, {"date", 1082},     {"date[]", 1182},
                 {"numeric", 1700},     {"numeric[]", 1231},     {"interval", 1186}, {"pg_snapshot", 5038},
                 {"xid8", 5069},        {"tstzrange", 3910},     {"daterange", 3912}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strlen(types[i].word) == length && strncmp(types[i].word, word, length) == 0)
            return types[i].oid;
    fatal("statement %s has a parameter of type '%.*s', which is not known here", statement, (int)length,
          word);
}

void db_prepare(db_t *self, const char *name, const char *sql, const char *types)
{
    CHECK(!self->started);
    self->statements = realloc(self->statements, (self->statement_count + 1) * sizeof *self->statements);
    CHECK(self->statements);
    db_statement_t *statement = &self->statements[self->statement_count++];
    *statement = (db_statement_t){.name = strdup(name), .sql = strdup(sql)};
    CHECK(statement->name && statement->sql);
    while (types && *types) {
        size_t length = strcspn(types, ",");
        CHECK(statement->type_count < DB_PARAMETERS);
        statement->types[statement->type_count++] = s_type(name, types, length);
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
    if (db_timer_is(&self->timer, timer))
        db_connect(self);
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
    db_timer_end(self, &self->soon);
    db_soon(self, 0);
}

/* The connection is gone: tell everybody, then try again, each time a little later. */
void db_lose(db_t *self)
{
    bool was_ready = self->stage == DB_READY;
    log_warn("database", "connection", self->name, "state", was_ready ? "lost" : "away", "why", self->why,
             NULL);
    db_watch(self, 0);
    db_timer_end(self, &self->timer);
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

static int s_on_socket(zloop_t *loop, zmq_pollitem_t *item, void *argument)
{
    (void)loop, (void)item;
    db_t *self = argument;
    if (self->stage == DB_CONNECTING && !self->dropped)
        db_connect_poll(self);
    else
        db_pipeline_receive(self);
    return 0;
}

void db_start(db_t *self, db_state_fn *state, void *argument)
{
    CHECK(!self->started);
    self->started = true;
    self->state = state;
    self->state_argument = argument;
    db_connect_check(self);
    db_connect(self);
}
