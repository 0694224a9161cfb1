/* archive - a month of a journal in a file (proto/README.md, section 9): written, read within bounds, and checked
 *
 *   archive_writer_t *writer = archive_writer_new(file, &header);
 *   archive_writer_add(writer, &item);                        -- certificates, revocations, then block after block
 *   if (!archive_writer_finish(writer)) ...
 *
 *   archive_reader_t *reader = archive_reader_new();
 *   archive_check_t *check = archive_check_new(tree.root, tree.drill);
 *   if (archive_reader_open(reader, file, &problem) != ST_OK) ...
 *   archive_check_start(check, archive_reader_header(reader));
 *   while (archive_reader_next(reader, &item))
 *       if (archive_check_take(check, &item, &problem) != ST_OK) ...
 *   if (archive_reader_problem(reader)) ...                   -- the rest is malformed, or missing
 *   if (archive_check_end(check, &problem) != ST_OK) ...
 *
 * The reader holds one frame at a time, so a file of any size costs at most 16 MiB; the check holds about 120 bytes
 * for each seal of another node. Files come from outside: nothing in them reaches an assert.
 */
#ifndef ARCHIVE_H
#define ARCHIVE_H

#include <stdio.h>

#include "batch.h"
#include "envelope.h"
#include "proof.h"

#define ARCHIVE_FRAME_UNPACKED (8 * 1024 * 1024)
#define ARCHIVE_FRAME_PACKED (ARCHIVE_FRAME_UNPACKED + 64 * 1024)
#define ARCHIVE_MONTH_TEXT 8 /* "2023-02" and a NUL */

typedef enum {
    ARCHIVE_CERTIFICATE,
    ARCHIVE_REVOCATION,
    ARCHIVE_SEAL,
    ARCHIVE_EVENT,
    ARCHIVE_LEAF
} archive_kind_t;

typedef struct {
    char node[NODE_NAME_TEXT];
    char month[ARCHIVE_MONTH_TEXT]; /* of the events' ids, UTC */
    int64_t part;                   /* 1, 2, 3 ...: a month that got late events has several */
    int64_t events, leaves; /* events in it; leaves of the node under its seals, events of other months too */
} archive_header_t;

/* Bytes of an item are borrowed until the next one is asked for. */
typedef struct {
    archive_kind_t kind;
    batch_item_t item; /* but for ARCHIVE_LEAF, of which it holds the leaf alone; its kind counts not */
    hash_t hash;       /* ARCHIVE_LEAF: the leaf's hash */
} archive_item_t;

typedef struct archive_writer archive_writer_t;

/* Writes to `file`, which stays the caller's. */
archive_writer_t *archive_writer_new(FILE *file, const archive_header_t *header);
void archive_writer_add(archive_writer_t *self, const archive_item_t *item);

/* Write the last line and frame. False, and errno tells why, if anything could not be written; destroys the writer. */
bool archive_writer_finish(archive_writer_t **self_p);

typedef struct archive_reader archive_reader_t;
archive_reader_t *archive_reader_new(void);
void archive_reader_destroy(archive_reader_t **self_p);

/* Read the first frame and the header. `file` is borrowed until the next open. Invalid with code
     archive.frame   it does not begin with a whole zstd frame that says its size
     archive.size    a frame is larger than ARCHIVE_FRAME_PACKED or ARCHIVE_FRAME_UNPACKED
     archive.header  the first line is malformed */
status_t archive_reader_open(archive_reader_t *self, FILE *file, problem_t *ret_problem);
const archive_header_t *archive_reader_header(const archive_reader_t *self);

/* The next item. False at the line "end" and at the first thing that is malformed; then archive_reader_problem is
   not NULL:
     archive.frame, archive.size   as above, or the file ends before its last line
     archive.item                  an item breaks the grammar, a bound or what the header counts */
bool archive_reader_next(archive_reader_t *self, archive_item_t *ret_item);
const problem_t *archive_reader_problem(const archive_reader_t *self);

typedef struct archive_check archive_check_t;
archive_check_t *archive_check_new(const uint8_t root[KEY_BYTES], bool drill);
void archive_check_destroy(archive_check_t **self_p);

/* Begin with another file; the certificates and revocations of those before stay known. `header` is copied. */
void archive_check_start(archive_check_t *self, const archive_header_t *header);

/* Does the item count where it stands? Every signature, hash, path and chain is looked at, nothing is believed.
   Codes of certificates.h and proof.h, and
     invalid  archive.order  a leaf is not the next one, or stands under no seal
              archive.month  an event's id is not of the month that the header names
              archive.count  the file holds not as many events and leaves as the header says
     denied   archive.root   the leaves under a seal do not lead to its root
              archive.chain  a seal does not follow the one before
              archive.routes the seal's counts of routed events are not those of its events
   A seal that a revocation refuses counts here all the same, for its events were taken before it came; it is
   counted. */
status_t archive_check_take(archive_check_t *self, const archive_item_t *item, problem_t *ret_problem);
status_t archive_check_end(archive_check_t *self, problem_t *ret_problem);

/* Of the event that was taken last. */
const envelope_t *archive_check_envelope(const archive_check_t *self);

/* The node's own seal at hand, with the text's hash; NULL before the first. */
const seal_t *archive_check_seal(const archive_check_t *self, hash_t *ret_hash);

/* The tree over the leaves of that seal once the last of them was taken; NULL while some are due. */
const merkle_t *archive_check_tree(const archive_check_t *self);

certificates_t *archive_check_certificates(archive_check_t *self);

typedef struct {
    int64_t events, received; /* events, and those of other nodes among them */
    int64_t seals, refused;   /* seals of all nodes, and those that a revocation refuses */
} archive_count_t;
archive_count_t archive_check_count(const archive_check_t *self);

#endif
