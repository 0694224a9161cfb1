/* relay - what the parts of this daemon share; one object for the life of the process
 *
 *   numbering.c   gives leaves, seals, commits; takes in what sinks received       opening.c   lock, head, epochs: before any numbering
 *   source.c      serves one follower of this journal      backlog.c   the same from the database
 *   sink.c        follows a neighbour's journal            uplink.c    the connection to the parent
 *   peer.c        who is connected                       enrol.c     a new node with a token
 *   witness.c     compares what nodes say of journals, and raises alarms
 */
#ifndef RELAY_H
#define RELAY_H

#include "certificates.h"
#include "contract.h"
#include "db.h"
#include "directory.h"
#include "entry.h"
#include "head.h"
#include "sealing.h"
#include "serve.h"
#include "window.h"

typedef struct numbering numbering_t;
typedef struct backlog backlog_t;
typedef struct peers peers_t;
typedef struct uplink uplink_t;
typedef struct opening opening_t;
typedef struct enrol enrol_t;
typedef struct told told_t;
typedef struct door door_t;
typedef struct rotation rotation_t;
typedef struct renewal renewal_t;
typedef struct witness witness_t;

#define WITNESS_DAY_SECONDS 86400 /* a checkpoint and heads_seen come at least so often */

typedef struct {
    serve_t *serve;
    zloop_t *loop;
    const char *dir, *share;
    char node[NODE_NAME_TEXT];
    char region[REGION_TEXT];
    bool drill;
    char parent[NODE_NAME_TEXT]; /* "" at the root */
    char key[CURVE_TEXT];        /* own CURVE key: who speaks with it is a daemon of this node */
    signing_key_t signing;
    certificates_t *certificates;
    size_t certificates_stored; /* so many of them, from the first on, are in journal.certificate */
    told_t *told;               /* which events told the revocations */
    batch_writer_t *writer;
    batch_reader_t *unpacker;
    long link_kbps;    /* cap of each link to another node, 0: none */
    long link_timeout; /* ms */
    long checkpoint_seconds, witness_seconds;
    const contracts_t *contracts;
    directory_t *directory;
    db_t *db;     /* the lock, the rounds */
    db_t *reader; /* backlog, what is noted now and then */
    sealing_t *sealing;
    opening_t *opening;
    numbering_t *numbering;
    backlog_t *backlog;
    peers_t *peers;
    uplink_t *uplink;
    enrol_t *enrol;
    witness_t *witness;
    window_t *window;
    rotation_t *rotation;
    renewal_t *renewal;
    bool ready;   /* the second connection is there */
    head_t head;  /* as committed */
    bool leading; /* this process has the lock and knows its head */
    bool directory_known;
} relay_t;

/* Prepare services/relay/statements/<name>.sql on a connection. */
void relay_prepare(const relay_t *self, db_t *db, const char *name, const char *types);

#endif
