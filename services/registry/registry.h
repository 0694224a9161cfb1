/* registry - what its messages need in C besides their statements; the route table is in main.c
 *
 *   node_certify.c   a certificate counts                        reveal.c     personal values for the first answer
 *   erasures.c       the file state/erased                       keeper.c     what the daemon does by itself, on a connection of its own:
 *   rotation.c       the node's personal key is replaced         matching.c   the centre opens sealed digests
 *   similar.c        what a backup leaves out
 */
#ifndef REGISTRY_H
#define REGISTRY_H

#include "certificates.h"
#include "db.h"
#include "serve.h"

/* This node's chain below the root that DIR/tree.json names; NULL if it cannot be read: the problem's sentence names the file. The caller destroys. */
certificates_t *own_chain(const char *dir, problem_t *ret_problem);

/* Before node_certify: the text is a certificate that counts, given this node's own chain. */
status_t node_certify_check(serve_t *serve, call_t *call);

/* Of business_personal and business_export: what the outcome has in `reveal` is opened into the member `values`. */
status_t personal_reveal(serve_t *serve, call_t *call);
/* One field: subject, place, ciphertext and key in hex, and key_version. The caller decrefs the value. */
status_t personal_open(serve_t *serve, const json_t *field, json_t **ret_value, problem_t *ret_problem);

/* At the start, before anybody is served: whom DIR/state/erased lists is erased in this database too, and the file lists all whom the database knows. Exits with
   one sentence if that cannot be done. */
void erasures_apply(serve_t *serve);
/* After a commit of business_erase: one line more, if somebody was erased. */
void erasures_note(serve_t *serve, const call_t *call);

/* At the start, after that: digests by which businesses of one owner are found, where a backup left them out. Exits with one sentence if that cannot be done. */
void similar_restore(serve_t *serve);

/* Prepare services/registry/statements/<name>.sql on a connection. */
void registry_prepare(const serve_t *serve, db_t *db, const char *name, const char *types);
char *registry_statement(const serve_t *serve, const char *name); /* its text; the caller frees */

/* From the start to the end of the daemon. */
typedef struct keeper keeper_t;
keeper_t *keeper_new(serve_t *serve);
void keeper_destroy(keeper_t **self_p);

/* Its parts: called twice a second, and told when the connection is lost. */
typedef struct rotation rotation_t;
rotation_t *rotation_new(serve_t *serve, db_t *db);
void rotation_destroy(rotation_t **self_p);
void rotation_tick(rotation_t *self);
void rotation_lost(rotation_t *self);

typedef struct matching matching_t;
matching_t *matching_new(serve_t *serve,
                         db_t *db); /* NULL at a node that does not hold the tree's matching key */
void matching_destroy(matching_t **self_p);
void matching_tick(matching_t *self);
void matching_lost(matching_t *self);
/* Before principal_rotate: the key that speaks is the one in use. */
status_t principal_rotate_check(serve_t *serve, call_t *call);
/* Before node_enrol: adds to the context the certificate and what else the new node takes home. */
status_t node_enrol_prepare(serve_t *serve, call_t *call);

/* Before node_revoke: the text is a revocation that counts, given that chain and the certificates that come with it. */
status_t node_revoke_check(serve_t *serve, call_t *call);

#endif
