/* db_pipeline - what is sent over a connection, and the results that come back in the same order */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "db_private.h"
#include "log.h"

void db_pipeline_push(db_t *self, db_result_fn *handler, void *argument, bool sync)
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
    self->pending[place] = (db_pending_t){.handler = handler, .argument = argument, .sync = sync};
}

static db_pending_t s_shift(db_t *self)
{
    db_pending_t first = self->pending[self->pending_first];
    self->pending_first = (self->pending_first + 1) % self->pending_room;
    self->pending_count--;
    return first;
}

/* Handlers may send anew as soon as the connection is ready again, not before: what they would push now is
 * not theirs. */
void db_pipeline_forget(db_t *self)
{
    size_t count = self->pending_count;
    while (count-- > 0) {
        db_pending_t lost = s_shift(self);
        if (lost.handler && lost.argument != self)
            lost.handler(lost.argument, NULL);
    }
}

/* libpq gives each query's results and then a NULL; a Sync is a result of its own without a NULL. */
static bool s_next(db_t *self)
{
    if (self->pending_count == 0 || PQisBusy(self->connection))
        return false;
    PGresult *result = PQgetResult(self->connection);
    if (!result)
        return true; /* end of one query's results */
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_FATAL_ERROR && PQstatus(self->connection) == CONNECTION_BAD) {
        PQclear(result);
        self->dropped = true;
        return false;
    }
    db_pending_t first = s_shift(self);
    CHECK(first.sync == (status == PGRES_PIPELINE_SYNC));
    if (first.handler)
        first.handler(first.argument, result);
    PQclear(result);
    return !self->dropped;
}

void db_pipeline_receive(db_t *self)
{
    bool alive = PQconsumeInput(self->connection) == 1;
    self->reading = true;
    while (s_next(self))
        ;
    self->reading = false;
    if (self->dropped || !alive || PQstatus(self->connection) == CONNECTION_BAD)
        db_lose(self, PQerrorMessage(self->connection));
}

void db_pipeline_write(db_t *self)
{
    int left = PQflush(self->connection);
    if (left < 0)
        db_lose(self, PQerrorMessage(self->connection));
    else
        db_watch(self, left > 0 ? ZMQ_POLLIN | ZMQ_POLLOUT : ZMQ_POLLIN);
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
    CHECK(self->count < 16 && length < INT32_MAX);
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
static void s_sent(db_t *self, bool sent, db_result_fn *handler, void *argument, bool sync)
{
    db_pipeline_push(self, handler, argument, sync);
    if (!sent)
        self->dropped = true;
}

void db_send(db_t *self, const char *command, db_result_fn *handler, void *argument)
{
    bool sent =
        self->connection && PQsendQueryParams(self->connection, command, 0, NULL, NULL, NULL, NULL, 0) == 1;
    s_sent(self, sent, handler, argument, false);
}

void db_run(db_t *self, const char *statement, const db_parameters_t *parameters, db_result_fn *handler,
            void *argument)
{
    bool sent =
        self->connection &&
        PQsendQueryPrepared(self->connection, statement, parameters ? parameters->count : 0,
                            parameters ? parameters->values : NULL, parameters ? parameters->lengths : NULL,
                            parameters ? parameters->formats : NULL, 0) == 1;
    s_sent(self, sent, handler, argument, false);
}

/* While results are being handed out the loop's own write follows. */
static void s_write(db_t *self)
{
    if (self->dropped)
        db_lose(self, self->connection ? PQerrorMessage(self->connection) : "it is closed");
    else if (self->connection && !self->reading)
        db_pipeline_write(self);
}

void db_flush(db_t *self)
{
    if (self->connection && PQsendFlushRequest(self->connection) != 1)
        self->dropped = true;
    s_write(self);
}

void db_sync(db_t *self)
{
    s_sent(self, self->connection && PQpipelineSync(self->connection) == 1, NULL, NULL, true);
    s_write(self);
}
