/* round - the two halves of a numbering round that send statements; only numbering.c uses it */
#ifndef ROUND_H
#define ROUND_H

#include "intake.h"
#include "relay.h"

enum { LEAF_COLUMNS = 6 };

/* The events that get their leaves in one round, and the parameters for them; used again for the next. */
typedef struct {
    relay_t *relay;
    entry_t **entries; /* owned */
    size_t count, room;
    bool
        unproven; /* an event of another node whose seal is not in memory: followers are served from the database */
    head_t head;                      /* after the round */
    size_t certificates, revocations; /* known when it was sent, and stored by it */
    db_parameters_t *parameters;
    array_t *leaves[LEAF_COLUMNS], *seals[SEAL_COLUMNS], *link[LINK_COLUMNS], *event[EVENT_COLUMNS];
} round_t;

round_t *round_new(relay_t *relay);
void round_destroy(round_t **self_p);

/* Prepare the statements on relay->db; before db_start. */
void round_prepare(const relay_t *relay);

/* Forget the entries. */
void round_clear(round_t *self);
void round_add(round_t *self, entry_t **entry_p);

/* What becomes of the results. */
typedef struct {
    db_result_fn *step;         /* of every other statement */
    db_result_fn *taken;        /* of event_take; its argument is the intake */
    db_result_fn *contradicted; /* of seal_take: a row is a fork */
    void *argument;
} round_handlers_t;

/* Send what takes an intake in. */
void round_take(round_t *self, intake_t *intake, const round_handlers_t *handlers);

/* Add the rows of number or number_all, from which an event that its writer may not write is left out. */
void round_rows(round_t *self, const PGresult *result, db_result_fn *step, void *argument);

/* It is committed: what it stored of certificates and revocations need not be stored again. */
void round_stored(const round_t *self);

/* Seal what was added and send leaves, seals and head. */
void round_seal(round_t *self, const char *snapshot, db_result_fn *step, void *argument);

#endif
