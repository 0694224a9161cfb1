/* limit - everything is bounded (law 11): the bounds that are part of the protocol, in one place
 *
 * Bounds of single strings and arrays stand in proto/; those that an operator may move are settings.
 */
#ifndef LIMIT_H
#define LIMIT_H

#define LIMIT_FRAME_BYTES (256 * 1024)        /* a request, reply or event */
#define LIMIT_NESTING 32                      /* of JSON in a request, reply or event */
#define LIMIT_BATCH_MESSAGES 256              /* requests in one transaction of a daemon */
#define LIMIT_BATCH_BYTES (1024 * 1024)       /* their bytes together */
#define LIMIT_LINK_BATCH_PACKED (1024 * 1024) /* a BATCH between nodes, zstd */
#define LIMIT_LINK_BATCH_UNPACKED (8 * 1024 * 1024)
#define LIMIT_LINK_BATCH_EVENTS 1024
#define LIMIT_SEAL_LEAVES 1024                /* leaves under one seal */
#define LIMIT_WINDOW_BYTES (16 * 1024 * 1024) /* events the relay keeps in memory for its followers */
#define LIMIT_CHAIN_CERTIFICATES 8            /* certificates from the root to a signing key */
/* Certificates a node knows, and as many revocations: 38 provinces have two parts each, the rest is the centre's. */
#define LIMIT_CERTIFICATES 40960
#define LIMIT_PART_PROVINCE 512 /* it issues, and again all below it: 38 districts, each renewed 13 times */
#define LIMIT_PART_DISTRICT 64  /* it and all below it issue: a few nodes, each renewed a few times */
#define LIMIT_ROWS 500          /* rows of one reply */
#define LIMIT_TAILS 16          /* `sinergi tail` sessions of one node */
#define LIMIT_ID_AHEAD_MS (24LL * 3600 * 1000) /* how far a request's id may be ahead of the node's clock */
#define LIMIT_ADDRESSEES 552                   /* 38 provinces and 514 districts */
#define LIMIT_REFS_BYTES 2048                  /* subjects an event refers to */

#endif
