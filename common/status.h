/* status - the seven words with which everything is answered, and the problem behind a refusal
 *
 * The same words stand on the wire, in SQL outcomes, in logs and in proto/README.md.
 */
#ifndef STATUS_H
#define STATUS_H

#include <stdarg.h>

typedef enum {
    ST_OK,       /* done and committed */
    ST_INVALID,  /* the message breaks its contract: correct it */
    ST_DENIED,   /* this principal may not say that: ask an administrator */
    ST_MISSING,  /* what it refers to is not here: look again */
    ST_CONFLICT, /* it contradicts what is recorded: decide */
    ST_RETRY,    /* not now: send the same id again later */
    ST_BROKEN,   /* our fault: report it, sending again will not help */
    ST_COUNT
} status_t;

/* Why a request was refused. `code` is stable and listed in proto/codes.json; `at` is a JSON pointer into the
   request (empty: the whole); `why` is one sentence that names the place of a value, never the value. */
typedef struct {
    status_t status;
    char code[64];
    char at[256];
    char why[512];
} problem_t;

/* The word of a status; never NULL. */
const char *status_word(status_t status);

/* The status of a word, or ST_BROKEN if it is none of the seven. */
status_t status_of_word(const char *word);

/* Fill a problem. `why` is a printf format. Returns the status, so that a check can end with
   `return problem_set(...)`. A NULL problem is allowed. */
status_t problem_set(problem_t *problem, status_t status, const char *code, const char *at, const char *why,
                     ...) __attribute__((format(printf, 5, 6)));

#endif
