/* serve_batch_doubt - what a request refers to may still be on its way from another daemon of the node
 *
 * A script registers an organisation at one daemon and names it to another a moment later. Before "missing" is answered the request runs once more, behind a look at
 * whether an event that is older than its id still waits for this daemon's follower. If so the answer is "retry": sinergi, and whoever else sends the same id
 * again, will find it there.
 */
#include <stdlib.h>
#include <string.h>

#include "serve_batch.h"
#include "check.h"
#include "clock.h"
#include "log.h"

void batch_doubt_prepare(batch_t *self)
{
    const serve_t *serve = self->serve;
    char path[4096], schemas[64];
    if (strcmp(serve->service->name, "relay") == 0)
        return; /* it follows nothing */
    snprintf(path, sizeof path, "%s/common/sql/follow_behind.sql", serve->share);
    char *sql = pieces_file(path);
    if (!sql)
        fatal("%s cannot be read", path);
    snprintf(schemas, sizeof schemas, "%s,public", serve->service->name);
    db_option(serve->db, "search_path", schemas);
    db_prepare(serve->db, "follow_behind", sql, "text[],timestamptz");
    free(sql);
}

static bool s_may_be_behind(const batch_t *self, const call_t *call)
{
    return call->status == ST_MISSING && !*call->due && self->serve->follow &&
           follow_waited_for(self->serve->follow)[0];
}

bool batch_doubt(batch_t *self)
{
    bool doubt = false;
    for (size_t i = 0; i < self->run_count; i++) {
        call_t *call = self->run[i];
        if (s_may_be_behind(self, call) && !call->doubted)
            doubt = call->doubted = true;
    }
    return doubt;
}

/* The newest of the requests in doubt, no later than now; -1 if there is none. */
static int64_t s_time(const batch_t *self)
{
    int64_t newest = -1;
    for (size_t i = 0; i < self->run_count; i++) {
        const call_t *call = self->run[i];
        if (!call->doubted)
            continue;
        int64_t time = uuid_time_ms(&call->id);
        time = time < call->now ? time : call->now;
        newest = time > newest ? time : newest;
    }
    return newest;
}

void batch_ask_version(batch_t *self, db_result_fn *handler)
{
    int64_t time = s_time(self);
    self->behind = false;
    if (time < 0) {
        db_run(self->serve->db, "directory_version", NULL, handler, self);
        return;
    }
    char text[CLOCK_TEXT];
    array_t *types = array_new(ARRAY_TEXT);
    for (const char *const *type = follow_waited_for(self->serve->follow); *type; type++)
        array_text(types, *type);
    clock_text(time, text);
    db_parameters_clear(self->parameters);
    db_array(self->parameters, types);
    db_text(self->parameters, text);
    db_run(self->serve->db, "follow_behind", self->parameters, handler, self);
    array_destroy(&types);
}

void batch_settle_doubt(batch_t *self)
{
    for (size_t i = 0; i < self->run_count && self->behind; i++) {
        call_t *call = self->run[i];
        if (!call->doubted || !s_may_be_behind(self, call))
            continue;
        call->problem_count = 0;
        call->data = NULL;
        call_refuse(call, ST_RETRY, "message.behind", "",
                    "what it refers to may still be on its way within this node: send the same id again");
        call->decided = false; /* it holds only with the transaction that says so */
    }
}
