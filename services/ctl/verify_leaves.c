/* verify_leaves - every leaf of the journal with its event, in one pass
 *
 * A leaf's hash is its event's, whose columns say what its bytes say; the leaves under a seal lead to its root, and
 * it counts the events that it covers. A received event has a path to its origin's seal. What is archived has left
 * its id in journal.had; where a seal is archived as a whole its leaves are gone too.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "clock.h"
#include "ctl.h"
#include "log.h"
#include "verify.h"

enum {
    LEAF,
    ID,
    LEAF_LANE,
    LEAF_ROUTE,
    HASH,
    EVENT,
    TYPE,
    SOURCE,
    REGION,
    SUBJECT,
    VERSION,
    REFS,
    LANE,
    ROUTE,
    PRINCIPAL,
    CAUSE,
    TIME,
    BODY,
    NODE,
    EPOCH,
    SEAL,
    INDEX,
    PATH,
    COLUMNS
};
enum { PROGRESS = 50000 };

/* Leaves in their order, event and proof each found by its id: settings make the plan so, whatever the statistics say. */
static const char query[] =
    "SELECT l.leaf, l.id, l.lane, l.route, l.hash, e.id, e.type, e.source, e.region, e.subject, e.version, "
    "e.refs, e.lane, "
    "e.route, e.principal, e.cause, e.time, e.body, p.node, p.epoch, p.seal, p.index, p.path"
    " FROM audit.leaf l LEFT JOIN audit.event_row e ON e.id = l.id LEFT JOIN audit.proof p ON p.id = l.id "
    "ORDER BY l.leaf";

typedef struct {
    verify_t *verify;
    const own_seal_t *seal; /* of the leaves at hand */
    size_t filled;
    bool whole; /* every event of it is here */
    int64_t up, down;
    hash_t run[LIMIT_SEAL_LEAVES];
    merkle_t *merkle;
    envelope_t envelope;
    char key[64], leaf_key[24];
} pass_t;

static bool s_uuid_is(const copy_value_t *value, bool has, const uuid_id_t *id)
{
    uuid_id_t held;
    return copy_uuid(value, &held) ? has && memcmp(held.bytes, id->bytes, sizeof held.bytes) == 0
                                   : copy_is_null(value) && !has;
}

/* The first column that is not what the bytes say; NULL if all are. */
static const char *s_other(const copy_value_t *row, const envelope_t *event)
{
    bool refs = event->refs[0] ? copy_is(&row[REFS], event->refs) : copy_is_null(&row[REFS]);
    return !s_uuid_is(&row[EVENT], true, &event->id)                              ? "id"
           : !copy_is(&row[TYPE], event->type)                                    ? "type"
           : !copy_is(&row[SOURCE], event->source)                                ? "source"
           : !copy_is(&row[REGION], event->region)                                ? "region"
           : !copy_is(&row[SUBJECT], event->subject)                              ? "subject"
           : copy_number(&row[VERSION]) != event->version                         ? "version"
           : !refs                                                                ? "refs"
           : !copy_is(&row[LANE], lane_word(event->lane))                         ? "lane"
           : !copy_is(&row[ROUTE], event->route)                                  ? "route"
           : !s_uuid_is(&row[PRINCIPAL], event->has_principal, &event->principal) ? "principal"
           : !s_uuid_is(&row[CAUSE], event->has_cause, &event->cause)             ? "cause"
           : copy_instant(&row[TIME]) != event->time                              ? "time"
                                                                                  : NULL;
}

static void s_close(pass_t *pass)
{
    verify_t *self = pass->verify;
    const own_seal_t *seal = pass->seal, *before = seal > self->own.items ? seal - 1 : NULL;
    char key[64];
    snprintf(key, sizeof key, "%s %lld", self->node->name, (long long)seal->number);
    merkle_build(pass->merkle, pass->run, pass->filled);
    hash_t root = merkle_root(pass->merkle);
    if (!hash_same(&root, &seal->root))
        verify_wrong(self, "journal.seal", key, "seal %lld: its root is not that of leaves %lld to %lld",
                     (long long)seal->number, (long long)seal->first,
                     (long long)(seal->first + seal->count - 1));
    int64_t up = pass->up + (seal->epoch_begins ? 0 : before->up);
    int64_t down = pass->down + (seal->epoch_begins ? 0 : before->down);
    if (pass->whole && (seal->up != up || seal->down != down))
        verify_wrong(self, "journal.seal", key,
                     "seal %lld: it counts %lld events up and %lld down, the journal holds %lld and %lld",
                     (long long)seal->number, (long long)seal->up, (long long)seal->down, (long long)up,
                     (long long)down);
    pass->filled = 0;
    pass->seal = NULL;
}

/* The proof's columns as an item of a batch; false if they cannot be one. */
static bool s_proof_item(const copy_value_t *row, batch_item_t *ret_item)
{
    size_t path = row[PATH].length < 0 ? 0 : (size_t)row[PATH].length;
    *ret_item = (batch_item_t){.kind = BATCH_EVENT,
                               .bytes = row[BODY].bytes,
                               .length = (size_t)row[BODY].length,
                               .seal = copy_number(&row[SEAL]),
                               .index = copy_number(&row[INDEX]),
                               .path_length = path / HASH_BYTES};
    if (path % HASH_BYTES || path > BATCH_PATH_MOST * HASH_BYTES || row[NODE].length >= NODE_NAME_TEXT ||
        !copy_uuid(&row[EPOCH], &ret_item->epoch))
        return false;
    memcpy(ret_item->path, row[PATH].bytes, path);
    copy_text(&row[NODE], ret_item->node, sizeof ret_item->node);
    return true;
}

static void s_received(pass_t *pass, const copy_value_t *row)
{
    verify_t *self = pass->verify;
    const envelope_t *event = &pass->envelope;
    batch_item_t item;
    problem_t problem;
    if (copy_is_null(&row[NODE]))
        verify_wrong(self, "journal.proof", pass->key, "the event of node %s has no proof", event->source);
    if (!s_proof_item(row, &item))
        verify_wrong(self, "journal.proof", pass->key, "the proof is malformed");
    const booked_seal_t *booked = seal_book_find(self->book, item.node, &item.epoch, item.seal);
    if (!booked)
        verify_wrong(self, "journal.proof", pass->key,
                     "seal %lld of node %s that proves the event is not here", (long long)item.seal,
                     item.node);
    seal_t seal = seal_of_book(booked);
    if (proof_event(self->certificates, &seal, &item, event->source, event->region, event->behalf,
                    &problem) != ST_OK)
        verify_wrong(self, "journal.proof", pass->key, "seal %lld of node %s: %s", (long long)item.seal,
                     item.node, problem.why);
    self->received++;
}

static void s_own(pass_t *pass)
{
    verify_t *self = pass->verify;
    const envelope_t *event = &pass->envelope;
    if (!event->behalf &&
        !certificates_find(self->certificates, self->node->name, &pass->seal->key, event->region))
        verify_wrong(self, "journal.event", pass->key, "this node has no certificate for region %s",
                     event->region);
    pass->up += strncmp(event->route, "root ", 5) == 0;
    pass->down += strstr(event->route, " subtree") != NULL;
}

static void s_event(pass_t *pass, const copy_value_t *row, const hash_t *stored)
{
    verify_t *self = pass->verify;
    problem_t problem;
    hash_t hash = merkle_leaf(row[BODY].bytes, (size_t)row[BODY].length);
    if (!hash_same(&hash, stored))
        verify_wrong(self, "journal.event", pass->key, "leaf %s: its bytes are not those that were sealed",
                     pass->leaf_key);
    if (envelope_read(row[BODY].bytes, (size_t)row[BODY].length, &pass->envelope, &problem) != ST_OK)
        verify_wrong(self, "journal.event", pass->key, "leaf %s: %s", pass->leaf_key, problem.why);
    const char *column = s_other(row, &pass->envelope);
    if (column)
        verify_wrong(self, "journal.event", pass->key, "leaf %s: column %s is not what the sealed bytes say",
                     pass->leaf_key, column);
    if (!copy_is(&row[LEAF_LANE], lane_word(pass->envelope.lane)) ||
        !copy_is(&row[LEAF_ROUTE], pass->envelope.route))
        verify_wrong(self, "journal.leaf", pass->leaf_key, "its lane or route is not the event's");
    if (pass->envelope.behalf)
        verify_act(self, &pass->envelope);
    if (strcmp(pass->envelope.source, self->node->name) != 0 || !copy_is_null(&row[NODE]))
        s_received(pass, row);
    else
        s_own(pass);
}

/* Leaves that are not here: each must be archived, and no seal may be cut. */
static void s_gap(pass_t *pass, int64_t next)
{
    verify_t *self = pass->verify;
    char key[24];
    while (self->leaves + 1 < next) {
        int64_t leaf = self->leaves + 1;
        snprintf(key, sizeof key, "%lld", (long long)leaf);
        const own_seal_t *seal = leaf_set_has(&self->had, leaf) ? own_seal_covering(&self->own, leaf) : NULL;
        if (!seal || pass->filled > 0 || seal->first + seal->count > next)
            verify_wrong(self, "journal.leaf", key, "leaf %s is missing", key);
        for (; self->leaves < seal->first + seal->count - 1; self->leaves++, self->gone++)
            if (!leaf_set_has(&self->had, self->leaves + 1)) {
                snprintf(key, sizeof key, "%lld", (long long)self->leaves + 1);
                verify_wrong(self, "journal.leaf", key, "leaf %s is missing", key);
            }
    }
}

static void s_leaf(pass_t *pass, const copy_value_t *row)
{
    verify_t *self = pass->verify;
    uuid_id_t id = {0};
    hash_t stored = {0};
    int64_t leaf = copy_number(&row[LEAF]);
    copy_uuid(&row[ID], &id);
    uuid_text(&id, pass->key);
    s_gap(pass, leaf);
    snprintf(pass->leaf_key, sizeof pass->leaf_key, "%lld", (long long)leaf);
    if (pass->filled == 0) {
        pass->seal = own_seal_covering(&self->own, leaf);
        pass->whole = true;
        pass->up = pass->down = 0;
    }
    if (!pass->seal)
        verify_wrong(self, "journal.leaf", pass->leaf_key, "no seal of this node covers leaf %s",
                     pass->leaf_key);
    copy_hash(&row[HASH], &stored);
    if (!copy_is_null(&row[EVENT]))
        s_event(pass, row, &stored);
    else if (leaf_set_has(&self->had, leaf)) {
        pass->whole = false;
        self->gone++;
    } else
        verify_wrong(self, "journal.event", pass->key, "leaf %s: its event is missing", pass->leaf_key);
    pass->run[pass->filled++] = stored;
    self->leaves++;
    if (pass->filled == (size_t)pass->seal->count)
        s_close(pass);
}

static void s_progress(const verify_t *self, bool last)
{
    if (!isatty(STDERR_FILENO) || (!last && self->leaves % PROGRESS))
        return;
    fprintf(stderr, last ? "\r\033[K" : "\r%lld of %lld leaves", (long long)self->leaves,
            (long long)self->head);
    fflush(stderr);
}

/* Archived ids: what may be missing. */
static void s_had(verify_t *self)
{
    copy_rows_t *rows = copy_rows_new(self->connection, "SELECT id, leaf FROM audit.had");
    copy_value_t row[2];
    uuid_id_t id;
    while (copy_rows_next(rows, row, 2))
        if (copy_uuid(&row[0], &id) && copy_number(&row[1]) >= 1 && copy_number(&row[1]) <= self->head)
            leaf_set_add(&self->had, copy_number(&row[1]), &id);
    copy_rows_destroy(&rows);
    rows = copy_rows_new(self->connection, "SELECT coalesce(sum(events), 0)::bigint FROM audit.archive");
    while (copy_rows_next(rows, row, 1))
        if (copy_number(&row[0]) != self->had.count)
            verify_wrong(self, "journal.had", self->node->name,
                         "%lld events are said to be archived, the archives hold %lld",
                         (long long)self->had.count, (long long)copy_number(&row[0]));
    copy_rows_destroy(&rows);
}

static void s_ends(pass_t *pass)
{
    verify_t *self = pass->verify;
    s_gap(pass, self->head + 1);
    char key[64];
    snprintf(key, sizeof key, "%s", self->node->name);
    if (self->leaves != self->head)
        verify_wrong(self, "journal.head", key, "it says that leaf %lld is the last, the journal holds %lld",
                     (long long)self->head, (long long)self->leaves);
    if (pass->filled > 0 || own_seals_last(&self->own) != self->leaves)
        verify_wrong(self, "journal.seal", key, "the seals cover %lld leaves, the journal holds %lld",
                     (long long)own_seals_last(&self->own), (long long)self->leaves);
}

void verify_leaves(verify_t *self)
{
    pass_t *pass = calloc(1, sizeof *pass);
    CHECK(pass);
    pass->verify = self;
    pass->merkle = merkle_new();
    copy_value_t row[COLUMNS];
    copy_rows_t *rows = copy_rows_new(self->connection, "SELECT leaf FROM audit.head");
    while (copy_rows_next(rows, row, 1))
        self->head = copy_number(&row[0]);
    copy_rows_destroy(&rows);
    s_had(self);
    rows = copy_rows_new(self->connection, query);
    while (copy_rows_next(rows, row, COLUMNS)) {
        s_leaf(pass, row);
        s_progress(self, false);
    }
    copy_rows_destroy(&rows);
    s_progress(self, true);
    s_ends(pass);
    merkle_destroy(&pass->merkle);
    free(pass);
}
