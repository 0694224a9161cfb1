/* serve_batch_queue - the requests that wait for a transaction: taken, judged again, answered, given up */
#include <string.h>

#include "serve_batch.h"
#include "clock.h"

/* No statement may take longer than its time-out, and a commit waits for nothing but disks and a standby: who says nothing for so long is gone. */
enum { AWAY_MS = 2000, UNKNOWN_MS = 10000, SILENCE_MS = 10000 };

bool batch_busy(const batch_t *self)
{
    return self->stage != BATCH_IDLE;
}

size_t batch_waiting(const batch_t *self)
{
    return self->count;
}

void batch_add(batch_t *self, call_t *call)
{
    if (call->decided && call->dryrun) {
        answer_compose(self->serve, call);
        gate_reply(self->serve->gate, &call);
        return;
    }
    call->repeat = !call->decided && !call->dryrun && !*call->due && recent_has(self->recent, call);
    call->next = NULL;
    if (self->first)
        self->last->next = call;
    else
        self->first = call;
    self->last = call;
    self->count++;
}

void batch_answer(batch_t *self, bool (*is_answered)(const call_t *call))
{
    size_t left = self->call_count;
    call_t **link = &self->first;
    self->last = NULL;
    while (*link) {
        call_t *call = *link;
        if (left && left-- && is_answered(call)) {
            *link = call->next;
            self->count--;
            if (call->status == ST_OK && !call->dryrun && !*call->due)
                recent_add(self->recent, call);
            if (*call->due)
                timers_done(self->serve->timers, call);
            gate_reply(self->serve->gate, &call);
            continue;
        }
        self->last = call;
        link = &call->next;
    }
    self->call_count = 0;
}

void batch_recheck(batch_t *self)
{
    for (call_t *call = self->first; call; call = call->next)
        admit_rights(self->serve, call);
}

/* Nothing hangs for ever: while the database is away, what is held is answered retry after a while. */
static void s_give_up(batch_t *self)
{
    int64_t now = serve_clock() / 1000;
    while (self->first && now - self->first->arrived / 1000 > (self->first->unknown ? UNKNOWN_MS : AWAY_MS)) {
        call_t *call = self->first;
        if (!call->decided)
            call_refuse(call, ST_RETRY, "database.away", "",
                        "the database is away; send the same request again");
        refusals_note(self->serve->refusals, call->key, call->type, &call->problems[0]);
        answer_compose(self->serve, call);
        self->first = call->next;
        self->count--;
        if (*call->due)
            timers_done(self->serve->timers, call);
        gate_reply(self->serve->gate, &call);
    }
    gate_more(self->serve->gate);
}

void batch_tick(batch_t *self)
{
    if (self->stage == BATCH_IDLE && !db_ready(self->serve->db))
        s_give_up(self);
    if (self->stage != BATCH_IDLE && clock_monotonic() - self->heard > SILENCE_MS)
        db_drop(self->serve->db);
}

void batch_stop(batch_t *self)
{
    size_t begun = self->stage == BATCH_IDLE ? 0 : self->call_count;
    for (call_t *call = self->first; call; call = call->next) {
        if (begun) {
            begun--;
            continue;
        }
        if (!call->decided && !*call->due)
            call_refuse(call, ST_RETRY, "message.stopping", "",
                        "the daemon is stopping; send the same request again");
    }
}
