/* verify_behalf - the permissions under which nodes spoke for other offices
 *
 * A node may write any permission into its events, and a neighbour has to keep what was sealed; whoever applies it
 * looks whether the permission stands. So one that does not is no fault of this journal, and is noted.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "clock.h"
#include "log.h"
#include "verify.h"

void verify_act(verify_t *self, const envelope_t *event)
{
    acts_t *acts = &self->acts;
    act_t *act = acts->items;
    while (act < acts->items + acts->count &&
           (memcmp(&act->grant, &event->grant, sizeof act->grant) != 0 ||
            strcmp(act->node, event->source) != 0 || strcmp(act->region, event->region) != 0))
        act++;
    if (act == acts->items + acts->count) {
        acts->items = realloc(acts->items, (acts->count + 1) * sizeof *acts->items);
        CHECK(acts->items);
        act = &acts->items[acts->count++];
        *act = (act_t){.grant = event->grant, .first = event->time, .last = event->time};
        snprintf(act->node, sizeof act->node, "%s", event->source);
        snprintf(act->region, sizeof act->region, "%s", event->region);
    }
    act->count++;
    act->first = event->time < act->first ? event->time : act->first;
    act->last = event->time > act->last ? event->time : act->last;
}

/* The region's own word: an event that was checked like any other, of a node that speaks for the region. Its times are compared as
 * text, for what another node wrote there may be none. */
static const char s_query[] = "SELECT FROM audit.event_row e WHERE e.type = 'behalf_granted' AND e.subject = "
                              "'grant/' || $1 AND e.region = $2 AND e.source <> $3"
                              " AND e.body->>'behalf' IS NULL AND e.body->'data'->>'node' = $3"
                              " AND left(e.body->'data'->>'from', 19) <= left($4, 19) AND "
                              "left(e.body->'data'->>'to', 19) >= left($5, 19)";

void verify_acts(verify_t *self)
{
    for (const act_t *act = self->acts.items; act < self->acts.items + self->acts.count; act++) {
        char grant[UUID_TEXT], first[CLOCK_TEXT], last[CLOCK_TEXT];
        uuid_text(&act->grant, grant);
        clock_text(act->first, first);
        clock_text(act->last, last);
        const char *values[] = {grant, act->region, act->node, first, last};
        PGresult *result = PQexecParams(self->connection, s_query, 5, NULL, values, NULL, NULL, 0);
        if (PQresultStatus(result) != PGRES_TUPLES_OK)
            fatal("verify: %s", PQerrorMessage(self->connection));
        if (PQntuples(result) == 0)
            verify_note(
                self,
                "%lld events of node %s for region %s name permission %s, and the journal holds none of that "
                "region for that node and time (audit.behalf_act, audit.parked)",
                (long long)act->count, act->node, act->region, grant);
        PQclear(result);
    }
}
