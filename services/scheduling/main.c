/* scheduling - what happens when, and who must do what: campaigns, activities, meetings and directives; its manual page is what --help prints */
#include "serve.h"

static const char manual[] =
    "scheduling - what happens when, and who must do what: campaigns, activities, meetings and directives\n"
    "\n"
    "SYNOPSIS\n"
    "    scheduling [--help | --version]\n"
    "\n"
    "DESCRIPTION\n"
    "    Keeps campaigns and the line-up of their activities, decides who has a place, keeps meetings with "
    "what they decided, "
    "and "
    "turns\n"
    "    a directive into one obligation per addressee, which goes up to the parent when it is not looked at "
    "or late.\n"
    "    It alone writes schema scheduling.\n"
    "\n"
    "    Each message is a contract in proto/scheduling/ and a statement in services/scheduling/sql/; "
    "`sinergi schema STEM`\n"
    "    explains one. The daemon binds a CURVE ROUTER at its port and at DIR/run/scheduling, answers when "
    "what it\n"
    "    reports is committed, and never needs a restart: a lost database or relay is waited for.\n"
    "    It follows the events of organisations, campaigns, activities, meetings and directives, its own "
    "ones too: what "
    "other\n"
    "    regions must do, and totals, are written by the follower.\n"
    "\n"
    "FILES\n"
    "    DIR/node.json         name, region, ports, database\n"
    "    DIR/keys/             the node's keys; nobody else may read them\n"
    "    DIR/log/scheduling.log one line per request, without bodies\n"
    "\n"
    "EXIT STATUS\n"
    "    0 after SIGTERM, 1 when it cannot be started: one sentence says why.\n";

static const route_t routes[] = {
    {"activity_cancel"},     {"activity_close"},
    {"activity_decline"},    {"activity_endorse"},
    {"activity_find"},       {"activity_join"},
    {"activity_propose"},    {"activity_record_day", .flags = ROUTE_MANY},
    {"activity_reschedule"}, {"calendar_get"},
    {"campaign_assign"},     {"campaign_close"},
    {"campaign_open"},       {"campaign_phase"},
    {"clash_list"},          {"decision_close"},
    {"decision_record"},     {"directive_complete"},
    {"directive_derive"},    {"directive_dispose"},
    {"directive_escalate"},  {"directive_find"},
    {"directive_issue"},     {"directive_progress"},
    {"directive_read"},      {"directive_reopen"},
    {"directive_status"},    {"directive_verify"},
    {"meeting_attend"},      {"meeting_call"},
    {"meeting_close"},       {"meeting_find"},
    {"meeting_get"},         {"meeting_minute"},
    {"meeting_respond"},     {"milestone_list"},
    {"milestone_plan"},      {"milestone_progress"},
    {"milestone_verify"},    {"task_list"},
    {"venue_register"},      {0},
};

static const service_t service = {.name = "scheduling", .manual = manual, .routes = routes};

int main(int argc, char **argv)
{
    return serve(&service, argc, argv);
}
