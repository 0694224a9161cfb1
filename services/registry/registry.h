/* registry - what its messages need in C besides their statements; the route table is in main.c */
#ifndef REGISTRY_H
#define REGISTRY_H

#include "certificates.h"
#include "serve.h"

/* This node's chain below the root that DIR/tree.json names; NULL if it cannot be read. The caller destroys. */
certificates_t *own_chain(const char *dir);

/* Before node_certify: the text is a certificate that counts, given this node's own chain. */
status_t node_certify_check(serve_t *serve, call_t *call);

/* Before node_revoke: the text is a revocation that counts, given that chain and the certificates that come with it. */
status_t node_revoke_check(serve_t *serve, call_t *call);

#endif
