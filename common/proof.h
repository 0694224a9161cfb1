/* proof - does a seal, an event, a whole proof count? (proto/README.md, section 5)
 *
 * Item by item, as a relay does it, checking each signature once:
 *
 *   while (batch_reader_next(reader, &item))
 *       BATCH_CERTIFICATE  certificates_add(certificates, item.bytes, item.length, &item.signature, ...)
 *       BATCH_SEAL         proof_seal(certificates, item.bytes, item.length, &item.signature, &seal, ...)
 *                          and keep the seal
 *       BATCH_EVENT        proof_event(certificates, seal, &item, source, region, behalf, ...)
 *
 * or a proof that stands alone:
 *
 *   if (proof_check(text, length, tree.root, tree.drill, &proof, &problem) == ST_OK) ...
 */
#ifndef PROOF_H
#define PROOF_H

#include "batch.h"
#include "certificates.h"

/* Read a seal and see that it counts: signed by the key of a certificate that counts and is of its node.
     invalid  seal.form
     denied   seal.drill, seal.signature, seal.revoked (the key was revoked, and this is a later seal)
     missing  seal.certificate_unknown: no certificate of the node with that key is here */
status_t proof_seal(certificates_t *certificates, const char *text, size_t length,
                    const signature_t *signature, seal_t *ret_seal, problem_t *ret_problem);

/* Is this the seal that the event names? */
bool proof_names(const batch_item_t *event, const seal_t *seal);

/* Does an event count under a seal that counts? `source`, `region` are members of the event's own bytes,
   which the caller has read; `behalf` tells that it has one: then the region need not be the node's, and the
   caller sees whether that grant stands. The event's leaf is not looked at.
     invalid  proof.seal (it names another node's, epoch's or number's seal), proof.index, proof.path (not as
              long as the index demands)
     denied   proof.root (the path leads elsewhere), proof.source, proof.region */
status_t proof_event(certificates_t *certificates, const seal_t *seal, const batch_item_t *event,
                     const char *source, const char *region, bool behalf, problem_t *ret_problem);

typedef struct {
    seal_t seal;
    hash_t seal_hash;    /* of the seal's text */
    size_t certificates; /* length of the chain */
    const char *event;   /* the event's bytes, borrowed from the proof's text */
    size_t event_length;
    int64_t leaf; /* of the origin's journal */
    char region[REGION_TEXT];
    bool behalf; /* it counts only if the grant that it names stands */
} proof_t;

/* Check a whole proof: its certificates from the root down, the seal, the event with the `source` and
   `region` that stand in its bytes, the leaf's number, and nothing else. The first broken part is named by one
   of the codes above, or
     invalid  proof.size, proof.header, proof.item, proof.order (not certificates, one seal, one event),
              proof.event (it is no event), proof.leaf (not the one that seal and index tell) */
status_t proof_check(const char *text, size_t length, const uint8_t root[KEY_BYTES], bool drill,
                     proof_t *ret_proof, problem_t *ret_problem);

#endif
