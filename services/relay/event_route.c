/* event_route - how far an event travels (proto/README.md section 2), and whether one link is on its way */
#include <string.h>

#include "region.h"
#include "event_route.h"

static bool s_addressed(const char *list)
{
    while (true) {
        size_t length = strcspn(list, ",");
        if (!region_is(list, length))
            return false;
        if (list[length] == '\0')
            return true;
        list += length + 1;
    }
}

static bool s_down(const char *word, event_route_t *route)
{
    static const char *const words[] = {"none", "children", "subtree", "addressed"};
    for (int down = DOWN_NONE; down <= DOWN_ADDRESSED; down++)
        if (strcmp(word, words[down]) == 0) {
            route->down = (route_down_t)down;
            return true;
        }
    if (strncmp(word, "addressed:", 10) != 0 || !s_addressed(word + 10))
        return false;
    route->down = DOWN_ADDRESSED;
    route->addressed = word + 10;
    return true;
}

bool event_route_parse(const char *text, event_route_t *ret_route)
{
    static const char *const words[] = {"none ", "parent ", "root "};
    for (int up = UP_NONE; up <= UP_ROOT; up++) {
        size_t length = strlen(words[up]);
        event_route_t route = {(route_up_t)up, DOWN_NONE, ""};
        if (strncmp(text, words[up], length) == 0 && s_down(text + length, &route)) {
            *ret_route = route;
            return true;
        }
    }
    return false;
}

bool event_route_goes_up(const event_route_t *self, bool own)
{
    return self->up == UP_ROOT || (self->up == UP_PARENT && own);
}

/* Is one of the addressed regions served by the child or by a node below it? */
static bool s_reaches(const char *list, const char *top)
{
    while (*list) {
        size_t length = strcspn(list, ",");
        char region[REGION_TEXT];
        if (length >= sizeof region)
            return false;
        memcpy(region, list, length);
        region[length] = '\0';
        if (region_below(region, top))
            return true;
        list += length + (list[length] == ',');
    }
    return false;
}

bool event_route_goes_down(const event_route_t *self, const char *region, bool own, char *const *regions)
{
    if (self->down == DOWN_NONE)
        return false;
    if (self->down == DOWN_CHILDREN)
        return own;
    for (; *regions; regions++) {
        if (self->down == DOWN_ADDRESSED && s_reaches(self->addressed, *regions))
            return true;
        /* The child lies below the event's region, or the event's region below the child: then nodes below the child are meant. */
        if (self->down == DOWN_SUBTREE && (region_below(*regions, region) || region_below(region, *regions)))
            return true;
    }
    return false;
}
