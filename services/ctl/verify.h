/* verify - what the files of `sinergi verify`, `prove` and `archive` share
 *
 * Memory: about 130 bytes for each seal that the node holds, its own and others', and two bits for each leaf that is
 * archived; events are seen once, one at a time.
 */
#ifndef VERIFY_H
#define VERIFY_H

#include "archive.h"
#include "copy_rows.h"
#include "ctl.h"
#include "node.h"
#include "seal_book.h"
#include "tree.h"

/* A seal of the node's own chain. */
typedef struct {
    int64_t number, first, count, up, down;
    hash_t root, hash, key;
    uuid_id_t epoch;
    bool epoch_begins; /* up and down count from 0 */
} own_seal_t;

typedef struct {
    own_seal_t *items;      /* one chain without a gap */
    size_t count, room, at; /* at: the one that was asked for last */
} own_seals_t;

/* One bit for each leaf. */
typedef struct {
    uint8_t *bits;
    int64_t size, count;
    hash_t digest; /* over ids and leaves, whatever their order */
} leaf_set_t;

void leaf_set_add(leaf_set_t *self, int64_t leaf, const uuid_id_t *id);
bool leaf_set_has(const leaf_set_t *self, int64_t leaf);

/* What a node said for another office's region, under one permission. */
typedef struct {
    char node[NODE_NAME_TEXT], region[REGION_TEXT];
    uuid_id_t grant;
    int64_t count, first, last; /* events, and the times of the first and the last of them */
} act_t;

typedef struct {
    act_t *items;
    size_t count;
} acts_t;

typedef struct {
    PGconn *connection;
    node_config_t *node;
    tree_t tree;
    certificates_t *certificates;
    own_seals_t own;
    seal_book_t *book; /* seals of other nodes, and own ones that others gave back after a restore */
    int64_t seals, nodes, refused;
    char refused_node[NODE_NAME_TEXT]; /* the last one that was noted */
    acts_t acts;
    leaf_set_t had, archived; /* what journal.had says; what the files that were named hold */
    const char **files;       /* names of archives, ended by NULL */
    bool json, root_given;
    int64_t head, leaves, received, gone;
    char **notes; /* what is no fault of this journal and should be known */
    size_t note_count;
} verify_t;

/* Tell the first wrong row and end with EXIT_CONFLICT. */
void verify_wrong(const verify_t *self, const char *table, const char *key, const char *format, ...)
    __attribute__((noreturn, format(printf, 4, 5)));
void verify_note(verify_t *self, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* verify_trust.c: the root's key, then every certificate and revocation that is here. */
void verify_trust(verify_t *self, const char *dir);

/* verify_seals.c: every seal, its columns, its signature; the node's own are one chain. */
void verify_seals(verify_t *self);
const own_seal_t *own_seal_covering(own_seals_t *self, int64_t leaf); /* leaves are asked in rising order */
const own_seal_t *own_seal_numbered(const own_seals_t *self, int64_t number);
int64_t own_seals_last(const own_seals_t *self); /* last leaf that they cover */

/* verify_leaves.c: every leaf and its event. */
void verify_leaves(verify_t *self);

/* verify_behalf.c: the permissions that events on behalf of other offices name. */
void verify_act(verify_t *self, const envelope_t *event);
void verify_acts(verify_t *self);

/* verify_witness.c: what others say they have seen. */
void verify_witness(verify_t *self);

/* verify_archives.c: the files that were named. */
void verify_archives(verify_t *self);
hash_t archive_digest(FILE *stream); /* SHA-256 of all of it; it then stands at its beginning */

/* A node's whole set, begun: settings, connection, transaction, certificates. */
verify_t *verify_begin(const char *dir, bool json);
void verify_end(verify_t *self);

/* One snapshot of the journal from here on, read in the order of leaves. */
void verify_snapshot(verify_t *self);

/* verify_proof.c: `sinergi verify --proof FILE --root HEX`; an exit code. */
int verify_proof_file(const char *path, const char *root, const char *revocations, bool json);

/* A month on its way into a file (archive_write.c). */
typedef struct {
    char path[1200]; /* of the file while it is written: the name and ".new" */
    archive_header_t header;
    int64_t first, last; /* leaves of the month's events */
    char low[UUID_TEXT], high[UUID_TEXT];
    hash_t digest;
    int64_t bytes;
} month_t;

/* Write the month's file, sync it, read it back and check all of it; exits with a sentence if anything is wrong. */
void archive_write(verify_t *self, month_t *month);

#endif
