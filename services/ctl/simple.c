/* simple - the commands that are a few lines each: whoami, schema, clock set */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "contract.h"
#include "ctl.h"
#include "log.h"
#include "node.h"

enum { CLOCK_WAIT_MS = 3000, PING_MS = 200, CLOCK_NEAR_MS = 10000 };

static int s_whoami(int argc, char **argv)
{
    const char *dir = NULL, *principal = NULL;
    const option_t options[] = {{"dir", &dir, NULL}, {"as", &principal, NULL}, {0}};
    options_take(&command_whoami, argc, argv, options);
    dir = node_folder(dir);
    char why[512];
    client_t *client = client_new(dir, "registry", principal);
    json_t *request = request_new("principal_whoami", NULL, json_object());
    json_t *reply = client_request(client, request, 10, why, sizeof why);
    if (!reply)
        fatal("%s", why);
    json_print(json_object_get(reply, "data"));
    int code = reply_exit_code(reply);
    json_decref(request);
    json_decref(reply);
    client_destroy(&client);
    return code;
}

const command_t command_whoami = {
    "whoami", "which principal this key is, its person, roles and region",
    "sinergi whoami [--dir DIR] [--as NAME]\n\nAsks the registry who the key is that speaks.\n", s_whoami};

static const char *s_kind(const contract_t *contract)
{
    static const char *const kinds[] = {"command", "query", "event", "timer"};
    return kinds[contract->kind];
}

static int s_schema(int argc, char **argv)
{
    bool check = false;
    const option_t options[] = {{"check", NULL, &check}, {0}};
    int left = options_take(&command_schema, argc, argv, options);
    char error[512], proto[1024];
    snprintf(proto, sizeof proto, "%s/proto", share_folder());
    contracts_t *contracts = contracts_load(proto, error, sizeof error);
    if (!contracts)
        fatal("%s", error);
    if (left > 0) {
        const contract_t *contract = contracts_find(contracts, argv[0]);
        if (!contract)
            fatal("no message '%s'; `sinergi schema` lists them", argv[0]);
        json_dumpf(contract->document, stdout, JSON_INDENT(2));
        putchar('\n');
    }
    for (const contract_t *contract = NULL;
         left == 0 && !check && (contract = contracts_next(contracts, contract)) != NULL;)
        printf("%-10s %-8s %-28s %s\n", contract->service, s_kind(contract), contract->stem,
               json_string_value(json_object_get(json_object_get(contract->document, "title"), "en")));
    contracts_destroy(&contracts);
    return EXIT_OK;
}

const command_t command_schema = {
    "schema", "list the messages, or show one message's contract",
    "sinergi schema [STEM]      without STEM: every message with its daemon and kind\n"
    "sinergi schema --check     only load proto/ as a daemon does; the exit code says whether it is sound\n",
    s_schema};

/* Daemons look at the clock some times a second: wait until each that answers shows the new time, so that a script may go on at once. */
static void s_clock_wait(const char *dir, int64_t instant)
{
    static const char *const daemons[] = {"relay", "registry", "scheduling", "reporting"};
    for (size_t i = 0; i < sizeof daemons / sizeof *daemons; i++) {
        client_t *client = client_new(dir, daemons[i], NULL);
        json_t *pong = NULL;
        bool seen = false;
        for (int64_t until = clock_monotonic() + CLOCK_WAIT_MS;
             !seen && clock_monotonic() < until && client_ping(client, PING_MS, &pong);) {
            int64_t shown = 0;
            const char *text = json_string_value(json_object_get(pong, "clock"));
            seen = text && clock_parse(text, &shown) && llabs(shown - instant) < CLOCK_NEAR_MS;
            json_decref(pong);
            pong = NULL;
        }
        client_destroy(&client);
    }
}

static int s_clock_set(int argc, char **argv)
{
    const char *dir = NULL;
    const option_t options[] = {{"dir", &dir, NULL}, {0}};
    int left = options_take(&command_clock_set, argc, argv, options);
    int64_t instant;
    dir = node_folder(dir);
    if (left != 1 || !clock_parse(argv[0], &instant))
        fatal("clock set: give an instant in UTC with milliseconds: 2023-02-02T02:00:00.000Z");
    node_config_t *node = node_config_of_folder(dir);
    if (!node->drill)
        fatal("clock set: node %s is no drill; its clock is the system's", node->name);
    if (!clock_set(dir, instant))
        fatal("clock set: %s/clock cannot be written", dir);
    node_config_destroy(&node);
    s_clock_wait(dir, instant);
    return EXIT_OK;
}

const command_t command_clock_set = {
    "clock set", "set the clock of a drill node",
    "sinergi clock set [--dir DIR] INSTANT\n\nOnly a node made with `sinergi node init --drill` has a clock "
    "of its own; it runs on from INSTANT. Waits until the daemons that run have seen it.\n",
    s_clock_set};
