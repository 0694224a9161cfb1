/* timer_service - the daemon scheduling with one message of kind timer more, for tests/flow/timers.py; its contract and statement stand in a share
 * of the test's own */
#include <string.h>

int scheduling_main(int argc, char **argv);
#define main scheduling_main
#include "../../services/scheduling/main.c"
#undef main

int main(int argc, char **argv)
{
    enum { OWN = sizeof routes / sizeof *routes - 1 }; /* without the row that ends them */
    static route_t more[OWN + 2];
    memcpy(more, routes, OWN * sizeof *routes);
    more[OWN] = (route_t){"reminder_fire"};
    service_t with_timer = service;
    with_timer.routes = more;
    return serve(&with_timer, argc, argv);
}
