/* alarm_watch - when does something that is not as it should be become an alarm? No input or output */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm_watch.h"
#include "check.h"
#include "clock.h"

typedef struct watched_link {
    char peer[NODE_NAME_TEXT];
    bool up, named;
    int64_t up_since;           /* counts */
    int64_t down_from, down_to; /* for people; 0: never */
    struct watched_link *next;
} watched_link_t;

typedef struct standing {
    char kind[ALARM_KIND_TEXT], node[NODE_NAME_TEXT], epoch[UUID_TEXT];
    int64_t since;
    bool found;
    struct standing *next;
} standing_t;

struct alarm_watch {
    int64_t limit;
    watched_link_t *links;
    standing_t *standing;
};

alarm_watch_t *alarm_watch_new(int64_t limit)
{
    alarm_watch_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->limit = limit;
    return self;
}

void alarm_watch_destroy(alarm_watch_t **self_p)
{
    alarm_watch_t *self = *self_p;
    *self_p = NULL;
    if (!self)
        return;
    alarm_watch_begin(self);
    alarm_watch_end(self);
    while (self->links) {
        watched_link_t *link = self->links;
        self->links = link->next;
        free(link);
    }
    free(self);
}

static watched_link_t *s_link(const alarm_watch_t *self, const char *peer)
{
    watched_link_t *link = self->links;
    while (link && strcmp(link->peer, peer) != 0)
        link = link->next;
    return link;
}

void alarm_watch_link(alarm_watch_t *self, const char *peer, bool up, int64_t clock, int64_t now)
{
    watched_link_t *link = s_link(self, peer);
    if (!link) {
        link = calloc(1, sizeof *link);
        CHECK(link);
        snprintf(link->peer, sizeof link->peer, "%s", peer);
        link->next = self->links;
        self->links = link;
        link->up_since = now;
    } else if (up && !link->up) {
        link->up_since = now;
        link->down_to = clock;
    } else if (!up && link->up) {
        link->down_from = clock;
        link->down_to = 0;
    }
    link->up = up;
    link->named = true;
}

void alarm_watch_links_end(alarm_watch_t *self, int64_t clock, int64_t now)
{
    for (watched_link_t *link = self->links; link; link = link->next) {
        if (!link->named)
            alarm_watch_link(self, link->peer, false, clock, now);
        link->named = false;
    }
}

void alarm_watch_begin(alarm_watch_t *self)
{
    for (standing_t *at = self->standing; at; at = at->next)
        at->found = false;
}

static standing_t *s_standing(alarm_watch_t *self, const finding_t *finding, int64_t now)
{
    standing_t *at = self->standing;
    while (at && (strcmp(at->kind, finding->kind) != 0 || strcmp(at->node, finding->node) != 0 ||
                  strcmp(at->epoch, finding->epoch) != 0))
        at = at->next;
    if (at)
        return at;
    at = calloc(1, sizeof *at);
    CHECK(at);
    memcpy(at->kind, finding->kind, sizeof at->kind);
    memcpy(at->node, finding->node, sizeof at->node);
    memcpy(at->epoch, finding->epoch, sizeof at->epoch);
    at->since = now;
    at->next = self->standing;
    self->standing = at;
    return at;
}

bool alarm_watch_due(alarm_watch_t *self, const finding_t *finding, int64_t now)
{
    standing_t *standing = s_standing(self, finding, now);
    standing->found = true;
    if (finding->peer[0]) {
        const watched_link_t *link = s_link(self, finding->peer);
        if (!link || !link->up)
            standing->since = now;
        else if (standing->since < link->up_since)
            standing->since = link->up_since;
    }
    return now - standing->since >= self->limit;
}

void alarm_watch_end(alarm_watch_t *self)
{
    for (standing_t **at = &self->standing; *at;) {
        standing_t *standing = *at;
        if (standing->found) {
            at = &standing->next;
            continue;
        }
        *at = standing->next;
        free(standing);
    }
}

void alarm_watch_cause(const alarm_watch_t *self, finding_t *finding)
{
    const watched_link_t *link = finding->peer[0] ? s_link(self, finding->peer) : NULL;
    if (!link || !link->down_from || !link->down_to)
        return;
    char from[CLOCK_TEXT], to[CLOCK_TEXT];
    clock_text(link->down_from, from);
    clock_text(link->down_to, to);
    size_t length = strlen(finding->why);
    snprintf(finding->why + length, sizeof finding->why - length, " The link to %s was down from %s to %s.",
             link->peer, from, to);
}
