/* db_pipeline - what is sent over a connection, and the results that come back in the same order */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "db_private.h"
#include "log.h"

static void s_push(db_t *self, db_pending_t pending)
{
    if (self->pending_count == self->pending_room) {
        size_t room = self->pending_room ? self->pending_room * 2 : 1024;
        db_pending_t *larger = calloc(room, sizeof *larger);
        CHECK(larger);
        for (size_t i = 0; i < self->pending_count; i++)
            larger[i] = self->pending[(self->pending_first + i) % self->pending_room];
        free(self->pending);
        self->pending = larger;
        self->pending_first = 0;
        self->pending_room = room;
    }
    size_t place = (self->pending_first + self->pending_count++) % self->pending_room;
    self->pending[place] = pending;
}

void db_pipeline_push(db_t *self, db_result_fn *handler, void *argument, bool sync)
{
    s_push(self, (db_pending_t){.handler = handler, .argument = argument, .sync = sync});
}

static db_pending_t s_shift(db_t *self)
{
    db_pending_t first = self->pending[self->pending_first];
    self->pending_first = (self->pending_first + 1) % self->pending_room;
    self->pending_count--;
    return first;
}

/* NULL to the handlers of those that wait now: of all, or of those at the head that were never sent. What a
 * handler sends in its turn is not among them, or one that sends again would be called for ever. */
static void s_give_back(db_t *self, bool all)
{
    size_t count = self->pending_count;
    while (count-- > 0 && (all || self->pending[self->pending_first].unsent)) {
        db_pending_t lost = s_shift(self);
        if (lost.handler)
            lost.handler(lost.argument, NULL);
    }
}

/* A handler's last words are answered before the owner is told that the connection is lost, or their arguments
 * may be gone by then; but not for ever. */
void db_pipeline_forget(db_t *self)
{
    for (int times = 0; times < 8 && self->pending_count > 0; times++)
        s_give_back(self, true);
}

static void s_hand_out(db_t *self, const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    bool error = status == PGRES_FATAL_ERROR;
    if (error &&
        (PQstatus(self->connection) == CONNECTION_BAD || (severity && strcmp(severity, "ERROR") != 0))) {
        /* the server's last words are no answer to what was asked: nobody knows whether it was done */
        db_doom(self, PQresultErrorMessage(result));
        return;
    }
    CHECK(self->pending_count > 0);
    if (error && self->pending[self->pending_first].sync) {
        /* the commit of what was sent without BEGIN failed, after its answers */
        log_error("database", "connection", self->name, "code", db_sqlstate(result), "why",
                  PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY), NULL);
        return;
    }
    db_pending_t first = s_shift(self);
    CHECK(first.sync == (status == PGRES_PIPELINE_SYNC));
    if (first.handler)
        first.handler(first.argument, result);
}

/* libpq gives each query's results and then a NULL; a Sync is a result of its own without a NULL. The NULL is
 * fetched even when nothing else is pending, so that afterwards "not busy" means that there is something to
 * hand out. */
static bool s_next(db_t *self)
{
    if (self->dropped || self->stage < DB_PREPARING || PQisBusy(self->connection))
        return false;
    if (self->pending_count > 0 && self->pending[self->pending_first].unsent)
        return false;
    PGresult *result = PQgetResult(self->connection);
    if (!result)
        return self->pending_count > 0;
    s_hand_out(self, result);
    PQclear(result);
    return true;
}

void db_pipeline_receive(db_t *self)
{
    bool open = self->stage >= DB_PREPARING && !self->dropped;
    bool alive = !open || PQconsumeInput(self->connection) == 1;
    self->reading = true;
    if (!self->dropped)
        s_give_back(self, false);
    while (s_next(self))
        ;
    self->reading = false;
    if (open && (!alive || PQstatus(self->connection) == CONNECTION_BAD))
        db_doom(self, PQerrorMessage(self->connection));
    if (self->dropped)
        db_lose(self);
    else if (open)
        db_pipeline_write(self);
}

/* Is there work that no readable socket will tell of? libpq reads while it writes, answers by itself what comes
 * after an error, and TLS keeps bytes of its own. */
static void s_look_again(db_t *self)
{
    enum { TLS_MS = 20 };
    if (self->pending_count == 0)
        return;
    if (self->pending[self->pending_first].unsent || !PQisBusy(self->connection))
        db_soon(self, 0);
    else if (PQsslInUse(self->connection))
        db_soon(self, TLS_MS);
}

void db_pipeline_write(db_t *self)
{
    int left = PQflush(self->connection);
    if (left < 0) {
        db_doom(self, PQerrorMessage(self->connection));
        return;
    }
    db_watch(self, left > 0 ? ZMQ_POLLIN | ZMQ_POLLOUT : ZMQ_POLLIN);
    s_look_again(self);
}

db_parameters_t *db_parameters_new(void)
{
    db_parameters_t *self = calloc(1, sizeof *self);
    CHECK(self);
    return self;
}

void db_parameters_destroy(db_parameters_t **self_p)
{
    free(*self_p);
    *self_p = NULL;
}

void db_parameters_clear(db_parameters_t *self)
{
    self->count = 0;
}

static void s_parameter(db_parameters_t *self, const char *value, size_t length, int format)
{
    CHECK(self->count < DB_PARAMETERS && length < INT32_MAX);
    self->values[self->count] = value;
    self->lengths[self->count] = (int)length;
    self->formats[self->count++] = format;
}

void db_text(db_parameters_t *self, const char *text)
{
    s_parameter(self, text, 0, 0);
}

void db_bytes(db_parameters_t *self, const void *bytes, size_t length)
{
    s_parameter(self, bytes, length, 1);
}

void db_number(db_parameters_t *self, long long number)
{
    CHECK(self->count < DB_PARAMETERS);
    char *text = self->numbers[self->count];
    snprintf(text, sizeof self->numbers[0], "%lld", number);
    s_parameter(self, text, 0, 0);
}

void db_array(db_parameters_t *self, array_t *array)
{
    size_t length;
    const char *data = array_data(array, &length);
    s_parameter(self, data, length, 1);
}

/* What cannot be handed to libpq means that the connection is lost: the handler is told with all others. */
static void s_sent(db_t *self, bool sent, db_result_fn *handler, void *argument)
{
    s_push(self, (db_pending_t){.handler = handler, .argument = argument, .unsent = !sent});
    if (sent)
        return;
    if (db_ready(self))
        db_doom(self, PQerrorMessage(self->connection));
    else
        db_soon(self, 0);
}

void db_send(db_t *self, const char *command, db_result_fn *handler, void *argument)
{
    bool sent =
        db_ready(self) && PQsendQueryParams(self->connection, command, 0, NULL, NULL, NULL, NULL, 0) == 1;
    s_sent(self, sent, handler, argument);
}

void db_run(db_t *self, const char *statement, const db_parameters_t *parameters, db_result_fn *handler,
            void *argument)
{
    bool sent =
        db_ready(self) &&
        PQsendQueryPrepared(self->connection, statement, parameters ? parameters->count : 0,
                            parameters ? parameters->values : NULL, parameters ? parameters->lengths : NULL,
                            parameters ? parameters->formats : NULL, 0) == 1;
    s_sent(self, sent, handler, argument);
}

/* While results are being handed out the loop's own write follows. */
static void s_push_out(db_t *self, bool sent)
{
    if (!sent)
        db_doom(self, PQerrorMessage(self->connection));
    else if (!self->reading)
        db_pipeline_write(self);
}

void db_flush(db_t *self)
{
    if (db_ready(self))
        s_push_out(self, PQsendFlushRequest(self->connection) == 1);
}

void db_sync(db_t *self)
{
    if (!db_ready(self))
        return;
    bool sent = PQpipelineSync(self->connection) == 1;
    if (sent)
        db_pipeline_push(self, NULL, NULL, true);
    s_push_out(self, sent);
}
