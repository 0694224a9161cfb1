/* registry - what its messages need in C besides their statements; the route table is in main.c */
#ifndef REGISTRY_H
#define REGISTRY_H

#include "serve.h"

/* Before node_certify: the text is a certificate that counts, given this node's own chain. */
status_t node_certify_check(serve_t *serve, call_t *call);

/* Before node_enrol: adds to the context the certificate and what else the new node takes home. */
status_t node_enrol_prepare(serve_t *serve, call_t *call);

#endif
