/* opening - what has to be so before a relay numbers: it holds the lock, and the database is not behind what this node has already said */
#include <stdlib.h>
#include <string.h>

#include "chain.h"
#include "check.h"
#include "log.h"
#include "numbering.h"
#include "opening.h"
#include "peer.h"
#include "told.h"

#define LOCK_AGAIN_MS 500
#define MONTHS_FIRST_MS 200 /* and again until the second connection is there */
#define BEHIND_AGAIN_MS (600 * 1000)
#define MONTHS_AGAIN_MS (3600 * 1000)

struct opening {
    relay_t *relay;
    bool asked; /* for the lock, and it was said that another has it */
    int timer, months;
    head_t file; /* DIR/state/head */
    bool has_file, all;
    bool behind;       /* a neighbour has shown that the database lacks something */
    int64_t behind_at; /* clock_monotonic of the last time; 0: never */
    char *snapshot;
    epoch_t *epochs; /* oldest first */
    size_t epoch_count;
    db_parameters_t *parameters;
};

opening_t *opening_new(relay_t *relay)
{
    opening_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->relay = relay;
    self->timer = self->months = -1;
    self->parameters = db_parameters_new();
    return self;
}

static void s_timer_end(opening_t *self, int *timer)
{
    if (*timer >= 0)
        zloop_timer_end(self->relay->loop, *timer);
    *timer = -1;
}

void opening_lost(opening_t *self)
{
    s_timer_end(self, &self->timer);
    s_timer_end(self, &self->months);
    self->relay->leading = false;
}

void opening_destroy(opening_t **self_p)
{
    opening_t *self = *self_p;
    *self_p = NULL;
    if (!self)
        return;
    opening_lost(self);
    db_parameters_destroy(&self->parameters);
    free(self->epochs);
    free(self->snapshot);
    free(self);
}

void opening_prepare(opening_t *self)
{
    const relay_t *relay = self->relay;
    relay_prepare(relay, relay->db, "lock", "");
    relay_prepare(relay, relay->db, "head_get", "");
    relay_prepare(relay, relay->db, "head_make", "text,uuid,bigint,text");
    relay_prepare(relay, relay->db, "head_epoch", "uuid,bigint,text");
    relay_prepare(relay, relay->db, "epoch_add", "uuid,bigint,bigint,timestamptz");
    relay_prepare(relay, relay->db, "epochs", "");
    relay_prepare(relay, relay->db, "seal_hash", "text,uuid,bigint");
    relay_prepare(relay, relay->db, "certificates", "");
    relay_prepare(relay, relay->reader, "partitions", "timestamptz");
}

/* Every step ends here when it cannot be done: the connection is made anew and everything begins again. */
static bool s_good(opening_t *self, const PGresult *result, const char *step)
{
    if (!result)
        return false;
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
        return true;
    const char *why = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    log_error("opening_failed", "step", step, "code", db_sqlstate(result), "why", why ? why : "", NULL);
    db_drop(self->relay->db);
    return false;
}

static void s_run(opening_t *self, const char *statement, db_result_fn *handler)
{
    db_run(self->relay->db, statement, self->parameters, handler, self);
    db_sync(self->relay->db);
}

/* What is made ahead may fail without harm: there is a default partition. */
static void s_months_made(void *argument, const PGresult *result)
{
    (void)argument;
    if (result && PQresultStatus(result) != PGRES_TUPLES_OK)
        log_error("months_not_made", "code", db_sqlstate(result), NULL);
}

static int s_months(zloop_t *loop, int timer, void *argument)
{
    (void)timer;
    opening_t *self = argument;
    db_t *db = self->relay->reader;
    bool ready = db_ready(db);
    if (ready) {
        char now[CLOCK_TEXT];
        clock_text(clock_now(), now);
        db_parameters_clear(self->parameters);
        db_text(self->parameters, now);
        db_run(db, "partitions", self->parameters, s_months_made, self);
        db_sync(db);
    }
    self->months = zloop_timer(loop, ready ? MONTHS_AGAIN_MS : MONTHS_FIRST_MS, 1, s_months, self);
    return 0;
}

static void s_open(opening_t *self)
{
    relay_t *relay = self->relay;
    char epoch[UUID_TEXT];
    uuid_text(&relay->head.epoch, epoch);
    relay->leading = true;
    window_reset(relay->window, relay->head.leaf);
    head_save(relay->dir, &relay->head);
    log_info("leading", "node", relay->node, "epoch", epoch, "leaf", log_number(relay->head.leaf), "seal",
             log_number(relay->head.seal), NULL);
    numbering_start(relay->numbering, self->snapshot, self->all);
    peers_ready(relay->peers);
}

static void s_stored(void *argument, const PGresult *result)
{
    opening_t *self = argument;
    if (!s_good(self, result, "certificate_add"))
        return;
    self->relay->certificates_stored = certificates_count(self->relay->certificates);
    s_open(self);
}

/* The node's own chain stands in its folder; the database has it too, for whoever checks a seal there. */
static void s_store_certificates(opening_t *self)
{
    intake_t *intake = intake_new(self->relay->node, LANE_URGENT, "", 0);
    chain_columns(self->relay->certificates, 0, intake, self->parameters);
    s_run(self, "certificate_add", s_stored);
    intake_destroy(&intake);
}

static void s_certificates(void *argument, const PGresult *result)
{
    opening_t *self = argument;
    if (!s_good(self, result, "certificates"))
        return;
    chain_of_rows(self->relay->certificates, result);
    told_rows(self->relay, result);
    s_store_certificates(self);
}

static void s_epochs(void *argument, const PGresult *result)
{
    opening_t *self = argument;
    if (!s_good(self, result, "epochs"))
        return;
    self->epoch_count = (size_t)PQntuples(result);
    self->epochs = realloc(self->epochs, (self->epoch_count + 1) * sizeof *self->epochs);
    CHECK(self->epochs);
    for (size_t i = 0; i < self->epoch_count; i++) {
        snprintf(self->epochs[i].epoch, UUID_TEXT, "%s", PQgetvalue(result, (int)i, 0));
        self->epochs[i].leaf = strtoll(PQgetvalue(result, (int)i, 1), NULL, 10);
    }
    db_parameters_clear(self->parameters);
    s_run(self, "certificates", s_certificates);
}

static void s_continue(opening_t *self)
{
    s_timer_end(self, &self->months);
    self->months = zloop_timer(self->relay->loop, MONTHS_FIRST_MS, 1, s_months, self);
    db_parameters_clear(self->parameters);
    s_run(self, "epochs", s_epochs);
}

static void s_begun(void *argument, const PGresult *result)
{
    opening_t *self = argument;
    if (s_good(self, result, "epoch_add"))
        s_continue(self);
}

static void s_head_written(void *argument, const PGresult *result)
{
    s_good(argument, result, "head");
}

/* Begin an epoch: of a new journal, or of one that has lost something. head_make or head_epoch has its parameters already; both rows are one transaction. */
static void s_epoch(opening_t *self, const char *statement)
{
    head_t *head = &self->relay->head;
    char epoch[UUID_TEXT], now[CLOCK_TEXT];
    uuid_text(&head->epoch, epoch);
    clock_text(clock_now(), now);
    db_run(self->relay->db, statement, self->parameters, s_head_written, self);
    db_parameters_clear(self->parameters);
    db_text(self->parameters, epoch);
    db_number(self->parameters, head->leaf);
    db_number(self->parameters, head->seal);
    db_text(self->parameters, now);
    s_run(self, "epoch_add", s_begun);
}

static void s_new_epoch(opening_t *self)
{
    head_t *head = &self->relay->head;
    char epoch[UUID_TEXT], hash[HASH_TEXT];
    log_error("epoch_new", "why",
              "the database is behind what this node has sealed: it was restored or has lost commits; a new "
              "epoch begins",
              "database_leaf", log_number(head->leaf), "said_leaf", log_number(self->file.leaf),
              "database_seal", log_number(head->seal), "said_seal", log_number(self->file.seal), NULL);
    head->epoch = uuid_make(clock_now());
    head->seal = self->file.seal;
    head->hash = self->file.hash;
    head->up = head->down = 0;
    self->all = true;
    uuid_text(&head->epoch, epoch);
    hash_text(&head->hash, hash);
    db_parameters_clear(self->parameters);
    db_text(self->parameters, epoch);
    db_number(self->parameters, head->seal);
    db_text(self->parameters, hash);
    s_epoch(self, "head_epoch");
}

/* The seal that the file speaks of must be in the database, the very same. */
static void s_compared(void *argument, const PGresult *result)
{
    opening_t *self = argument;
    char hash[HASH_TEXT];
    if (!s_good(self, result, "seal_hash"))
        return;
    hash_text(&self->file.hash, hash);
    if (PQntuples(result) == 1 && strcmp(PQgetvalue(result, 0, 0), hash) == 0)
        s_continue(self);
    else
        s_new_epoch(self);
}

static void s_compare(opening_t *self)
{
    char epoch[UUID_TEXT];
    if (self->behind) {
        self->behind = false;
        s_new_epoch(self);
        return;
    }
    if (!self->has_file || self->file.seal == 0) {
        s_continue(self);
        return;
    }
    uuid_text(&self->file.epoch, epoch);
    db_parameters_clear(self->parameters);
    db_text(self->parameters, self->relay->node);
    db_text(self->parameters, epoch);
    db_number(self->parameters, self->file.seal);
    s_run(self, "seal_hash", s_compared);
}

/* A journal without a head: a new node, or a database that has lost everything. */
static void s_first(opening_t *self)
{
    head_t *head = &self->relay->head;
    char epoch[UUID_TEXT], hash[HASH_TEXT];
    memset(head, 0, sizeof *head);
    head->epoch = uuid_make(clock_now());
    if (self->has_file && self->file.seal > 0) {
        log_error("journal_empty", "why",
                  "this node has sealed before, and its database holds nothing: restore it", "said_leaf",
                  log_number(self->file.leaf), NULL);
        self->all = true;
        head->seal = self->file.seal;
        head->hash = self->file.hash;
    }
    self->snapshot = strdup("1:1:");
    CHECK(self->snapshot);
    uuid_text(&head->epoch, epoch);
    hash_text(&head->hash, hash);
    db_parameters_clear(self->parameters);
    db_text(self->parameters, self->relay->node);
    db_text(self->parameters, epoch);
    db_number(self->parameters, head->seal);
    db_text(self->parameters, hash);
    s_epoch(self, "head_make");
}

static void s_head(void *argument, const PGresult *result)
{
    opening_t *self = argument;
    head_t *head = &self->relay->head;
    if (!s_good(self, result, "head_get"))
        return;
    free(self->snapshot);
    self->snapshot = NULL;
    self->all = false;
    self->has_file = head_load(self->relay->dir, &self->file);
    if (PQntuples(result) == 0) {
        s_first(self);
        return;
    }
    if (strcmp(PQgetvalue(result, 0, 0), self->relay->node) != 0)
        fatal("the database belongs to node %s, and this one is %s: name its own database in node.json",
              PQgetvalue(result, 0, 0), self->relay->node);
    CHECK(uuid_of_text(PQgetvalue(result, 0, 1), UUID_TEXT - 1, &head->epoch));
    head->leaf = strtoll(PQgetvalue(result, 0, 2), NULL, 10);
    head->seal = strtoll(PQgetvalue(result, 0, 3), NULL, 10);
    CHECK(hash_of_text(PQgetvalue(result, 0, 4), HASH_TEXT - 1, &head->hash));
    head->up = strtoll(PQgetvalue(result, 0, 5), NULL, 10);
    head->down = strtoll(PQgetvalue(result, 0, 6), NULL, 10);
    self->snapshot = strdup(PQgetvalue(result, 0, 7));
    CHECK(self->snapshot);
    s_compare(self);
}

static int s_again(zloop_t *loop, int timer, void *argument);

static void s_locked(void *argument, const PGresult *result)
{
    opening_t *self = argument;
    if (!s_good(self, result, "lock"))
        return;
    if (strcmp(PQgetvalue(result, 0, 0), "t") == 0) {
        self->asked = false;
        db_parameters_clear(self->parameters);
        s_run(self, "head_get", s_head);
        return;
    }
    if (!self->asked)
        log_warn("waiting", "why", "another relay of this node is running; this one takes over when it ends",
                 NULL);
    self->asked = true;
    s_timer_end(self, &self->timer);
    self->timer = zloop_timer(self->relay->loop, LOCK_AGAIN_MS, 1, s_again, self);
}

static int s_again(zloop_t *loop, int timer, void *argument)
{
    (void)loop, (void)timer;
    opening_t *self = argument;
    self->timer = -1;
    opening_begin(self);
    return 0;
}

void opening_begin(opening_t *self)
{
    db_parameters_clear(self->parameters);
    s_run(self, "lock", s_locked);
}

bool opening_behind(opening_t *self, const link_cursor_t *shown)
{
    relay_t *relay = self->relay;
    int64_t now = clock_monotonic();
    if (!relay->leading || (self->behind_at && now - self->behind_at < BEHIND_AGAIN_MS))
        return false;
    head_t said = relay->head;
    if (shown->seal > said.seal && hash_of_text(shown->sealhash, strlen(shown->sealhash), &said.hash))
        said.seal = shown->seal;
    if (shown->cursor > said.leaf)
        said.leaf = shown->cursor;
    head_save(relay->dir, &said);
    self->behind = true;
    self->behind_at = now;
    db_drop(relay->db);
    return true;
}

int64_t opening_shared(const opening_t *self, const char *epoch, int64_t cursor)
{
    size_t at = 0;
    while (at < self->epoch_count && strcmp(self->epochs[at].epoch, epoch) != 0)
        at++;
    if (at == self->epoch_count)
        return 0;
    for (at++; at < self->epoch_count; at++)
        if (self->epochs[at].leaf < cursor)
            cursor = self->epochs[at].leaf;
    return cursor;
}
