/* verify_seals - every seal the node holds: its columns, its signature, and of its own that they are one chain */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "clock.h"
#include "verify.h"

enum {
    NODE,
    EPOCH,
    NUMBER,
    FIRST,
    COUNT,
    ROOT,
    UP,
    DOWN,
    PREVIOUS,
    KEY,
    TIME,
    HASH,
    TEXT,
    SIGNATURE,
    LOST,
    COLUMNS
};

/* LOST: a seal of an epoch that ended at a restore, over leaves that this database does not know so. */
static const char query[] =
    "SELECT s.node, s.epoch, s.number, s.first, s.count, s.root, s.up, s.down, s.previous, s.key, s.time, "
    "s.hash, "
    "s.text, s.signature, EXISTS (SELECT FROM audit.epoch o JOIN audit.epoch n ON n.at > o.at"
    " WHERE o.epoch = s.epoch AND s.first > n.leaf)"
    " FROM audit.seal s ORDER BY s.node, s.number, s.epoch";

static bool s_hash_is(const copy_value_t *value, const hash_t *hash)
{
    hash_t held;
    return copy_hash(value, &held) && hash_same(&held, hash);
}

static bool s_columns(const copy_value_t *row, const seal_t *seal, const hash_t *hash)
{
    int64_t time;
    uuid_id_t epoch;
    return copy_is(&row[NODE], seal->node) && copy_uuid(&row[EPOCH], &epoch) &&
           memcmp(epoch.bytes, seal->epoch.bytes, sizeof epoch.bytes) == 0 &&
           copy_number(&row[NUMBER]) == seal->number && copy_number(&row[FIRST]) == seal->first &&
           copy_number(&row[COUNT]) == seal->count && s_hash_is(&row[ROOT], &seal->root) &&
           copy_number(&row[UP]) == seal->up && copy_number(&row[DOWN]) == seal->down &&
           s_hash_is(&row[PREVIOUS], &seal->previous) && s_hash_is(&row[KEY], &seal->key) &&
           clock_parse(seal->time, &time) && copy_instant(&row[TIME]) == time && s_hash_is(&row[HASH], hash);
}

/* A seal that a revocation refuses was taken before that came: it is no fault of this journal, and named. */
static bool s_refused(verify_t *self, const seal_t *seal, const hash_t *hash)
{
    const signed_revocation_t *refuses = certificates_refuse(self->certificates, seal, hash);
    bool noted = strcmp(self->refused_node, seal->node) == 0;
    self->refused += refuses != NULL;
    if (refuses)
        memcpy(self->refused_node, seal->node, sizeof self->refused_node);
    if (refuses && !noted)
        verify_note(self,
                    "seal %lld of node %s and what follows it under the same key was taken before the key "
                    "was revoked: "
                    "the last that counts is number %lld",
                    (long long)seal->number, seal->node, (long long)refuses->revocation.number);
    return refuses != NULL;
}

/* The seal of a row, its signature checked. */
static const signed_certificate_t *s_read(const verify_t *self, const copy_value_t *row, const char *key,
                                          seal_t *ret_seal, hash_t *ret_hash)
{
    problem_t problem = {0};
    signature_t signature;
    const char *text = row[TEXT].bytes;
    size_t length = (size_t)row[TEXT].length;
    if (row[TEXT].length < 0 || seal_read(text, length, ret_seal, &problem) != ST_OK)
        verify_wrong(self, "journal.seal", key, "its text is malformed: %s", problem.why);
    *ret_hash = hash_of(text, length);
    if (!s_columns(row, ret_seal, ret_hash))
        verify_wrong(self, "journal.seal", key, "a column is not what the signed text says");
    const signed_certificate_t *signer =
        certificates_find(self->certificates, ret_seal->node, &ret_seal->key, NULL);
    if (!signer)
        verify_wrong(self, "journal.seal", key, "no certificate that counts has its key");
    if (row[SIGNATURE].length != SIGNATURE_BYTES)
        verify_wrong(self, "journal.seal", key, "its signature does not hold");
    memcpy(signature.bytes, row[SIGNATURE].bytes, SIGNATURE_BYTES);
    if (ret_seal->drill != self->tree.drill ||
        !signed_by(text, length, &signature, signer->certificate.signing))
        verify_wrong(self, "journal.seal", key, "its signature does not hold");
    return signer;
}

/* Number, leaves and previous hash go on without a gap; only a new epoch may name a seal that was lost. */
static void s_own(verify_t *self, const seal_t *seal, const hash_t *hash, const char *key)
{
    own_seals_t *own = &self->own;
    const own_seal_t *before = own->count ? &own->items[own->count - 1] : NULL;
    bool begins = !before || memcmp(before->epoch.bytes, seal->epoch.bytes, sizeof seal->epoch.bytes) != 0;
    int64_t number = before ? before->number + 1 : 1, first = before ? before->first + before->count : 1;
    if (seal->first != first || (begins && before ? seal->number < number : seal->number != number) ||
        (seal->number == number && before && !hash_same(&seal->previous, &before->hash)))
        verify_wrong(self, "journal.seal", key,
                     "seal %lld does not follow the one before: seal %lld should begin at leaf %lld",
                     (long long)seal->number, (long long)number, (long long)first);
    if (own->count == own->room) {
        own->room = own->room ? 2 * own->room : 256;
        own->items = realloc(own->items, own->room * sizeof *own->items);
        CHECK(own->items);
    }
    own->items[own->count++] = (own_seal_t){.number = seal->number,
                                            .first = seal->first,
                                            .count = seal->count,
                                            .up = seal->up,
                                            .down = seal->down,
                                            .root = seal->root,
                                            .hash = *hash,
                                            .key = seal->key,
                                            .epoch = seal->epoch,
                                            .epoch_begins = begins};
}

void verify_seals(verify_t *self)
{
    copy_rows_t *rows = copy_rows_new(self->connection, query);
    copy_value_t row[COLUMNS];
    char before[NODE_NAME_TEXT] = "", node[NODE_NAME_TEXT], key[64];
    self->book = seal_book_new();
    while (copy_rows_next(rows, row, COLUMNS)) {
        seal_t seal;
        hash_t hash;
        copy_text(&row[NODE], node, sizeof node);
        snprintf(key, sizeof key, "%s %lld", node, (long long)copy_number(&row[NUMBER]));
        const signed_certificate_t *signer = s_read(self, row, key, &seal, &hash);
        bool refused = s_refused(self, &seal, &hash);
        bool own = strcmp(seal.node, self->node->name) == 0 && row[LOST].bytes[0] == 0;
        if (own)
            s_own(self, &seal, &hash, key);
        if (strcmp(seal.node, self->node->name) != 0 || !own)
            seal_book_add(self->book, &seal, signer, refused);
        self->seals++;
        self->nodes += strcmp(node, before) != 0;
        memcpy(before, node, sizeof before);
    }
    copy_rows_destroy(&rows);
}

const own_seal_t *own_seal_covering(own_seals_t *self, int64_t leaf)
{
    for (; self->at < self->count; self->at++) {
        const own_seal_t *seal = &self->items[self->at];
        if (leaf < seal->first + seal->count)
            return leaf >= seal->first ? seal : NULL;
    }
    return NULL;
}

const own_seal_t *own_seal_numbered(const own_seals_t *self, int64_t number)
{
    size_t low = 0, high = self->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (self->items[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < self->count && self->items[low].number == number ? &self->items[low] : NULL;
}

int64_t own_seals_last(const own_seals_t *self)
{
    const own_seal_t *last = self->count ? &self->items[self->count - 1] : NULL;
    return last ? last->first + last->count - 1 : 0;
}
