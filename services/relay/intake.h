/* intake - one batch of a neighbour, checked and ready for the transaction that takes it
 *
 * Made by a sink, queued with numbering_take, and answered by `done` exactly once: committed, or lost (nothing of it is in the database).
 */
#ifndef INTAKE_H
#define INTAKE_H

#include "array.h"
#include "batch.h"
#include "certificates.h"
#include "envelope.h"
#include "entry.h"
#include "link.h"

enum {
    EVENT_COLUMNS = 19, /* of the event, and of its proof */
    SEAL_COLUMNS = 14,
    CERTIFICATE_COLUMNS = 14,
    PARKED_COLUMNS = 9,
    LINK_COLUMNS = 7
};

typedef struct intake {
    char peer[NODE_NAME_TEXT];
    lane_t lane;
    char epoch[UUID_TEXT];
    int64_t upto;      /* cursor after it */
    sealed_t *newest;  /* newest seal of the peer itself in it, for the cursor's row; NULL if there is none */
    entry_t **entries; /* in the order of the peer's leaves; NULL where numbering has taken the entry over */
    int64_t *leaves;   /* of the peer's journal */
    size_t count, room;
    size_t bytes; /* of the events */
    array_t *events[EVENT_COLUMNS];
    array_t *seals[SEAL_COLUMNS], *certificates[CERTIFICATE_COLUMNS], *parked[PARKED_COLUMNS];
    size_t single;   /* next event to be taken alone, when `alone` */
    bool alone;      /* an error of the data: event by event, to find the one */
    bool *fresh;     /* which events this round's transaction has appended */
    void *numbering; /* that has it queued */
    void (*done)(void *argument, struct intake *self, bool committed);
    void *argument;
    struct intake *next;
} intake_t;

intake_t *intake_new(const char *peer, lane_t lane, const char *epoch, int64_t upto);
void intake_destroy(intake_t **self_p);

/* Append one, or a list of them, to a list. */
void intake_append(intake_t **list, intake_t *intake);

/* Tell whoever made it, and destroy it. */
void intake_answer(intake_t *self, bool committed);
void intake_answer_all(intake_t **list, bool committed);

/* Add an event that counts; the entry is the intake's from then on. `leaf` is the peer's. */
void intake_event(intake_t *self, entry_t **entry_p, const envelope_t *envelope, int64_t leaf);

/* Add a seal or certificate that came with it and counts. */
void intake_seal(intake_t *self, const sealed_t *sealed);
void intake_certificate(intake_t *self, const signed_certificate_t *certificate);

/* Add what is not taken. `id`, `type`, `source` may be NULL. */
void intake_park(intake_t *self, int64_t leaf, const uuid_id_t *id, const char *type, const char *source,
                 const problem_t *why, const void *bytes, size_t length);

/* Parameters of link_set for its cursor. */
void intake_cursor(const intake_t *self, array_t *columns[LINK_COLUMNS]);

/* The columns of seal_add for one seal. */
void sealed_columns(const sealed_t *sealed, array_t *columns[SEAL_COLUMNS]);
void seal_columns_new(array_t *columns[SEAL_COLUMNS]);
void event_columns_new(array_t *columns[EVENT_COLUMNS]);
void link_columns_new(array_t *columns[LINK_COLUMNS]);
void columns_clear(array_t **columns, size_t count);
void columns_destroy(array_t **columns, size_t count);

/* The columns of event_take for one event. */
void event_columns(const envelope_t *envelope, const entry_t *entry, array_t *columns[EVENT_COLUMNS]);

/* Is the packed header what the message around it says? */
bool intake_agrees(const batch_header_t *header, const link_batch_t *batch);

#endif
