/* timer_service - the daemon scheduling with one message of kind timer more, for tests/flow/timers.py; its contract and statement stand in a share
 * of the test's own */
#include "serve.h"

static const route_t routes[] = {
    {"activity_propose"},
    {"activity_record_day", .flags = ROUTE_MANY},
    {"decision_close"},
    {"decision_record"},
    {"directive_complete"},
    {"directive_derive"},
    {"directive_dispose"},
    {"directive_escalate"},
    {"directive_find"},
    {"directive_issue"},
    {"directive_progress"},
    {"directive_read"},
    {"directive_reopen"},
    {"directive_status"},
    {"directive_verify"},
    {"meeting_attend"},
    {"meeting_call"},
    {"meeting_close"},
    {"meeting_find"},
    {"meeting_get"},
    {"meeting_minute"},
    {"meeting_respond"},
    {"reminder_fire"},
    {"task_list"},
    {0},
};

static const service_t service = {
    .name = "scheduling", .manual = "scheduling, for a test\n", .routes = routes};

int main(int argc, char **argv)
{
    return serve(&service, argc, argv);
}
