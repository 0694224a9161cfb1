/* seal_check - does a neighbour remember this node's journal as its database does? */
#ifndef SEAL_CHECK_H
#define SEAL_CHECK_H

#include "relay.h"

/* Prepare the statement on relay->reader; before db_start. */
void seal_check_prepare(const relay_t *relay);

/* Compare the seals that a neighbour's HELLO names with those in the database. Another hash of the same number means that this database is not the one from
   which the neighbour was served: it is logged as an error and a new epoch begins. */
void seal_check(relay_t *relay, const char *peer, const link_hello_t *hello);

#endif
