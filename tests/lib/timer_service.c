/* timer_service - the daemon scheduling with one message of kind timer more, for tests/flow/timers.py; its contract and statement stand in a share
 * of the test's own */
#include "serve.h"

static const route_t routes[] = {
    {"activity_propose"}, {"activity_record_day"}, {"directive_issue"},
    {"directive_status"}, {"reminder_fire"},       {0},
};

static const service_t service = {
    .name = "scheduling", .manual = "scheduling, for a test\n", .routes = routes};

int main(int argc, char **argv)
{
    return serve(&service, argc, argv);
}
