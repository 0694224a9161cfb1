/* reporting - how far we are: reports of indicators, their verification, and totals with their coverage; its manual page is what --help prints */
#include "serve.h"

static const char manual[] =
    "reporting - how far we are: reports of indicators, their verification, and totals with their coverage\n"
    "\n"
    "SYNOPSIS\n"
    "    reporting [--help | --version]\n"
    "\n"
    "DESCRIPTION\n"
    "    Takes reports of a region, has them verified by another person, and answers what the regions below "
    "it\n"
    "    add up to. It alone writes schema reporting.\n"
    "\n"
    "    Each message is a contract in proto/reporting/ and a statement in services/reporting/sql/; `sinergi "
    "schema STEM`\n"
    "    explains one. The daemon binds a CURVE ROUTER at its port and at DIR/run/reporting, answers when "
    "what it\n"
    "    reports is committed, and never needs a restart: a lost database or relay is waited for.\n"
    "    It follows reports, verifications and reviews, its own ones too: totals are written by the "
    "follower. It also\n"
    "    follows activities, directives and milestones, and says each of its regions' line on the board.\n"
    "\n"
    "FILES\n"
    "    DIR/node.json         name, region, ports, database\n"
    "    DIR/keys/             the node's keys; nobody else may read them\n"
    "    DIR/log/reporting.log one line per request, without bodies\n"
    "\n"
    "EXIT STATUS\n"
    "    0 after SIGTERM, 1 when it cannot be started: one sentence says why.\n";

static const route_t routes[] = {
    {"board_get"},      {"board_say"},   {"indicator_define"}, {"indicator_revise"}, {"report_accept"},
    {"report_correct"}, {"report_find"}, {"report_get"},       {"report_return"},    {"report_submit"},
    {"report_verify"},  {"rollup_get"},  {"series_list"},      {"target_set"},       {0},
};

static const service_t service = {.name = "reporting", .manual = manual, .routes = routes};

int main(int argc, char **argv)
{
    return serve(&service, argc, argv);
}
