/* follow - a daemon's follower: applies the journal's events to the service's schema
 *
 * Finds on_<event>.sql and fold_<event>.sql of the service, follows those types (and the others of the same
 * kinds of subject, whose versions it must see) from the cursor in <service>.cursor, and applies each event
 * once, in the order of its subject's versions, a batch in one transaction.
 *
 *   follow_t *follow = follow_new(&config);
 *   follow_start(follow);                              -- connects to the database, then to the relay, and
 * goes on for ever
 *
 * Of several processes of one service one follows: it holds an advisory lock, the others wait for it.
 */
#ifndef FOLLOW_H
#define FOLLOW_H

#include <czmq.h>
#include <jansson.h>

#include "contract.h"
#include "link.h"

typedef struct {
    zloop_t *loop;
    const char *service;  /* folder of services/, schema and role: registry */
    const char *share;    /* folder that holds common/sql and services/ */
    const char *conninfo; /* with user */
    const char *node;     /* own name */
    const char *region;   /* own region: of the events that are made here */
    const char *release;
    bool drill;
    bool rebuild; /* own events too are applied by on_; the service's tables are empty and it serves nobody */
    const contracts_t *contracts;
    const char *endpoint; /* of the node's relay; NULL: no link, batches come by follow_batch alone */
    zcert_t *cert;        /* the node's key, client's and server's; borrowed. NULL with endpoint NULL */

    /* Region that a node serves, to send it a receipt; borrowed. May be NULL or give NULL: then the region in
     * its name is taken. */
    const char *(*node_region)(void *argument, const char *node);
    /* Is this version of the directory the one that follow_regions was told of? Else it is being loaded, and the batch is tried again. May be NULL. */
    bool (*current)(void *argument, int64_t version);
    /* Does a node speak for a region at a time? May be NULL. */
    bool (*speaks)(void *argument, const char *node, const char *region, int64_t time);
    /* A rebuild has reached the head that the journal had at its beginning. May be NULL. */
    void (*rebuilt)(void *argument);
    void *argument;
} follow_config_t;

typedef struct follow follow_t;

/* Reads the statements; a file whose event no contract declares is an unusable start. The texts of `config`
 * are borrowed. */
follow_t *follow_new(const follow_config_t *config);
void follow_destroy(follow_t **self_p);

/* Regions of the node's own certificate, and all that it serves (hosted ones too): arrays of codes for the
   statements' context, of which it keeps references of its own. Before follow_start, and again whenever they
   change. */
void follow_regions(follow_t *self, json_t *regions, json_t *served);

/* Begin, and go on for ever. */
void follow_start(follow_t *self);

/* A service without on_ and fold_ files has nothing to follow: start does nothing then. */
bool follow_wanted(const follow_t *self);

/* Types whose events change what the service's statements read: those of other services that it applies, and those that it folds. Ended by NULL, borrowed. */
const char *const *follow_waited_for(const follow_t *self);

/* A batch that continues its lane, as follower.h hands it over; also the entry for tests. `packed` is copied.
 */
void follow_batch(follow_t *self, const link_batch_t *batch, const void *packed, size_t length);

/* State, for health: is this the process that follows, with its cursors read; has it nothing to do just now; last leaf applied of a
   lane; batches taken and not yet committed; events parked since the start. */
bool follow_active(const follow_t *self);
bool follow_idle(const follow_t *self);
int64_t follow_leaf(const follow_t *self, lane_t lane);
size_t follow_open(const follow_t *self);
int64_t follow_parked(const follow_t *self);

#endif
