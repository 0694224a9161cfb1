/* ask - one request by the node's own key, or a principal's, for commands that cannot go on without its answer */
#include <stdlib.h>

#include "ctl.h"
#include "log.h"
#include "pointer.h"

json_t *ask(const char *dir, const char *daemon, const char *stem, json_t *body, const char *id)
{
    return ask_as(dir, NULL, daemon, stem, body, id);
}

json_t *ask_as(const char *dir, const char *name, const char *daemon, const char *stem, json_t *body,
               const char *id)
{
    char why[512];
    client_t *client = client_new(dir, daemon, name);
    json_t *request = request_new(stem, NULL, body);
    if (id)
        json_object_set_new(request, "id", json_string(id));
    json_t *reply = client_request(client, request, 30, why, sizeof why);
    if (!reply)
        fatal("%s", why);
    int code = reply_exit_code(reply);
    if (code != EXIT_OK) {
        fprintf(stderr, "sinergi: %s\n", json_string_value(pointer_get(reply, "/data/why")));
        exit(code);
    }
    json_t *data = json_incref(json_object_get(reply, "data"));
    json_decref(reply);
    json_decref(request);
    client_destroy(&client);
    return data;
}
