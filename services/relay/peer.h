/* peer - who is connected: daemons of this node, the parent, children, tails */
#ifndef PEER_H
#define PEER_H

#include "relay.h"

typedef struct source source_t;
typedef struct sink sink_t;

typedef enum { PEER_LOCAL, PEER_CHILD, PEER_PARENT, PEER_TAIL } peer_kind_t;

typedef struct peer {
    relay_t *relay;
    door_t *door; /* it came by the second port; NULL: by the first, or it is the parent */
    peer_kind_t kind;
    char node[NODE_NAME_TEXT]; /* of a neighbour; the own node for a local daemon */
    char name[LINK_NAME_TEXT]; /* as it stands in relay.link: the neighbour's node, or the daemon's name */
    char key[CURVE_TEXT];
    char **regions;           /* a child's, ended by NULL; owned */
    char region[REGION_TEXT]; /* a tail's principal's */
    unsigned roles;           /* a tail's principal's */
    zframe_t *routing;        /* NULL: the uplink's */
    source_t *source;         /* it follows this journal; NULL before its HELLO */
    sink_t *sink;             /* this node follows its journal; NULL if it does not */
    bool connected;
    int64_t heard;   /* clock_monotonic when it last said something */
    char error[640]; /* last refusal or failure, "" if none */
    struct peer *next;
} peer_t;

peers_t *peers_new(relay_t *relay);
void peers_destroy(peers_t **self_p);
peer_t *peers_first(const peers_t *self);

/* Take one message of a client of this daemon's ROUTER, or of the one at the second port: `key` is its User-Id. False if it is none of the link's. Owns nothing. */
bool peers_receive(peers_t *self, door_t *door, zframe_t *routing, const char *key, zmsg_t *message);

/* The uplink's peer, made once; the uplink owns the connection. */
peer_t *peers_parent(peers_t *self);

/* A message from a peer that is known. */
void peer_take(peer_t *self, const link_frames_t *frames);

/* Send; `json` and `packed` are borrowed. */
void peer_send(peer_t *self, link_word_t word, const char *json, const void *packed, size_t length);

/* New leaves are committed: send what each follower wants. */
void peers_feed(peers_t *self);

/* The database is there (again), or is lost. */
void peers_ready(peers_t *self);
void peers_lost(peers_t *self);

/* Some times a second: pings, back-offs, peers that are gone, what is noted now and then. */
void peers_tick(peers_t *self);

/* Forget a peer and close what hangs on it. */
void peers_remove(peers_t *self, peer_t *peer);

/* May a peer that was let in stay? A tail goes when its principal is revoked, or its key or time has ended. */
bool peer_may_stay(const relay_t *relay, const peer_t *peer);

/* The second port is closed: who came by it comes again by the first. */
void peers_door_closed(peers_t *self, const door_t *door);

/* Tell a peer that it is refused. */
void peer_refuse(peer_t *self, const problem_t *problem);

/* Refuse and forget neighbours whose certificate is revoked; tails whose principal is, though their connection stands. */
void peers_cut_revoked(peers_t *self);
void peers_cut_tails(peers_t *self);

/* Fill in who speaks with this key; false for nobody whom this relay serves. */
bool peer_identify(const relay_t *relay, const char *key, peer_t *peer);

#endif
