/* batch - events with their proofs as they travel between relays and followers (proto/README.md, section 5)
 *
 *   batch_writer_t *writer = batch_writer_new();
 *   batch_writer_start(writer, "urgent", &epoch, after);
 *   while (batch_writer_add(writer, &item))        -- false: full, nothing was added; finish and start the next
 *       upto = item.leaf, ... the next item;
 *   packed = batch_writer_finish(writer, upto, &length);
 *
 *   batch_reader_t *reader = batch_reader_new();
 *   if (batch_reader_open(reader, packed, length, &problem) != ST_OK) ...
 *   while (batch_reader_next(reader, &item)) ...
 *   if (batch_reader_problem(reader)) ...          -- the rest is malformed
 *
 * One writer and one reader serve for the life of the process; neither allocates per item.
 */
#ifndef BATCH_H
#define BATCH_H

#include "merkle.h"
#include "signed.h"

#define BATCH_LANE_TEXT 8  /* "urgent" and a NUL */
#define BATCH_PATH_MOST 10 /* hashes of a path in a tree of LIMIT_SEAL_LEAVES */

typedef enum { BATCH_CERTIFICATE, BATCH_SEAL, BATCH_EVENT } batch_kind_t;

typedef struct {
    batch_kind_t kind;
    const char *bytes; /* text of the certificate or seal, or the event's bytes; borrowed, not ended by NUL */
    size_t length;
    signature_t signature; /* certificate, seal */
    /* the rest for an event alone */
    int64_t leaf;              /* the sender's; in a proof the origin's */
    char node[NODE_NAME_TEXT]; /* origin */
    uuid_id_t epoch;           /* the origin's */
    int64_t seal;              /* number of the origin's seal */
    int64_t index;             /* of the leaf in the seal, 0 is the first */
    size_t path_length;        /* 0: "-"; at most BATCH_PATH_MOST */
    hash_t path[MERKLE_PATH_MOST];
} batch_item_t;

typedef struct {
    char lane[BATCH_LANE_TEXT]; /* "" in a proof */
    uuid_id_t epoch;
    int64_t after, upto;
} batch_header_t;

/* Is it urgent, normal or bulk? */
bool batch_lane_is(const char *word, size_t length);

typedef struct batch_writer batch_writer_t;
batch_writer_t *batch_writer_new(void);
void batch_writer_destroy(batch_writer_t **self_p);

/* Begin a batch; what was not finished is dropped. A lane that is none is a bug. */
void batch_writer_start(batch_writer_t *self, const char *lane, const uuid_id_t *epoch, int64_t after);

/* Begin a proof. */
void batch_writer_start_proof(batch_writer_t *self);

/* Add an item, copying its bytes. False, and nothing is added, if the batch holds LIMIT_LINK_BATCH_EVENTS
   events or could not surely be packed into LIMIT_LINK_BATCH_PACKED any more. An event that a reader would
   refuse (empty, longer than LIMIT_FRAME_BYTES, with a line feed; leaves that do not rise) is a bug. A batch
   with nothing in it always takes one item. */
bool batch_writer_add(batch_writer_t *self, const batch_item_t *item);

/* Of the batch at hand. */
size_t batch_writer_events(const batch_writer_t *self);
size_t batch_writer_bytes(const batch_writer_t *self);

/* End the batch at leaf `upto` (not below `after` nor the last event's leaf) and pack it: borrowed until the
 * next start. */
const void *batch_writer_finish(batch_writer_t *self, int64_t upto, size_t *ret_length);

/* The unpacked text of the batch that was finished, or of the proof that was begun; borrowed until the next
 * start. */
const char *batch_writer_text(batch_writer_t *self, size_t *ret_length);

typedef struct batch_reader batch_reader_t;
batch_reader_t *batch_reader_new(void);
void batch_reader_destroy(batch_reader_t **self_p);

/* Unpack a batch and read its header. Every limit is checked before anything is allocated. Invalid with code
     batch.frame   it is not exactly one whole zstd frame that says its size
     batch.size    it is packed larger than LIMIT_LINK_BATCH_PACKED or unpacked than LIMIT_LINK_BATCH_UNPACKED
     batch.header  the first line is malformed
   `packed` is not needed after the call. */
status_t batch_reader_open(batch_reader_t *self, const void *packed, size_t length, problem_t *ret_problem);

/* The same for a text that is unpacked already, and for a proof (proof.size, proof.header); `text` is
 * borrowed until the last item has been read. */
status_t batch_reader_open_text(batch_reader_t *self, const char *text, size_t length,
                                problem_t *ret_problem);
status_t batch_reader_open_proof(batch_reader_t *self, const char *text, size_t length,
                                 problem_t *ret_problem);

/* Of what is open; borrowed. */
const batch_header_t *batch_reader_header(const batch_reader_t *self);

/* The next item; its bytes are borrowed until the next open. False at the end, and at the first item that is
   malformed; then batch_reader_problem is not NULL:
     batch.item    it breaks the grammar or a bound (in a proof proof.item)
     batch.events  there are more than LIMIT_LINK_BATCH_EVENTS
     batch.order   the leaf is not above the last one, or not within `after` and `upto` */
bool batch_reader_next(batch_reader_t *self, batch_item_t *ret_item);
const problem_t *batch_reader_problem(const batch_reader_t *self);

/* One item of a strict text, for readers of other files that are made of them; false if it breaks the grammar or a
   bound. batch_signed_scan: what stands behind the word of a signed text shorter than `most`. */
bool batch_item_scan(scan_t *scan, batch_item_t *ret_item);
bool batch_signed_scan(scan_t *scan, size_t most, batch_item_t *ret_item);

#endif
