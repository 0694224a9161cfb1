/* witness - looks through this node's journal for what other nodes say of it and of each other, counts what is held of theirs, and says what is wrong
 *
 * A step every second on the second connection, never in a round: what the next leaves hold (witness_words), counted and compared (witness_take,
 * witness_compare); then what is missing or late (witness_judge), and what this node itself has to say (witness_say.c). README.md tells who names whom.
 */
#ifndef WITNESS_H
#define WITNESS_H

#include "alarm_watch.h"
#include "journal.h"
#include "peer.h"

enum { HEAD_COLUMNS = 5, CHECKPOINT_COLUMNS = 7 };

struct witness {
    relay_t *relay;
    alarm_watch_t *watch;
    bool busy, full; /* full: the words at hand filled their page, so there may be more */
    int64_t next_at; /* clock_monotonic of the next step */
    db_parameters_t *parameters;
    array_t *heads[HEAD_COLUMNS], *checkpoints[CHECKPOINT_COLUMNS];
    journal_rows_t *rows;
    finding_t *open; /* alarms that stand, of the step at hand */
    size_t open_count;
};

witness_t *witness_new(relay_t *relay);
void witness_destroy(witness_t **self_p);

/* Prepare the statements on relay->reader; before db_start. */
void witness_prepare(const relay_t *relay);

/* Some times a second. */
void witness_tick(witness_t *self);

/* A neighbour has said HELLO: the seals of this journal that it holds. */
void witness_hello(witness_t *self, const char *peer, const link_hello_t *hello);

/* A journal is not what it was: an alarm at once, which never clears. */
void witness_contradicted(witness_t *self, const char *node, const char *peer, const link_cursor_t *cursor,
                          const char *why);

/* Did a statement go well? If not it is logged and the step is over. */
bool witness_good(witness_t *self, const PGresult *result, const char *step);

#endif
