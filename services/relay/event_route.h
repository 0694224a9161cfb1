/* event_route - how far an event travels (proto/README.md section 2), and whether one link is on its way
 *
 *   event_route_t route;
 *   if (event_route_parse("root addressed:62.71,64", &route)) ...
 *   if (event_route_goes_down(&route, event_region, from_here, regions_of_the_child)) ...
 */
#ifndef EVENT_ROUTE_H
#define EVENT_ROUTE_H

#include <stdbool.h>

typedef enum { UP_NONE, UP_PARENT, UP_ROOT } route_up_t;
typedef enum { DOWN_NONE, DOWN_CHILDREN, DOWN_SUBTREE, DOWN_ADDRESSED } route_down_t;

typedef struct {
    route_up_t up;
    route_down_t down;
    const char *addressed; /* region codes separated by commas, borrowed from the text; "" without */
} event_route_t;

/* Read a route; false if it is none. `text` must live as long as ret_route. */
bool event_route_parse(const char *text, event_route_t *ret_route);

/* Does it go on to the parent? `own`: the event was made at this node. */
bool event_route_goes_up(const event_route_t *self, bool own);

/* Does it go on to a child that serves `regions` (ended by NULL), each with its subtree? `region` is the event's. */
bool event_route_goes_down(const event_route_t *self, const char *region, bool own, char *const *regions);

#endif
