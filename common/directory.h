/* directory - regions, nodes and principals of schema directory in memory, as of one version
 *
 * Loaded over the daemon's database connection and again whenever directory.version has risen.
 */
#ifndef DIRECTORY_H
#define DIRECTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "db.h"
#include "region.h"

typedef struct {
    char principal[37];
    char person[37], organisation[37]; /* "" if there is none */
    char region[8];
    char key[41];
    char fingerprint[65];
    unsigned roles;                           /* ROLE_* of contract.h */
    int64_t valid_from, valid_to, revoked_at; /* ms; 0: none */
    int64_t key_to; /* ms: end of this key's overlap with the one that replaced it; 0: it is the one in use */
    bool node_own;  /* the node's own key: role admin at its own region, for the first steps and for its
                      daemons */
} principal_t;

typedef struct {
    char node[16];
    char **regions; /* ended by NULL */
    int64_t *since; /* of each region, ms: the first certificate for it that no revocation has taken */
    char parent[16];
    char curve[41];
    bool live;
} node_t;

/* A parent's principal may act for a child for a bounded time. */
typedef struct {
    char grant[37];
    char region[8], node[16];                 /* acted for; node that may act */
    char principal[37], person[37];           /* person: who answers for the principal */
    char **messages;                          /* ended by NULL; NULL: every one that can be sent on behalf */
    int64_t valid_from, valid_to, revoked_at; /* ms; 0: none */
} grant_t;

typedef struct directory directory_t;

/* `own_key` is the node's own CURVE public key, `own_node` its name, `own_region` its region. */
directory_t *directory_new(const char *own_node, const char *own_region, const char *own_key);
void directory_destroy(directory_t **self_p);

/* Prepare the statements on `db` (before db_start), and load over it; `done(argument, ok)` follows. A load
 * that is asked for while one runs waits for the next; more than 16 that wait are told false at once. When a load
 * fails (false) the memory stays as it is. It is one statement of its own group: none of the caller's transactions
 * may be open. */
void directory_prepare(directory_t *self, db_t *db);
void directory_load(directory_t *self, db_t *db, void (*done)(void *argument, bool ok), void *argument);

/* Version the memory stands at; 0 before the first load. */
int64_t directory_version(const directory_t *self);

/* All borrowed until the next load; NULL if unknown. */
const principal_t *directory_principal(const directory_t *self,
                                       const char *key); /* Z85; revoked and expired ones too */
const node_t *directory_node_of_key(const directory_t *self, const char *key);
const node_t *directory_node(const directory_t *self, const char *name);
const grant_t *directory_grant(const directory_t *self, const char *grant);
const node_t *directory_server(const directory_t *self,
                               const char *region); /* live node that serves it: the longest region above */
/* Does `node` speak for the region at that time, or is another live one certified more closely for it since before? A renewal changes nothing in that. A node that is not known speaks,
   and so does one that was revoked: which of its words count its seals tell. */
bool directory_speaks(const directory_t *self, const char *node, const char *region, int64_t time);
/* Was this one-time key given to a new node, and is or was it good in the last 30 days? Who comes with it may enrol, or is told why not. */
bool directory_invited(const directory_t *self, const char *key, int64_t now);
bool directory_region_known(const directory_t *self, const char *region);
const char *directory_region_next(const directory_t *self,
                                  const char *after); /* in order; NULL begins and ends */
unsigned directory_region_tier(const char *region);   /* TIER_*: by the code's form; region_below: region.h */

#endif
