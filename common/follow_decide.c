/* follow_decide - what is done with each event of a unit: passed over, applied, held or parked
 *
 * An event is applied when it brings its subject's next version and the subjects it refers to are there.
 * Applying one may free others of the same unit that waited; they follow at once, before the next event.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "follow_parts.h"

struct follow_memory {
    zhashx_t *versions; /* subject -> version, as a pointer's number */
    zhashx_t *waiting;  /* subject -> the first event that waits for it */
};

follow_memory_t *follow_memory_new(void)
{
    follow_memory_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->versions = zhashx_new();
    self->waiting = zhashx_new();
    return self;
}

void follow_memory_destroy(follow_memory_t **self_p)
{
    follow_memory_t *self = *self_p;
    if (!self)
        return;
    zhashx_destroy(&self->versions);
    zhashx_destroy(&self->waiting);
    free(self);
    *self_p = NULL;
}

void follow_memory_clear(follow_memory_t *self)
{
    zhashx_purge(self->versions);
    zhashx_purge(self->waiting);
}

void follow_memory_set(follow_memory_t *self, const char *subject, int64_t version)
{
    zhashx_update(self->versions, subject, (void *)(intptr_t)version);
}

int64_t follow_memory_version(const follow_memory_t *self, const char *subject)
{
    return (intptr_t)zhashx_lookup(self->versions, subject);
}

/* The first subject referred to that is followed and not there, or NULL. */
static const char *s_missing(follow_t *follow, follow_event_t *event)
{
    for (const char *at = event->refs; at && *at;) {
        size_t length = strcspn(at, " ");
        char *subject = strndup(at, length);
        CHECK(subject);
        if (follow_types_kind(&follow->types, subject) &&
            follow_memory_version(follow->memory, subject) == 0 && strcmp(subject, event->subject) != 0) {
            free(event->waits_text);
            return event->waits_text = subject;
        }
        free(subject);
        at += length + strspn(at + length, " ");
    }
    return NULL;
}

static void s_hold(follow_memory_t *memory, follow_event_t *event, const char *subject)
{
    event->verdict = VERDICT_HOLD;
    event->waits = subject;
    event->next = zhashx_lookup(memory->waiting, subject);
    zhashx_update(memory->waiting, subject, event);
}

static void s_decide(follow_t *follow, follow_event_t *event);

/* A subject has come or moved on: look again at what waits for it. The list is taken off first, for some may
 * wait again. */
static void s_wake(follow_t *follow, const char *subject)
{
    follow_event_t *event = zhashx_lookup(follow->memory->waiting, subject), *ordered = NULL, *next;
    if (!event)
        return;
    zhashx_delete(follow->memory->waiting, subject);
    for (; event; event = next) { /* it was put together from the front: turn it round */
        next = event->next;
        event->next = ordered;
        ordered = event;
    }
    for (; ordered; ordered = next) {
        next = ordered->next;
        s_decide(follow, ordered);
    }
}

static void s_apply(follow_t *follow, follow_event_t *event, int64_t have)
{
    follow_unit_t *unit = &follow->unit;
    if (unit->order_count == unit->room) {
        unit->room = unit->room ? unit->room * 2 : 64;
        unit->order = realloc(unit->order, unit->room * sizeof *unit->order);
        CHECK(unit->order);
    }
    unit->order[unit->order_count++] = event;
    event->verdict = VERDICT_APPLY;
    event->counted = event->version == have + 1;
    if (event->counted) {
        follow_memory_set(follow->memory, event->subject, event->version);
        s_wake(follow, event->subject);
    }
}

static void s_decide(follow_t *follow, follow_event_t *event)
{
    int64_t have = follow_memory_version(follow->memory, event->subject);
    const char *missing;
    event->next = NULL;
    if (event->version <= have && !event->late)
        event->verdict = VERDICT_SKIP;
    else if (event->problem || follow_behalf_wanting(follow, event))
        event->verdict = VERDICT_PARK;
    else if (event->version > have + 1)
        s_hold(follow->memory, event, event->subject);
    else if (follow_behalf_waits(follow, event)) {
        s_hold(follow->memory, event, event->grant);
        follow->behalf = true;
    } else if (event->version > have && (missing = s_missing(follow, event)))
        s_hold(follow->memory, event, missing);
    else
        s_apply(follow, event, have);
}

void follow_decide(follow_t *follow)
{
    follow_unit_t *unit = &follow->unit;
    for (size_t i = 0; i < unit->count; i++)
        s_decide(follow, unit->events[i]);
}
