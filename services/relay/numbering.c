/* numbering - rounds: take in what neighbours sent, give every new event its leaf, seal, commit once, tell everybody */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "fault.h"
#include "log.h"
#include "numbering.h"
#include "peer.h"
#include "round.h"
#include "snapshot.h"

#define TAKE_EVENTS 4096             /* received events in one round, about */
#define TAKE_BYTES (8 * 1024 * 1024) /* and their bytes */
#define RETRY_MS 1000

struct numbering {
    relay_t *relay;
    round_t *round;
    char *snapshot; /* as committed */
    char *fresh;    /* of the round at hand */
    bool started, busy, again;
    bool all;     /* compare all events with all leaves */
    bool backlog; /* more waits than one round may take: cut by transactions, take nothing in meanwhile */
    bool narrow;  /* a round of several intakes failed: one at a time */
    bool failed, data_error, empty;
    int64_t not_before; /* clock_monotonic; after a failure */
    uint64_t cut;
    char code[8], why[256];  /* of the failure */
    intake_t *queue, *taken; /* waiting; in the round at hand */
    db_parameters_t *parameters;
};

numbering_t *numbering_new(relay_t *relay)
{
    numbering_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->relay = relay;
    self->round = round_new(relay);
    self->parameters = db_parameters_new();
    return self;
}

void numbering_destroy(numbering_t **self_p)
{
    numbering_t *self = *self_p;
    *self_p = NULL;
    if (!self)
        return;
    intake_answer_all(&self->taken, false);
    intake_answer_all(&self->queue, false);
    round_destroy(&self->round);
    db_parameters_destroy(&self->parameters);
    free(self->snapshot);
    free(self->fresh);
    free(self);
}

void numbering_prepare(numbering_t *self)
{
    round_prepare(self->relay);
}

/* The first error of a round is kept; what follows it is only its echo. False if the round has failed. */
static bool s_good(numbering_t *self, const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
        return !self->failed;
    if (!self->failed) {
        const char *why = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
        snprintf(self->code, sizeof self->code, "%s", db_sqlstate(result));
        snprintf(self->why, sizeof self->why, "%s", why ? why : "the statement was not run");
        self->data_error = db_is_data_error(result);
        self->failed = true;
    }
    return false;
}

static void s_step(void *argument, const PGresult *result)
{
    if (result)
        s_good(argument, result);
}

/* A second, different seal of one number: the node that signed both says two things. */
static void s_contradicted(void *argument, const PGresult *result)
{
    if (!result || !s_good(argument, result))
        return;
    for (int row = 0; row < PQntuples(result); row++)
        log_error("fork_seen", "node", PQgetvalue(result, row, 0), "epoch", PQgetvalue(result, row, 1),
                  "seal", PQgetvalue(result, row, 2), "why",
                  "the node has signed two different seals of this number", NULL);
}

/* event_take tells which events are new; both lists have one order. The rest were here already. */
static void s_taken(void *argument, const PGresult *result)
{
    intake_t *intake = argument;
    if (!result)
        return;
    numbering_t *self = intake->numbering;
    if (!s_good(self, result))
        return;
    size_t at = intake->alone ? intake->single : 0, end = intake->alone ? at + 1 : intake->count;
    for (int row = 0; row < PQntuples(result); row++) {
        uuid_id_t id;
        CHECK(uuid_of_text(PQgetvalue(result, row, 0), (size_t)PQgetlength(result, row, 0), &id));
        while (at < end && memcmp(&intake->entries[at]->id, &id, sizeof id) != 0)
            at++;
        CHECK(at < end);
        intake->fresh[at++] = true;
    }
}

/* An error that is in an event's data: find the one by taking smaller pieces. Any other: what was received is fetched again from where the database says. */
static void s_narrow(numbering_t *self)
{
    intake_t *first = self->taken;
    if (!self->data_error || !first) {
        self->not_before = clock_monotonic() + RETRY_MS;
        intake_answer_all(&self->taken, false);
        intake_answer_all(&self->queue, false);
        return;
    }
    if (first->alone && first->single < first->count) {
        const entry_t *entry = first->entries[first->single];
        problem_t problem;
        problem_set(&problem, ST_INVALID, self->code, "", "%s", self->why);
        log_error("event_parked", "peer", first->peer, "leaf", log_number(first->leaves[first->single]),
                  "code", self->code, "why", self->why, NULL);
        intake_park(first, first->leaves[first->single], &entry->id, entry->type, entry->node, &problem,
                    entry->bytes, entry->length);
        first->single++;
    } else if (!first->next) {
        first->alone = true;
    }
    self->narrow = true;
    intake_append(&self->taken, self->queue);
    self->queue = self->taken;
    self->taken = NULL;
}

static void s_rolled_back(void *argument, const PGresult *result)
{
    numbering_t *self = argument;
    if (!result)
        return;
    round_clear(self->round);
    if (self->failed) {
        log_error("round_failed", "code", self->code, "why", self->why, NULL);
        s_narrow(self);
    } else { /* too many events wait for one round */
        intake_append(&self->taken, self->queue);
        self->queue = self->taken;
        self->taken = NULL;
    }
    self->busy = false;
    numbering_nudge(self);
}

static void s_roll_back(numbering_t *self)
{
    db_sync(self->relay->db);
    db_send(self->relay->db, "ROLLBACK", s_rolled_back, self);
    db_sync(self->relay->db);
}

/* What the round held is on disk: it goes into the window, and whoever sent it is told. */
static void s_publish(numbering_t *self)
{
    relay_t *relay = self->relay;
    round_t *round = self->round;
    relay->head = round->head;
    round_stored(round);
    free(self->snapshot);
    self->snapshot = self->fresh;
    self->fresh = NULL;
    if (round->count > 0)
        head_save(relay->dir, &relay->head);
    if (round->unproven) {
        window_reset(relay->window, relay->head.leaf);
        round_clear(round);
    }
    for (size_t i = 0; i < round->count; i++)
        window_add(relay->window, &round->entries[i]);
    round->count = 0;
}

static void s_answer_taken(numbering_t *self)
{
    intake_t *list = self->taken, *unfinished = NULL;
    self->taken = NULL;
    while (list) {
        intake_t *intake = list;
        list = list->next;
        if (intake->alone && intake->single < intake->count) {
            intake->single++;
            intake->next = NULL;
            intake_append(&unfinished, intake);
        } else {
            intake_answer(intake, true);
        }
    }
    intake_append(&unfinished, self->queue);
    self->queue = unfinished;
}

static void s_committed(void *argument, const PGresult *result)
{
    numbering_t *self = argument;
    if (!result)
        return;
    if (!s_good(self, result) || strcmp(PQcmdStatus((PGresult *)result), "COMMIT") != 0) {
        self->failed = true;
        s_roll_back(self);
        return;
    }
    if (self->empty) { /* nothing was new and nothing was taken: nothing was written */
        self->busy = false;
        if (self->again || self->queue)
            numbering_nudge(self);
        return;
    }
    FAULT("relay.committed");
    s_publish(self);
    FAULT("relay.published");
    s_answer_taken(self);
    FAULT("relay.acknowledged");
    self->narrow = self->queue && (self->narrow || self->queue->alone);
    self->busy = false;
    peers_feed(self->relay->peers);
    if (self->again || self->queue || self->backlog || self->all)
        numbering_nudge(self);
}

static void s_add_taken(numbering_t *self)
{
    for (intake_t *intake = self->taken; intake; intake = intake->next)
        for (size_t i = 0; i < intake->count; i++)
            if (intake->fresh[i]) {
                intake->fresh[i] = false;
                round_add(self->round, &intake->entries[i]);
            }
}

/* What one number statement has found decides how the round ends. False if the round is given up. */
static bool s_look(numbering_t *self, const PGresult *result, bool *ret_store)
{
    if (!s_good(self, result))
        return false;
    bool full = PQntuples(result) > NUMBERING_EVENTS;
    *ret_store = !full;
    if (self->all) {
        self->all = full; /* the comparison goes on with what has no leaf yet, under the old snapshot */
    } else if (full && !self->backlog) {
        self->backlog = true;
        return false;
    } else {
        *ret_store = true;
    }
    return true;
}

static void s_numbered(void *argument, const PGresult *result)
{
    numbering_t *self = argument;
    if (!result)
        return;
    bool whole = self->all || self->backlog, store;
    if (!s_look(self, result, &store)) {
        s_roll_back(self);
        return;
    }
    self->backlog = self->backlog && self->cut != UINT64_MAX;
    free(self->fresh);
    self->fresh = store ? snapshot_kept(PQgetvalue(result, 0, 0), PQgetvalue(result, 0, 1), self->cut)
                        : strdup(self->snapshot);
    CHECK(self->fresh);
    self->empty = PQgetisnull(result, 0, 2) && !self->taken && !whole;
    if (!self->empty) {
        round_rows(self->round, result, s_step, self);
        s_add_taken(self);
        round_seal(self->round, self->fresh, s_step, self);
    }
    FAULT("relay.numbered");
    db_send(self->relay->db, "COMMIT", s_committed, self);
    db_sync(self->relay->db);
    FAULT("relay.commit_sent");
}

static void s_number(numbering_t *self)
{
    char cut[24];
    snprintf(cut, sizeof cut, "%" PRIu64, self->cut);
    db_parameters_clear(self->parameters);
    if (!self->all) {
        db_text(self->parameters, self->snapshot);
        db_text(self->parameters, cut);
    }
    db_number(self->parameters, self->backlog ? INT64_MAX : NUMBERING_EVENTS + 1);
    db_run(self->relay->db, self->all ? "number_all" : "number", self->parameters, s_numbered, self);
    db_flush(self->relay->db);
}

/* The transaction at which this round is cut; none if all that waits fits into it. */
static void s_cut(void *argument, const PGresult *result)
{
    numbering_t *self = argument;
    if (!result)
        return;
    if (!s_good(self, result)) {
        s_roll_back(self);
        return;
    }
    if (PQntuples(result) > 0)
        self->cut = strtoull(PQgetvalue(result, 0, 0), NULL, 10);
    s_number(self);
}

/* What this round takes in: as much as one transaction should hold, in the order of coming. */
static void s_choose(numbering_t *self)
{
    size_t events = 0, bytes = 0;
    while (self->queue && !self->all && !self->backlog) {
        intake_t *intake = self->queue;
        bool first = !self->taken;
        if (!first && (self->narrow || intake->alone || events + intake->count > TAKE_EVENTS ||
                       bytes + intake->bytes > TAKE_BYTES))
            break;
        self->queue = intake->next;
        intake->next = NULL;
        intake_append(&self->taken, intake);
        events += intake->count;
        bytes += intake->bytes;
        if (intake->alone)
            break;
    }
}

static void s_begin(numbering_t *self)
{
    db_t *db = self->relay->db;
    self->busy = true;
    self->again = self->failed = self->data_error = false;
    self->cut = UINT64_MAX;
    s_choose(self);
    db_send(db, "BEGIN", s_step, self);
    for (intake_t *intake = self->taken; intake; intake = intake->next)
        round_take(self->round, intake, &(round_handlers_t){s_step, s_taken, s_contradicted, self});
    if (!self->backlog || self->all) {
        s_number(self);
        return;
    }
    db_parameters_clear(self->parameters);
    db_text(self->parameters, self->snapshot);
    db_number(self->parameters, NUMBERING_EVENTS);
    db_run(db, "number_cut", self->parameters, s_cut, self);
    db_flush(db);
}

void numbering_nudge(numbering_t *self)
{
    self->again = true;
    if (self->started && !self->busy && clock_monotonic() >= self->not_before)
        s_begin(self);
}

void numbering_take(numbering_t *self, intake_t *intake)
{
    if (!self->started) {
        intake_answer(intake, false);
        return;
    }
    intake->numbering = self;
    intake_append(&self->queue, intake);
    numbering_nudge(self);
}

void numbering_start(numbering_t *self, const char *snapshot, bool all)
{
    free(self->snapshot);
    self->snapshot = strdup(snapshot);
    CHECK(self->snapshot);
    self->all = all;
    self->backlog = self->busy = false;
    self->started = true;
    numbering_nudge(self);
}

void numbering_lost(numbering_t *self)
{
    self->started = self->busy = false;
    round_clear(self->round);
    intake_answer_all(&self->taken, false);
    intake_answer_all(&self->queue, false);
}
