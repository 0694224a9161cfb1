/* send - one request to the daemon that answers it: from a file (send) or from the command line (call) */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl.h"
#include "log.h"
#include "node.h"
#include "pointer.h"

typedef struct {
    const char *dir, *principal, *region, *get, *memory, *wait, *id;
    bool dry, envelope;
} sending_t;

/* "${demo.organisation}" in any string of a request becomes the value kept under that pointer; a string that
   is nothing else takes the value's type. */
static json_t *s_filled(json_t *value, const json_t *memory, const char *path);

static json_t *s_filled_string(const char *text, const json_t *memory, const char *path)
{
    const char *open = strstr(text, "${"), *close = open ? strchr(open, '}') : NULL;
    if (!close)
        return json_string(text);
    char name[256], pointer[260];
    snprintf(name, sizeof name, "%.*s", (int)(close - open - 2), open + 2);
    snprintf(pointer, sizeof pointer, "/%s", name);
    for (char *dot = pointer + 1; *dot; dot++)
        if (*dot == '.')
            *dot = '/';
    json_t *found = pointer_get((json_t *)memory, pointer);
    if (!found)
        fatal("%s: nothing is kept under ${%s}; was the request that makes it sent with the same --memory?",
              path, name);
    if (open == text && close[1] == '\0')
        return json_deep_copy(found);
    if (!json_is_string(found))
        fatal("%s: ${%s} is no text and stands inside one", path, name);
    char *joined = NULL;
    if (asprintf(&joined, "%.*s%s%s", (int)(open - text), text, json_string_value(found), close + 1) < 0)
        fatal("out of memory");
    json_t *filled = s_filled_string(joined, memory, path);
    free(joined);
    return filled;
}

static json_t *s_filled(json_t *value, const json_t *memory, const char *path)
{
    if (json_is_string(value))
        return s_filled_string(json_string_value(value), memory, path);
    if (json_is_array(value)) {
        json_t *filled = json_array();
        for (size_t i = 0; i < json_array_size(value); i++)
            json_array_append_new(filled, s_filled(json_array_get(value, i), memory, path));
        return filled;
    }
    if (json_is_object(value)) {
        json_t *filled = json_object(), *item;
        const char *key;
        json_object_foreach(value, key, item) json_object_set_new(filled, key, s_filled(item, memory, path));
        return filled;
    }
    return json_incref(value);
}

/* The folder of proto/ that holds the stem names the daemon; no contract is read for it: the daemon does. */
static const char *s_daemon(const char *type)
{
    static const char *const daemons[] = {"registry", "scheduling", "reporting", "relay"};
    bool word = strspn(type, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(type);
    for (size_t i = 0; word && i < sizeof daemons / sizeof *daemons; i++) {
        char path[1024];
        int wrote = snprintf(path, sizeof path, "%s/proto/%s/%s.json", share_folder(), daemons[i], type);
        if (wrote > 0 && (size_t)wrote < sizeof path && access(path, R_OK) == 0)
            return daemons[i];
    }
    fatal("no message '%s'; `sinergi schema` lists them", type);
}

static json_t *s_envelope(const sending_t *self, json_t *given)
{
    const char *type = json_string_value(json_object_get(given, "type"));
    if (!type)
        fatal("a request has a \"type\" (the message's stem) and \"data\"");
    const char *region = self->region ? self->region : json_string_value(json_object_get(given, "region"));
    json_t *data = json_object_get(given, "data");
    json_t *request = request_new(type, region, data ? json_incref(data) : json_object());
    json_object_update(request, given);
    if (region)
        json_object_set_new(request, "region", json_string(region));
    if (self->id)
        json_object_set_new(request, "id", json_string(self->id));
    if (self->dry)
        json_object_set_new(request, "dryrun", json_true());
    return request;
}

static void s_answer(const sending_t *self, const json_t *reply)
{
    const json_t *data = json_object_get(reply, "data");
    if (strcmp(json_string_value(json_object_get(reply, "status")), "ok") != 0)
        fprintf(stderr, "sinergi: %s %s: %s\n", json_string_value(json_object_get(reply, "status")),
                json_string_value(json_object_get(data, "code")),
                json_string_value(json_object_get(data, "why")));
    if (self->get) {
        json_t *value = pointer_get((json_t *)data, self->get);
        if (json_is_string(value))
            puts(json_string_value(value));
        else if (value)
            json_print(value);
    } else {
        json_print(self->envelope ? reply : data);
    }
}

static int s_send(const sending_t *self, json_t *given, const char *file)
{
    char why[512];
    json_t *memory = memory_read(self->memory);
    json_t *filled = s_filled(given, memory, file);
    json_t *request = s_envelope(self, filled);
    client_t *client =
        client_new(self->dir, s_daemon(json_string_value(json_object_get(request, "type"))), self->principal);
    json_t *reply = client_request(client, request, self->wait ? (int)number_of("--wait", self->wait) : 30,
                                   why, sizeof why);
    if (!reply)
        fatal("%s", why);
    s_answer(self, reply);
    int code = reply_exit_code(reply);
    if (code == EXIT_OK && self->memory && !self->dry)
        memory_keep(self->memory, file, json_object_get(reply, "data"));
    client_destroy(&client);
    json_decref(reply);
    json_decref(request);
    json_decref(filled);
    json_decref(memory);
    return code;
}

static int s_options(sending_t *self, const command_t *command, int argc, char **argv)
{
    const option_t options[] = {{"dir", &self->dir, NULL},
                                {"as", &self->principal, NULL},
                                {"region", &self->region, NULL},
                                {"get", &self->get, NULL},
                                {"memory", &self->memory, NULL},
                                {"wait", &self->wait, NULL},
                                {"id", &self->id, NULL},
                                {"dry-run", NULL, &self->dry},
                                {"envelope", NULL, &self->envelope},
                                {0}};
    int left = options_take(command, argc, argv, options);
    self->dir = node_folder(self->dir);
    return left;
}

static int s_run_send(int argc, char **argv)
{
    sending_t self = {0};
    int left = s_options(&self, &command_send, argc, argv);
    if (left == 0)
        fatal("send: which file? `sinergi send FILE...`, - for standard input");
    for (int i = 0; i < left; i++) {
        json_t *given = json_read(argv[i]);
        int code = s_send(&self, given, argv[i]);
        json_decref(given);
        if (code != EXIT_OK)
            return code;
    }
    return EXIT_OK;
}

/* name=value is a text, name:=value is JSON, a.b=value stands inside an object. */
static void s_argument(json_t *data, const char *argument)
{
    const char *equals = strchr(argument, '=');
    if (!equals || equals == argument)
        fatal("call: '%s' is not NAME=TEXT or NAME:=JSON", argument);
    bool json = equals[-1] == ':';
    char name[256];
    snprintf(name, sizeof name, "%.*s", (int)(equals - argument - json), argument);
    json_t *value = json ? json_loads(equals + 1, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL)
                         : json_string(equals + 1);
    if (!value)
        fatal("call: the value of '%s' is not JSON; a text is given by NAME=TEXT", name);
    char *rest = name, *part;
    while ((part = strsep(&rest, ".")) != NULL && rest) {
        if (!json_object_get(data, part))
            json_object_set_new(data, part, json_object());
        data = json_object_get(data, part);
    }
    json_object_set_new(data, part, value);
}

static int s_run_call(int argc, char **argv)
{
    sending_t self = {0};
    int left = s_options(&self, &command_call, argc, argv);
    if (left == 0)
        fatal("call: which message? `sinergi call STEM [NAME=TEXT | NAME:=JSON | '{...}']...`; `sinergi "
              "schema` lists them");
    json_t *given = json_pack("{s:s}", "type", argv[0]), *data = json_object();
    for (int i = 1; i < left; i++) {
        json_t *whole = argv[i][0] == '{' ? json_loads(argv[i], JSON_REJECT_DUPLICATES, NULL) : NULL;
        if (argv[i][0] == '{' && !whole)
            fatal("call: argument %d is not JSON", i);
        if (whole)
            json_object_update_new(data, whole);
        else
            s_argument(data, argv[i]);
    }
    json_object_set_new(given, "data", data);
    int code = s_send(&self, given, argv[0]);
    json_decref(given);
    return code;
}

#define SENDING_OPTIONS                                                                                      \
    "  --dir DIR        the node's folder (or SINERGI_DIR)\n"                                                \
    "  --as NAME        principal whose keys lie in DIR/principals/NAME.json; without it the node's own "    \
    "key speaks (role admin)\n"                                                                              \
    "  --region CODE    the region it is about; without it the file's, else the node's\n"                    \
    "  --id UUID        send under this id; a repeated id is done once and answered the same\n"              \
    "  --dry-run        check everything, change nothing\n"                                                  \
    "  --wait SECONDS   how long to wait for the answer (30); the same id is sent again meanwhile\n"         \
    "  --get POINTER    print this value of the reply's data alone: /activity\n"                             \
    "  --envelope       print the whole reply, not its data alone\n"                                         \
    "  --memory FILE    keep each reply's data in FILE under the request file's name; "                      \
    "\"${opening.activity}\" in a later request is\n"                                                        \
    "                   replaced by what was kept\n"

const command_t command_send = {
    "send", "send requests from JSON files, - for standard input",
    "sinergi send [OPTION]... FILE...\n\n"
    "A file holds {\"type\": STEM, \"region\": CODE, \"data\": {...}}; id, source and time are added where "
    "they are missing. The reply's data is printed\n"
    "as JSON, a refusal's sentence goes to standard error as well, and the exit code says the status. Stops "
    "at the first that is not ok.\n\n" SENDING_OPTIONS
    "\n  echo '{\"type\":\"principal_whoami\"}' | sinergi send --dir /var/lib/sinergi -\n",
    s_run_send};

const command_t command_call = {"call", "send one request made from the command line",
                                "sinergi call [OPTION]... STEM [NAME=TEXT | NAME:=JSON | '{...}']...\n\n"
                                "NAME may hold dots: place.name='GPU Tambun Bungai'. `sinergi schema STEM` "
                                "shows what the message takes.\n\n" SENDING_OPTIONS
                                "\n  sinergi call --as budi person_register name='Budi Santoso'\n",
                                s_run_call};
