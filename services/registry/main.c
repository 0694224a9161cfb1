/* registry - who and what exists: organisations, persons, offices, keys, nodes, businesses; its manual page is what --help prints */
#include "registry.h"

static const char manual[] =
    "registry - who and what exists: organisations, persons, offices, keys, nodes, businesses\n"
    "\n"
    "SYNOPSIS\n"
    "    registry [--help | --version]\n"
    "\n"
    "DESCRIPTION\n"
    "    Registers agencies, office holders, small businesses, products, tourism destinations and the keys "
    "of those who use the node. It "
    "alone\n"
    "    writes schemas registry and directory.\n"
    "\n"
    "    Each message is a contract in proto/registry/ and a statement in services/registry/sql/; `sinergi "
    "schema STEM`\n"
    "    explains one. The daemon binds a CURVE ROUTER at its port and at DIR/run/registry, answers when "
    "what it\n"
    "    reports is committed, and never needs a restart: a lost database or relay is waited for.\n"
    "    It replaces the node's key of personal fields every 30 days and destroys the one before 5 days "
    "later, and\n"
    "    erases at its start whom DIR/state/erased lists. At the centre it opens duplicate digests.\n"
    "    It follows its own kinds of events of other nodes, so that a centre holds the registers of all "
    "regions.\n"
    "\n"
    "FILES\n"
    "    DIR/node.json         name, region, ports, database\n"
    "    DIR/keys/             the node's keys; nobody else may read them\n"
    "    DIR/state/erased      who was erased; goes with every restored database\n"
    "    DIR/log/registry.log one line per request, without bodies\n"
    "\n"
    "EXIT STATUS\n"
    "    0 after SIGTERM, 1 when it cannot be started: one sentence says why.\n";

static const route_t routes[] = {
    {"behalf_grant"},
    {"behalf_list"},
    {"behalf_withdraw"},
    {"business_amend"},
    {"business_curate"},
    {"business_duplicates"},
    {"business_erase", .committed = erasures_note},
    {"business_export", .reveal = personal_reveal},
    {"business_find"},
    {"business_get"},
    {"business_list"},
    {"business_onboard"},
    {"business_personal", .reveal = personal_reveal},
    {"business_register"},
    {"business_resume"},
    {"business_retire"},
    {"business_suspend"},
    {"business_verify"},
    {"certificate_warn"},
    {"destination_amend"},
    {"destination_close"},
    {"destination_find"},
    {"destination_register"},
    {"destination_verify"},
    {"duplicate_match"},
    {"node_certify", .before = node_certify_check},
    {"node_enrol", .before = node_enrol_prepare},
    {"node_invitation_list"},
    {"node_invitation_withdraw"},
    {"node_invite"},
    {"node_revoke", .before = node_revoke_check},
    {"node_rotate"},
    {"office_appoint"},
    {"office_holders"},
    {"office_vacate"},
    {"onboarding_count"},
    {"organisation_amend"},
    {"organisation_close"},
    {"organisation_find"},
    {"organisation_register"},
    {"person_register"},
    {"principal_enrol"},
    {"principal_revoke"},
    {"principal_rotate", .before = principal_rotate_check},
    {"principal_whoami"},
    {"product_amend"},
    {"product_find"},
    {"product_register"},
    {"product_verify"},
    {"product_withdraw"},
    {0},
};

static void s_start(serve_t *serve)
{
    erasures_apply(serve);
    similar_restore(serve);
    serve_own_set(serve, keeper_new(serve));
}

static void s_stop(serve_t *serve)
{
    keeper_t *keeper = serve_own(serve);
    keeper_destroy(&keeper);
}

static const service_t service = {
    .name = "registry", .manual = manual, .routes = routes, .start = s_start, .stop = s_stop};

int main(int argc, char **argv)
{
    return serve(&service, argc, argv);
}
