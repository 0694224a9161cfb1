/* rights - who may send what at this node: the rows of view audit.right, as lines for people or as JSON for programs */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "ctl.h"
#include "hash.h"
#include "keys.h"
#include "log.h"
#include "node.h"

/* Rows as objects, whatever columns they have; NULL stays out. */
static const char rights_sql[] =
    "SELECT coalesce(json_agg(json_strip_nulls(to_json(r)) ORDER BY service, stem, label, role, grant_id), "
    "'[]')"
    " FROM (SELECT principal, label, region, service, stem, kind, role, scope, regions, tiers,"
    "   grant_id AS behalf, node, four_eyes, valid_from AS \"from\", valid_to AS \"to\", grant_id"
    "   FROM audit.right WHERE ($1::text IS NULL OR stem = $1) AND ($2::text IS NULL OR principal::text = $2 "
    "OR label = $2"
    "     OR principal IN (SELECT principal FROM audit.principal_key WHERE fingerprint = $3))"
    "   AND ($4 OR coalesce(valid_to > $5::timestamptz, true))) AS r";

/* The key file's fingerprint, if `name` is a file of DIR/principals; "" otherwise. */
static void s_fingerprint(const char *dir, const char *name, char ret_text[65])
{
    char path[1024];
    ret_text[0] = '\0';
    snprintf(path, sizeof path, "%s/principals/%s.json", dir, name);
    if (strchr(name, '/') || access(path, R_OK) != 0)
        return;
    hash_t fingerprint;
    json_t *document = json_read(path);
    const char *key = json_string_value(json_object_get(document, "key"));
    if (key && curve_fingerprint(key, &fingerprint))
        hash_text(&fingerprint, ret_text);
    json_decref(document);
}

static const char *s_text(const json_t *right, const char *member)
{
    const char *text = json_string_value(json_object_get(right, member));
    return text ? text : "";
}

static void s_line(const json_t *right, bool of_principal)
{
    char until[64] = "";
    if (json_object_get(right, "to"))
        snprintf(until, sizeof until, "  until %.19s", s_text(right, "to"));
    printf("%-10s %-8s %-26s %-16s %-7s %s%s%s%s%s\n", s_text(right, "service"), s_text(right, "kind"),
           of_principal ? s_text(right, "stem") : s_text(right, "label"), s_text(right, "role"),
           s_text(right, "scope"), s_text(right, "regions"),
           *s_text(right, "four_eyes") ? "  never one's own" : "",
           *s_text(right, "behalf") ? "  on behalf, grant " : "", s_text(right, "behalf"), until);
}

static json_t *s_ask(const char *dir, const char *of, const char *message, bool all)
{
    char fingerprint[65] = "", now[CLOCK_TEXT];
    node_config_t *node = node_config_of_folder(dir);
    clock_open(dir, node->drill);
    node_config_destroy(&node);
    clock_text(clock_now(), now);
    if (of)
        s_fingerprint(dir, of, fingerprint);
    const char *values[] = {message, of, fingerprint, all ? "true" : "false", now};
    PGconn *connection = database_open("auditor");
    PGresult *result = PQexecParams(connection, rights_sql, 5, NULL, values, NULL, NULL, 0);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        fatal("rights: %s", PQerrorMessage(connection));
    json_t *rights = json_loads(PQgetvalue(result, 0, 0), 0, NULL);
    PQclear(result);
    PQfinish(connection);
    return rights;
}

static int s_run(int argc, char **argv)
{
    const char *dir = NULL, *of = NULL, *message = NULL;
    bool json = false, all = false;
    const option_t options[] = {{"dir", &dir, NULL},   {"of", &of, NULL},   {"message", &message, NULL},
                                {"json", NULL, &json}, {"all", NULL, &all}, {0}};
    if (options_take(&command_rights, argc, argv, options) > 0 || (!of && !message))
        fatal("rights: whose, or of which message? `sinergi rights --of PRINCIPAL`, `sinergi rights "
              "--message STEM`");
    json_t *rights = s_ask(node_folder(dir), of, message, all);
    size_t index, count = json_array_size(rights);
    json_t *right;
    if (json)
        json_print(rights);
    json_array_foreach(rights, index, right)
    {
        if (!json)
            s_line(right, of != NULL);
    }
    json_decref(rights);
    if (count == 0 && !json)
        fprintf(stderr, "sinergi: nobody may: no principal, message or right of that name is known here\n");
    return count > 0 ? EXIT_OK : EXIT_MISSING;
}

const command_t command_rights = {
    "rights", "who may send what at this node",
    "sinergi rights [--dir DIR] --of PRINCIPAL    what this principal may send: by id, label, name of its "
    "key file, or\n"
    "                                             \"node\" for the node's own key\n"
    "sinergi rights [--dir DIR] --message STEM    who may send this message; both together: may he send "
    "that?\n\n"
    "  --all   what has ended or was revoked too\n"
    "  --json  as a JSON array, for programs\n\n"
    "A line is daemon, kind, message (or who), role, scope, regions. What stands in no line is denied. "
    "\"never one's\n"
    "own\" marks a message that judges what another natural person made. The same rows are view "
    "audit.right.\n"
    "Exit status 4 if there is no line.\n",
    s_run};
