/* call - everything that belongs to one request, from its bytes to its reply; made and freed in one place */
#ifndef CALL_H
#define CALL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <zmq.h>

#include "buffer.h"
#include "contract.h"
#include "directory.h"
#include "hash.h"
#include "schema.h"
#include "status.h"
#include "uuid.h"

enum { CALL_IDS = 8 }; /* fresh ids that a statement gets */

typedef struct call call_t;

struct call {
    /* as it came */
    zmq_msg_t routing, frame;
    bool open;       /* routing and frame hold messages */
    char key[41];    /* CURVE key of the sender, Z85 */
    int64_t now;     /* ms, the node's clock when it was read */
    int64_t arrived; /* us of a clock that never jumps */

    /* as it was understood; each is empty as long as it is not known */
    json_t *json;     /* the whole message, owned */
    json_t *body;     /* its `data`, borrowed; personal values are replaced by their digests */
    const char *sent; /* `data` as it stands in the frame, if that is compact; NULL otherwise */
    size_t sent_length;
    const contract_t *contract;
    const struct route *route;
    bool known; /* `principal` is set */
    principal_t principal;
    char requestid[UUID_TEXT];
    char type[64];
    uuid_id_t id;
    char region[REGION_TEXT];
    char behalf[UUID_TEXT];
    bool abroad; /* on behalf of a region that another node serves: only new subjects are made */
    bool dryrun;
    hash_t digest; /* member `request` of events, and of the stored reply */

    /* for the statement */
    buffer_t *body_bytes, *context;
    json_t *
        added; /* members that are added to the context by hooks and for personal fields; owned, may be NULL */
    uuid_id_t ids[CALL_IDS];
    char due[32]; /* of a timer: when it was due; empty otherwise */

    /* as it is answered */
    bool decided; /* `status` holds, whatever the database says */
    bool stored;  /* `reply` holds the bytes that were stored when it was first answered */
    status_t status;
    json_t *outcome;           /* of the statement, owned */
    json_t *data;              /* of the reply, borrowed from the outcome; NULL: {} */
    char node[NODE_NAME_TEXT]; /* told with a refusal: the node that serves the region */
    buffer_t *reply;           /* the bytes */

    /* for the batch */
    bool repeat;  /* its id was answered before: look it up before it is run */
    bool alone;   /* in a transaction of its own */
    bool doubted; /* something was missing: it runs again behind a look at whether that is on its way */
    bool single;  /* in a call of its own, whatever its route says */
    bool unknown; /* a COMMIT that held it was not answered */
    bool looked;  /* after its statement failed alone, its stored reply was looked for */
    int troubles; /* transactions with it that failed */
    int repeats;  /* times it was repeated after a deadlock or time-out */
    call_t *next;

    size_t problem_count;
    problem_t problems[SCHEMA_PROBLEMS]; /* last: not cleared when a call is used again */
};

/* A call is taken from those that were freed, with its buffers. */
call_t *call_new(void);
void call_free(call_t **self_p);

/* Refuse: the call is decided. Gives the status. `why` is a printf format, and names places, never values; `at` is a JSON pointer into the
   request. */
status_t call_refuse(call_t *self, status_t status, const char *code, const char *at, const char *why, ...)
    __attribute__((format(printf, 5, 6)));
status_t call_refuse_problem(call_t *self, const problem_t *problem);

#endif
