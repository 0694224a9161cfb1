/* serve_batch - what the parts of the batch share: serve_batch.c runs transactions, serve_batch_plan.c says what goes together, serve_batch_run.c
 * calls the statements, serve_batch_end.c composes what they append */
#ifndef SERVE_BATCH_H
#define SERVE_BATCH_H

#include "limit.h"
#include "serve_private.h"

typedef enum { BATCH_RUN, BATCH_LOOK_UP, BATCH_DRY } batch_kind_t;
typedef enum { BATCH_IDLE, BATCH_STATEMENTS, BATCH_ENDING, BATCH_UNDOING } batch_stage_t;

/* One call of a statement, for one request or for several of one type that follow one another. */
typedef struct {
    size_t first, count; /* in run */
} batch_statement_t;

enum {
    BATCH_REPLY_COLUMNS = 6,
    BATCH_LONELY = 64,
    BATCH_REPEATS = 3,
    BATCH_TROUBLES = 3,
    FIRST_STATEMENT = 2 /* place of the first result that is a message's: behind BEGIN and the version */
};
#define BATCH_NOWHERE SIZE_MAX

struct batch {
    serve_t *serve;
    call_t *first, *last; /* what waits, in the order of arrival; the segment that is run is its beginning */
    size_t count;

    batch_kind_t kind;
    batch_stage_t stage;
    call_t *calls[LIMIT_BATCH_MESSAGES]; /* of the segment */
    size_t call_count;
    call_t *run[LIMIT_BATCH_MESSAGES]; /* of these: whose statements run, in order */
    size_t run_count;
    batch_statement_t statements[LIMIT_BATCH_MESSAGES]; /* the calls of the database that run them */
    size_t statement_count;
    call_t *asked[LIMIT_BATCH_MESSAGES]; /* of these: whose stored replies are looked up */
    size_t asked_count;

    size_t place, expected; /* results that came, and that will */
    size_t failed;          /* place of the first error, or BATCH_NOWHERE */
    problem_t problem;      /* what it means */
    bool passing;           /* it may pass by itself: deadlock, serialisation, time-out */
    bool stale;             /* the directory has changed */
    bool apart;             /* one of several in a call was refused: it runs again by itself */
    bool behind;            /* what requests in doubt refer to may still be on its way */
    bool broken;            /* a statement gave no outcome: its call is decided, the others run again */
    bool unclaimed;         /* a timer that is another process's, or done */
    size_t found;           /* calls whose stored reply was found */
    bool commit_sent;
    int64_t heard;      /* ms, clock_monotonic: begin of the stage, or the last result */
    int64_t not_before; /* rows that nobody waits for, and that could not be written, are tried again then */

    recent_t *recent;
    journal_rows_t *events;
    array_t *asked_principals, *asked_ids;
    array_t *bodies, *regions, *contexts; /* of a call for several */
    array_t *replies[BATCH_REPLY_COLUMNS];
    db_parameters_t *parameters;
    struct {
        char principal[UUID_TEXT];
        int64_t until;
    } lonely[BATCH_LONELY]; /* principals whose messages failed run alone for a minute */
};

/* serve_batch_queue.c: take the answered calls of the segment out of the queue and send their replies; the others stay. */
void batch_answer(batch_t *self, bool (*is_answered)(const call_t *call));

/* serve_batch_run.c: send the statements of the segment; one result each. */
void batch_run(batch_t *self, db_result_fn *handler);
/* The result of one of them. False: it gave no outcome, and its call is decided. */
bool batch_outcomes(batch_t *self, const batch_statement_t *statement, const PGresult *result);

/* serve_batch_doubt.c: before "missing" is answered. True: requests that must run again behind batch_ask_version. */
bool batch_doubt(batch_t *self);
/* Ask for the directory's version and, for requests in doubt, whether the follower is behind them: the third column. */
void batch_ask_version(batch_t *self, db_result_fn *handler);
/* It is: they are answered retry. */
void batch_settle_doubt(batch_t *self);
void batch_doubt_prepare(batch_t *self);

/* serve_batch_plan.c: fill calls, run, statements, asked and kind from the beginning of what waits. */
void batch_plan(batch_t *self);
/* The segment failed: who runs how next time. False: not even the refusals can be written. */
bool batch_narrow(batch_t *self);

/* serve_batch_end.c: events, replies and refusals of the segment. False: a call turned out to be broken and is decided now. */
bool batch_compose(batch_t *self);
/* Send what was composed; gives how many results will come (COMMIT included). */
size_t batch_append(batch_t *self, db_result_fn *handler);
/* The stored replies that a look-up gave; notes and counts what was found. */
void batch_stored(batch_t *self, const PGresult *result);
void batch_end_new(batch_t *self);
void batch_end_destroy(batch_t *self);
void batch_end_prepare(batch_t *self);
void batch_end_clear(batch_t *self);

#endif
