/* told - what events tell of certificates and revocations: judged before such an event is taken, kept in memory, stored with the round */
#ifndef TOLD_H
#define TOLD_H

#include "envelope.h"
#include "peer.h"

enum { REVOCATION_COLUMNS = 11 };

told_t *told_new(void);
void told_destroy(told_t **self_p);

/* Does an event of this type tell any? */
bool told_is(const char *type);

/* Take what an event tells; other types are ok.
     the codes of certificates_add and certificates_revoke
     denied   certificate.source: another node tells it than the one that signed it
     invalid  event.form */
status_t told_take(relay_t *relay, const envelope_t *envelope, problem_t *ret_problem);

/* Rows of the statement certificates that are revocations: added behind the certificates, when a relay opens its journal. */
void told_rows(relay_t *relay, const PGresult *result);

/* Parameters of revocation_add for those that are not stored; false if there are none. */
bool told_columns(relay_t *relay, db_parameters_t *parameters);

/* A round has committed what there was when it was sent. */
size_t told_count(const relay_t *relay);
void told_stored(relay_t *relay, size_t count);

/* What is known of a CURVE key by the certificates: 1 a child's, in force or replaced at most 90 days ago; -1 revoked (with the sentence); 0 nothing. */
int told_key(const relay_t *relay, const char *curve, problem_t *ret_problem);

/* May this neighbour hand on a seal that counts? What a key sealed before it was revoked counts on the word of who had taken it then: the parent, or a
   child in the signer's chain. Otherwise whoever stole the key could fill other epochs, or numbers that are not held here, and have any child hand them on.
   False: denied seal.revoked. */
bool told_bears(const peer_t *peer, const seal_t *seal, problem_t *ret_problem);

/* Was the node's newest key revoked? */
bool told_node_revoked(const relay_t *relay, const char *node, problem_t *ret_problem);

#endif
