/* alarm_watch - when does something that is not as it should be become an alarm? No input or output
 *
 *   alarm_watch_link(watch, "62-1", up, clock_now(), clock_monotonic());      -- every link, each time
 *   alarm_watch_links_end(watch, clock_now(), clock_monotonic());             -- one that was not named is down
 *   alarm_watch_begin(watch);
 *   if (alarm_watch_due(watch, &finding, clock_monotonic())) ...              -- every finding; true: raise it
 *   alarm_watch_end(watch);                                                   -- what was not found is forgotten
 *
 * A finding has to stand for the limit while its link is up: the time that a link is down never counts. It is counted by a clock that never jumps, so that
 * a clock that is set, or a drill's, raises nothing by itself; a relay that starts counts anew.
 */
#ifndef ALARM_WATCH_H
#define ALARM_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "region.h"
#include "uuid.h"

#define ALARM_KIND_TEXT 16
#define ALARM_WHY_TEXT 512

typedef struct {
    char kind[ALARM_KIND_TEXT];
    char node[NODE_NAME_TEXT];
    char epoch[UUID_TEXT];     /* "" if it is about none */
    char peer[NODE_NAME_TEXT]; /* the link; "" if it is about none */
    int64_t first_seal, last_seal;
    char why[ALARM_WHY_TEXT];
} finding_t;

typedef struct alarm_watch alarm_watch_t;

/* `limit` in milliseconds. */
alarm_watch_t *alarm_watch_new(int64_t limit);
void alarm_watch_destroy(alarm_watch_t **self_p);

/* Is the link to this neighbour up? One that was never named is down. `clock` is for people, `now` counts. */
void alarm_watch_link(alarm_watch_t *self, const char *peer, bool up, int64_t clock, int64_t now);

void alarm_watch_links_end(alarm_watch_t *self, int64_t clock, int64_t now);

void alarm_watch_begin(alarm_watch_t *self);
bool alarm_watch_due(alarm_watch_t *self, const finding_t *finding, int64_t now);
void alarm_watch_end(alarm_watch_t *self);

/* Add to the finding's sentence when its link was last down, if it was since this relay began. */
void alarm_watch_cause(const alarm_watch_t *self, finding_t *finding);

#endif
