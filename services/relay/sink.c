/* sink - follows a neighbour's journal: checks every event, and hands what counts to the numbering */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "follower.h"
#include "log.h"
#include "numbering.h"
#include "proof.h"
#include "seal_memory.h"
#include "sink.h"
#include "source.h"
#include "told.h"
#include "witness.h"

#define WINDOW 4 /* batches on their way to this node */

struct sink {
    peer_t *peer;
    relay_t *relay;
    char epoch[UUID_TEXT]; /* of the neighbour's journal */
    follower_t *follower;  /* NULL until the cursors are read */
    link_cursor_t committed[LANES];
    void (*reconnect)(void *argument);
    void *argument;
    seal_memory_t seals;
    seal_t refused_seal; /* the last that was not taken of the batch at hand; its events follow it */
    problem_t refused;   /* why; code "" if all were taken */
    int open;            /* handed over and not answered, of all generations */
    unsigned long tickets;
    unsigned generation; /* rises when what was handed over no longer counts for the follower */
    bool asking, gone;   /* the cursors are being read; destroyed */
};

/* What a sink knows again when an intake is answered. */
typedef struct {
    sink_t *sink;
    unsigned generation;
    unsigned long number;
    size_t certificates; /* of the relay's, so many are in it or were before */
} ticket_t;

static void s_send(void *argument, link_word_t word, const char *json)
{
    sink_t *self = argument;
    peer_send(self->peer, word, json, NULL, 0);
}

static void s_reset(sink_t *self)
{
    self->generation++;
    follower_reset(self->follower, self->committed, clock_monotonic());
}

static void s_free_if_done(sink_t *self)
{
    if (!self->gone || self->open > 0 || self->asking)
        return;
    follower_destroy(&self->follower);
    seal_memory_clear(&self->seals);
    free(self);
}

static void s_committed(sink_t *self, const intake_t *intake, const ticket_t *ticket)
{
    link_cursor_t *cursor = &self->committed[intake->lane];
    snprintf(cursor->epoch, sizeof cursor->epoch, "%s", intake->epoch);
    cursor->cursor = intake->upto;
    seal_memory_stored(&self->seals, ticket->number);
    if (self->relay->certificates_stored < ticket->certificates)
        self->relay->certificates_stored = ticket->certificates;
    if (intake->newest) {
        cursor->seal = intake->newest->seal.number;
        hash_text(&intake->newest->hash, cursor->sealhash);
    }
    if (self->gone || ticket->generation != self->generation)
        return;
    if (intake->newest)
        follower_seal(self->follower, intake->lane, cursor->seal, cursor->sealhash);
    follower_committed(self->follower, intake->lane, intake->epoch, intake->upto);
}

static void s_done(void *argument, intake_t *intake, bool committed)
{
    ticket_t *ticket = argument;
    sink_t *self = ticket->sink;
    self->open--;
    if (committed)
        s_committed(self, intake, ticket);
    else if (!self->gone && ticket->generation == self->generation)
        s_reset(self);
    free(ticket);
    s_free_if_done(self);
}

static void s_take_certificate(sink_t *self, const batch_item_t *item)
{
    problem_t problem;
    if (certificates_add(self->relay->certificates, item->bytes, item->length, &item->signature, &problem) !=
        ST_OK)
        log_error("certificate_refused", "peer", self->peer->node, "code", problem.code, "why", problem.why,
                  NULL);
}

/* A seal counts for the events after it if its signature holds; its signature is checked once. */
static void s_take_seal(sink_t *self, intake_t *intake, const batch_item_t *item)
{
    known_seal_t *known = seal_memory_find(&self->seals, item);
    if (!known) {
        seal_t seal;
        problem_t problem;
        if (proof_seal(self->relay->certificates, item->bytes, item->length, &item->signature, &seal,
                       &problem) != ST_OK ||
            !told_bears(self->peer, &seal, &problem)) {
            log_error("seal_refused", "peer", self->peer->node, "code", problem.code, "why", problem.why,
                      NULL);
            if (seal_read(item->bytes, item->length, &self->refused_seal, NULL) == ST_OK)
                self->refused = problem;
            return;
        }
        known = seal_memory_add(&self->seals, &seal, item);
    }
    if (!known->stored) {
        intake_seal(intake, known->sealed);
        known->ticket = self->tickets;
    }
    if (strcmp(known->sealed->seal.node, self->peer->node) == 0) {
        sealed_release(&intake->newest);
        intake->newest = sealed_share(known->sealed);
    }
}

/* Everything that makes an event count; ret_entry is made only if it does. */
static status_t s_check_event(sink_t *self, const intake_t *intake, const batch_item_t *item,
                              envelope_t *envelope, entry_t **ret_entry, problem_t *problem)
{
    if (envelope_read(item->bytes, item->length, envelope, problem) != ST_OK)
        return problem->status;
    sealed_t *sealed = seal_memory_over(&self->seals, item);
    if (!sealed && strcmp(self->refused.code, "seal.revoked") == 0 && proof_names(item, &self->refused_seal))
        return problem_set(problem, ST_DENIED, "seal.revoked", "seal", "%s", self->refused.why);
    if (!sealed)
        return problem_set(problem, ST_DENIED, "proof.seal", "", "the event came without a seal that counts");
    if (envelope->lane != intake->lane)
        return problem_set(problem, ST_INVALID, "event.lane", "lane", "the event's lane is not the batch's");
    status_t status = proof_event(self->relay->certificates, &sealed->seal, item, envelope->source,
                                  envelope->region, false, problem);
    if (status == ST_OK)
        status = told_take(self->relay, envelope, problem);
    if (status != ST_OK)
        return status;
    entry_t *entry = entry_new(&envelope->id, envelope->lane, envelope->type, envelope->source,
                               envelope->region, envelope->route, item->bytes, item->length);
    if (!entry)
        return problem_set(problem, ST_INVALID, "event.form", "route", "the event's route is none");
    snprintf(entry->via, sizeof entry->via, "%s", self->peer->node);
    entry->seal = sealed_share(sealed);
    entry->index = (int)item->index;
    entry->path_length = item->path_length;
    memcpy(entry->path, item->path, item->path_length * HASH_BYTES);
    *ret_entry = entry;
    return ST_OK;
}

static void s_take_event(sink_t *self, intake_t *intake, const batch_item_t *item)
{
    static envelope_t envelope;
    entry_t *entry = NULL;
    problem_t problem;
    if (s_check_event(self, intake, item, &envelope, &entry, &problem) == ST_OK) {
        intake_event(intake, &entry, &envelope, item->leaf);
        return;
    }
    log_error("event_parked", "peer", self->peer->node, "leaf", log_number(item->leaf), "code", problem.code,
              "why", problem.why, NULL);
    snprintf(self->peer->error, sizeof self->peer->error, "an event was not taken: %s", problem.why);
    intake_park(intake, item->leaf, NULL, NULL, item->node, &problem, item->bytes, item->length);
}

static status_t s_read(sink_t *self, const link_batch_t *batch, const void *packed, size_t length,
                       intake_t *intake, problem_t *problem)
{
    batch_reader_t *reader = self->relay->unpacker;
    batch_item_t item;
    if (batch_reader_open(reader, packed, length, problem) != ST_OK)
        return problem->status;
    if (!intake_agrees(batch_reader_header(reader), batch))
        return problem_set(problem, ST_INVALID, "batch.header", "",
                           "the batch's first line says something else than the message it came in");
    while (batch_reader_next(reader, &item)) {
        if (item.kind == BATCH_CERTIFICATE)
            s_take_certificate(self, &item);
        else if (item.kind == BATCH_SEAL)
            s_take_seal(self, intake, &item);
        else
            s_take_event(self, intake, &item);
    }
    for (size_t i = self->relay->certificates_stored; i < certificates_count(self->relay->certificates); i++)
        intake_certificate(intake, certificates_at(self->relay->certificates, i));
    if (!batch_reader_problem(reader))
        return ST_OK;
    *problem = *batch_reader_problem(reader);
    return problem->status;
}

/* A batch that cannot be read to its end is not taken at all; it is asked for again with back-off. */
static void s_batch(void *argument, const link_batch_t *batch, const void *packed, size_t length)
{
    sink_t *self = argument;
    problem_t problem;
    intake_t *intake = intake_new(self->peer->node, batch->lane, batch->epoch, batch->upto);
    self->tickets++;
    self->refused = (problem_t){0};
    if (s_read(self, batch, packed, length, intake, &problem) != ST_OK) {
        log_error("batch_refused", "peer", self->peer->node, "code", problem.code, "why", problem.why, NULL);
        snprintf(self->peer->error, sizeof self->peer->error, "%s", problem.why);
        intake_destroy(&intake);
        s_reset(self);
        return;
    }
    ticket_t *ticket = malloc(sizeof *ticket);
    CHECK(ticket);
    *ticket =
        (ticket_t){self, self->generation, self->tickets, certificates_count(self->relay->certificates)};
    self->open++;
    intake->done = s_done;
    intake->argument = ticket;
    numbering_take(self->relay->numbering, intake);
}

static void s_welcome(void *argument, const link_welcome_t *welcome)
{
    sink_t *self = argument;
    snprintf(self->epoch, sizeof self->epoch, "%s", welcome->epoch);
    self->peer->connected = true;
    self->peer->error[0] = '\0';
    if (self->peer->source)
        source_feed(self->peer->source);
    log_info("follows", "peer", self->peer->node, "release", welcome->release, "head",
             log_number(welcome->head), NULL);
}

static void s_refused(void *argument, const problem_t *refused)
{
    sink_t *self = argument;
    snprintf(self->peer->error, sizeof self->peer->error, "%s", refused->why);
    if (strcmp(refused->code, "node.contradicted") != 0)
        return;
    const link_cursor_t *newest = self->committed;
    for (int lane = 1; lane < LANES; lane++)
        if (self->committed[lane].seal > newest->seal)
            newest = &self->committed[lane];
    witness_contradicted(self->relay->witness, self->peer->node, self->peer->node, newest,
                         "The node has another seal under the number of one that is held here: its journal "
                         "has been written anew.");
}

static void s_reconnect(void *argument)
{
    sink_t *self = argument;
    self->peer->connected = false;
    self->reconnect(self->argument);
}

static void s_follow(sink_t *self)
{
    follower_config_t config = {.node = self->relay->node,
                                .name = "relay",
                                .release = SINERGI_VERSION,
                                .source = self->peer->node,
                                .drill = self->relay->drill,
                                .proofs = true,
                                .window = WINDOW,
                                .filter = "route",
                                .types = NULL,
                                .silence = self->relay->link_timeout,
                                .clock = clock_now,
                                .send = s_send,
                                .batch = s_batch,
                                .welcome = s_welcome,
                                .refused = s_refused,
                                .reconnect = self->reconnect ? s_reconnect : NULL,
                                .argument = self};
    memcpy(config.cursors, self->committed, sizeof config.cursors);
    self->follower = follower_new(&config);
    if (self->peer->connected || self->peer->routing)
        follower_hello(self->follower, clock_monotonic());
}

static void s_cursors(void *argument, const PGresult *result)
{
    sink_t *self = argument;
    self->asking = false;
    if (self->gone) {
        s_free_if_done(self);
        return;
    }
    if (!result || PQresultStatus(result) != PGRES_TUPLES_OK)
        return; /* asked again by the next tick */
    for (int row = 0; row < PQntuples(result); row++) {
        lane_t lane;
        if (!lane_of_word(PQgetvalue(result, row, 0), &lane))
            continue;
        link_cursor_t *cursor = &self->committed[lane];
        snprintf(cursor->epoch, sizeof cursor->epoch, "%s", PQgetvalue(result, row, 1));
        cursor->cursor = strtoll(PQgetvalue(result, row, 2), NULL, 10);
        cursor->seal = strtoll(PQgetvalue(result, row, 3), NULL, 10);
        snprintf(cursor->sealhash, sizeof cursor->sealhash, "%s", PQgetvalue(result, row, 4));
    }
    s_follow(self);
}

void sink_ready(sink_t *self)
{
    if (self->follower || self->asking || !self->relay->leading || !db_ready(self->relay->reader))
        return;
    db_parameters_t *parameters = db_parameters_new();
    db_text(parameters, self->peer->node);
    self->asking = true;
    db_run(self->relay->reader, "link_get", parameters, s_cursors, self);
    db_sync(self->relay->reader);
    db_parameters_destroy(&parameters);
}

sink_t *sink_new(peer_t *peer, void (*reconnect)(void *argument), void *argument)
{
    sink_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->peer = peer;
    self->relay = peer->relay;
    self->reconnect = reconnect;
    self->argument = argument;
    sink_ready(self);
    return self;
}

void sink_destroy(sink_t **self_p)
{
    sink_t *self = *self_p;
    *self_p = NULL;
    if (!self)
        return;
    self->gone = true;
    s_free_if_done(self);
}

void sink_hello(sink_t *self)
{
    if (self->follower)
        follower_hello(self->follower, clock_monotonic());
    else
        sink_ready(self);
}

void sink_take(sink_t *self, const link_frames_t *frames)
{
    if (self->follower)
        follower_take(self->follower, frames, clock_monotonic());
}

void sink_heard(sink_t *self)
{
    if (self->follower)
        follower_heard(self->follower, clock_monotonic());
}

void sink_tick(sink_t *self)
{
    if (self->follower)
        follower_tick(self->follower, clock_monotonic());
    else
        sink_ready(self);
}

int64_t sink_cursor(const sink_t *self, lane_t lane)
{
    return self->committed[lane].cursor;
}

int64_t sink_head(const sink_t *self)
{
    return self->follower ? follower_head(self->follower) : 0;
}

const char *sink_epoch(const sink_t *self)
{
    return self->epoch;
}

bool sink_welcomed(const sink_t *self)
{
    return self->follower && follower_welcomed(self->follower);
}

void sink_prepare(const relay_t *relay)
{
    relay_prepare(relay, relay->reader, "link_get", "text");
}
