/* status - is the node up, and how far are its links: `sinergi status` */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl.h"
#include "log.h"
#include "node.h"

static const char *const daemons[] = {"relay", "registry", "scheduling", "reporting"};
enum { DAEMONS = sizeof daemons / sizeof *daemons, PING_MS = 2000 };

static const char *s_text(const json_t *object, const char *key, char room[32])
{
    const json_t *value = json_object_get(object, key);
    if (json_is_string(value))
        return json_string_value(value);
    if (!json_is_integer(value))
        return json_is_true(value) ? "yes" : json_is_false(value) ? "no" : "-";
    snprintf(room, 32, "%lld", (long long)json_integer_value(value));
    return room;
}

static void s_links_print(const json_t *links)
{
    size_t index;
    json_t *link;
    char a[32], b[32], c[32], d[32];
    if (json_array_size(links) > 0)
        printf("\n%-12s %-10s %-10s %8s  %s\n", "link", "direction", "connected", "behind", "last contact");
    json_array_foreach(links, index, link)
        printf("%-12s %-10s %-10s %8s  %s\n", s_text(link, "peer", a), s_text(link, "direction", b),
               s_text(link, "connected", c), s_text(link, "behind", d), s_text(link, "last_contact", a));
}

static void s_certificates_print(const json_t *certificates)
{
    size_t index;
    json_t *certificate;
    char a[32], b[32], c[32], d[32];
    if (json_array_size(certificates) > 0)
        printf("\n%-12s %-8s %9s  %s\n", "certificate", "state", "days left", "until");
    json_array_foreach(certificates, index, certificate)
    {
        json_int_t days = json_integer_value(json_object_get(certificate, "days"));
        printf("%-12s %-8s %9s  %s%s\n", s_text(certificate, "node", a),
               json_object_get(certificate, "days") && days < 0 ? "late" : s_text(certificate, "state", b),
               s_text(certificate, "days", c), s_text(certificate, "to", d),
               days < 30 ? "  soon over: `sinergi node renew` at the node above" : "");
        if (json_object_get(certificate, "revoked_by"))
            printf("  the certificate of %s was revoked by %s: %s\n", s_text(certificate, "node", a),
                   s_text(certificate, "revoked_by", b), s_text(certificate, "reason", c));
    }
}

static void s_alarms_print(const json_t *alarms)
{
    size_t index;
    json_t *alarm;
    char a[32], b[32], c[32], d[32];
    if (json_array_size(alarms) > 0)
        printf("\n%-12s %-10s %-10s %-24s  %s\n", "alarm", "node", "link", "raised", "why");
    json_array_foreach(alarms, index, alarm)
        printf("%-12s %-10s %-10s %-24s  %s\n", s_text(alarm, "kind", a), s_text(alarm, "node", b),
               s_text(alarm, "peer", c), s_text(alarm, "raised_at", d), s_text(alarm, "why", a));
}

/* One line for minutes of a meeting or a public page. */
static int s_head_print(const json_t *relay)
{
    char room[32];
    const char *hash = json_string_value(json_object_get(relay, "seal_hash"));
    if (!hash) {
        fprintf(stderr,
                "sinergi: the relay does not tell its newest seal: is it up, and has it sealed anything?\n");
        return EXIT_TROUBLE;
    }
    printf("Sinergi journal of %s: epoch %s, seal %s, SHA-256 %s, sealed at %s\n",
           json_string_value(json_object_get(relay, "node")),
           json_string_value(json_object_get(relay, "epoch")), s_text(relay, "seal", room), hash,
           json_string_value(json_object_get(relay, "sealed_at")));
    return EXIT_OK;
}

static bool s_ping_all(const char *dir, json_t *ret_daemons)
{
    bool all = true;
    for (int i = 0; i < DAEMONS; i++) {
        client_t *client = client_new(dir, daemons[i], NULL);
        json_t *pong = NULL;
        bool up = client_ping(client, PING_MS, &pong);
        json_object_set_new(ret_daemons, daemons[i], up ? pong : json_null());
        all = all && up && json_is_true(json_object_get(pong, "ready"));
        client_destroy(&client);
    }
    return all;
}

static void s_people(const node_config_t *node, const json_t *pongs, const json_t *relay)
{
    const char *daemon;
    json_t *pong;
    char room[32], other[32];
    printf("node %s, region %s%s\n\n%-12s %-8s %s\n", node->name, node->region,
           node->drill ? ", a drill" : "", "daemon", "ready", "release");
    json_object_foreach((json_t *)pongs, daemon, pong)
        printf("%-12s %-8s %s\n", daemon, json_is_null(pong) ? "down" : s_text(pong, "ready", room),
               s_text(pong, "release", other));
    if (relay)
        printf("\njournal: leaf %s, seal %s\n", s_text(relay, "head", room), s_text(relay, "seal", other));
    s_links_print(json_object_get(relay, "links"));
    s_certificates_print(json_object_get(relay, "certificates"));
    s_alarms_print(json_object_get(relay, "alarms"));
}

static int s_run(int argc, char **argv)
{
    const char *dir = NULL;
    bool quiet = false, json = false, head = false;
    const option_t options[] = {
        {"dir", &dir, NULL}, {"quiet", NULL, &quiet}, {"json", NULL, &json}, {"head", NULL, &head}, {0}};
    options_take(&command_status, argc, argv, options);
    dir = node_folder(dir);
    if (head) {
        json_t *relay = relay_status_of(dir);
        int code = s_head_print(relay);
        json_decref(relay);
        return code;
    }
    json_t *pongs = json_object();
    bool all = s_ping_all(dir, pongs);
    if (!quiet) {
        node_config_t *node = node_config_of_folder(dir);
        json_t *relay = json_is_object(json_object_get(pongs, "relay")) ? relay_status_of(dir) : NULL;
        if (json || !isatty(STDOUT_FILENO)) {
            json_t *whole = json_pack("{s:s, s:s, s:b, s:O, s:O*}", "node", node->name, "region",
                                      node->region, "drill", node->drill, "daemons", pongs, "relay", relay);
            json_print(whole);
            json_decref(whole);
        } else {
            s_people(node, pongs, relay);
        }
        json_decref(relay);
        node_config_destroy(&node);
    }
    json_decref(pongs);
    return all ? EXIT_OK : EXIT_TROUBLE;
}

const command_t command_status = {
    "status", "is the node up, and how far are its links",
    "sinergi status [--dir DIR] [--json | --quiet | --head]\n\n"
    "Asks every daemon of the node, and the relay for its journal and links. A table on a terminal, JSON "
    "otherwise. Exit code 0 if all daemons are ready,\n"
    "else 1; --quiet prints nothing.\n\n"
    "--head prints one line with the newest seal of the node's journal. That of the centre belongs into the "
    "minutes of the Rakor and on a public page: whoever has\n"
    "the line can later show that the journal was not written anew before it.\n",
    s_run};
