/* serve_batch_plan - which requests go into one transaction, and how a failed one is narrowed down to its culprit */
#include <string.h>

#include "serve_batch.h"
#include "check.h"
#include "clock.h"
#include "log.h"

#define LONELY_MS INT64_C(60000)
enum { WORTH_A_COMMIT = 32 };

static bool s_is_lonely(const batch_t *self, const call_t *call)
{
    int64_t now = clock_monotonic();
    for (int i = 0; i < BATCH_LONELY; i++)
        if (self->lonely[i].until > now && strcmp(self->lonely[i].principal, call->principal.principal) == 0)
            return true;
    return false;
}

static void s_make_lonely(batch_t *self, const call_t *call)
{
    int oldest = 0;
    for (int i = 0; i < BATCH_LONELY; i++) {
        if (strcmp(self->lonely[i].principal, call->principal.principal) == 0) {
            oldest = i;
            break;
        }
        if (self->lonely[i].until < self->lonely[oldest].until)
            oldest = i;
    }
    memcpy(self->lonely[oldest].principal, call->principal.principal, UUID_TEXT);
    self->lonely[oldest].until = clock_monotonic() + LONELY_MS;
}

static bool s_is_alone(const batch_t *self, const call_t *call)
{
    return !call->decided && (call->alone || s_is_lonely(self, call));
}

static bool s_same_request(const call_t *one, const call_t *other)
{
    return memcmp(one->id.bytes, other->id.bytes, sizeof one->id.bytes) == 0 &&
           strcmp(one->principal.principal, other->principal.principal) == 0;
}

/* A request that stands in the segment already waits for the first one's answer, and is then looked up. */
static bool s_stands(const batch_t *self, call_t *call)
{
    for (size_t i = 0; i < self->run_count; i++)
        if (s_same_request(self->run[i], call)) {
            call->repeat = true;
            return true;
        }
    return false;
}

/* Half of what waits, if that is worth a commit: the other half is ready when the database is, and while it runs that, those who got their replies send anew. All at once,
 * and the database and we would wait for each other in turn. */
static size_t s_most(const batch_t *self)
{
    size_t half = (self->count + 1) / 2;
    return half < WORTH_A_COMMIT ? WORTH_A_COMMIT : half < LIMIT_BATCH_MESSAGES ? half : LIMIT_BATCH_MESSAGES;
}

static bool s_fits(batch_t *self, call_t *call, size_t bytes)
{
    if (self->call_count >= s_most(self) || bytes > LIMIT_BATCH_BYTES)
        return false;
    if (call->decided)
        return self->kind == BATCH_RUN;
    if (self->kind == BATCH_LOOK_UP)
        return call->repeat;
    return !call->repeat && !s_is_alone(self, call) && !s_stands(self, call);
}

/* One call of the database for both? */
static bool s_joins(const call_t *first, const call_t *call)
{
    return first->route == call->route && call->route->flags & ROUTE_MANY && !first->single && !call->single;
}

static void s_take(batch_t *self, call_t *call)
{
    self->calls[self->call_count++] = call;
    if (call->decided)
        return;
    if (self->kind != BATCH_DRY && !*call->due)
        self->asked[self->asked_count++] = call;
    if (self->kind == BATCH_LOOK_UP)
        return;
    batch_statement_t *last = self->statement_count ? &self->statements[self->statement_count - 1] : NULL;
    if (last && s_joins(self->run[last->first], call))
        last->count++;
    else
        self->statements[self->statement_count++] = (batch_statement_t){self->run_count, 1};
    self->run[self->run_count++] = call;
}

void batch_plan(batch_t *self)
{
    self->call_count = self->run_count = self->statement_count = self->asked_count = 0;
    call_t *call = self->first;
    bool waits = !call->decided;
    self->kind = waits && call->dryrun ? BATCH_DRY : waits && call->repeat ? BATCH_LOOK_UP : BATCH_RUN;
    bool alone = self->kind == BATCH_DRY || (self->kind == BATCH_RUN && s_is_alone(self, call));
    size_t bytes = call->open ? zmq_msg_size(&call->frame) : 0;
    s_take(self, call);
    while (!alone && (call = call->next) != NULL) {
        bytes += call->open ? zmq_msg_size(&call->frame) : 0;
        if (!s_fits(self, call, bytes))
            break;
        s_take(self, call);
    }
}

static void s_decide(batch_t *self, call_t *call)
{
    call_refuse_problem(call, &self->problem);
    call->data = NULL;
    log_warn("failed", "type", call->type, "id", call->requestid, "code", self->problem.code, "why",
             self->problem.why, NULL);
}

/* Deadlocks and time-outs are repeated as they are, three times. */
static bool s_repeat(batch_t *self)
{
    bool again = true;
    for (size_t i = 0; i < self->call_count; i++)
        again = ++self->calls[i]->repeats <= BATCH_REPEATS && again;
    return again;
}

/* Before an error is answered the id is looked up: another process may have done this very request meanwhile. */
static bool s_look_again(call_t *call)
{
    if (call->looked || call->dryrun || *call->due)
        return false;
    call->looked = true;
    call->repeat = true;
    return true;
}

bool batch_narrow(batch_t *self)
{
    bool known = self->failed != BATCH_NOWHERE && self->failed >= FIRST_STATEMENT &&
                 self->failed - FIRST_STATEMENT < self->statement_count;
    const batch_statement_t *statement = known ? &self->statements[self->failed - FIRST_STATEMENT] : NULL;
    call_t *culprit = known ? self->run[statement->first] : NULL;
    if ((self->passing || !culprit) && s_repeat(self))
        return true;
    if (culprit && statement->count > 1) { /* one of several: next time each is called by itself */
        for (size_t i = 0; i < statement->count; i++)
            self->run[statement->first + i]->single = true;
        return true;
    }
    for (size_t i = 0; i < self->call_count; i++)
        self->calls[i]->repeats = 0;
    if (self->run_count <= 1) {
        if (self->run_count && !s_look_again(self->run[0]))
            s_decide(self, self->run[0]);
        return self->run_count == 1;
    }
    for (size_t i = 0; i < self->run_count; i++) {
        call_t *call = self->run[i];
        call->alone = call->alone || call == culprit || !culprit || ++call->troubles >= BATCH_TROUBLES;
    }
    if (culprit)
        s_make_lonely(self, culprit);
    return true;
}
