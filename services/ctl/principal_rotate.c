/* principal_rotate - a principal's key is replaced by its owner: `sinergi principal rotate`
 *
 * The new pair is on disk before it is asked for, and takes the old one's place after the answer: whatever ends in between, the same command again goes on.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

#include "ctl.h"
#include "log.h"
#include "secret_file.h"

typedef struct {
    const char *dir, *name, *until, *reason;
    char path[1000], fresh[1010]; /* the key file, and the new one until it takes its place */
} rotation_t;

/* The new public key, of the file that an interrupted rotation left or of one made now (mode 0600). New reference. */
static json_t *s_fresh(const rotation_t *self)
{
    char key[41], secret[41];
    if (access(self->fresh, R_OK) == 0)
        return json_read(self->fresh);
    if (zmq_curve_keypair(key, secret) != 0)
        fatal("principal rotate: this libzmq has no CURVE");
    json_t *document = json_pack("{s:s, s:s, s:s}", "name", self->name, "key", key, "secret", secret);
    problem_t problem;
    if (secret_file_save(self->fresh, document, &problem) != ST_OK)
        fatal("principal rotate: %s", problem.why);
    return document;
}

/* Ask the registry with the keys of `file`. New reference; NULL if nobody answers or the key is not let in. */
static json_t *s_ask(const rotation_t *self, const char *file, const char *type, const char *region,
                     json_t *data)
{
    char why[512];
    client_t *client = client_new(self->dir, "registry", file);
    json_t *request = request_new(type, region, data);
    json_t *reply = client_request(client, request, 30, why, sizeof why);
    json_decref(request);
    client_destroy(&client);
    if (!reply)
        fatal("principal rotate: %s", why);
    return reply;
}

static json_t *s_rotate(const rotation_t *self, const char *key)
{
    json_t *who = s_ask(self, self->path, "principal_whoami", NULL, json_object());
    const char *region = json_string_value(json_object_get(json_object_get(who, "data"), "region"));
    json_t *data = json_pack("{s:s}", "key", key);
    if (self->until)
        json_object_set_new(data, "until", json_string(self->until));
    if (self->reason)
        json_object_set_new(data, "reason", json_string(self->reason));
    json_t *reply = s_ask(self, self->path, "principal_rotate", region, data);
    json_decref(who);
    return reply;
}

/* The answer of an earlier try may have been lost: is the new key known already? */
static bool s_known(const rotation_t *self)
{
    char why[512];
    client_t *client = client_new(self->dir, "registry", self->fresh);
    json_t *request = request_new("principal_whoami", NULL, json_object());
    json_t *reply = client_request(client, request, 10, why, sizeof why);
    bool known = reply && reply_exit_code(reply) == EXIT_OK;
    json_decref(reply);
    json_decref(request);
    client_destroy(&client);
    return known;
}

/* The new key speaks from now on. */
static void s_switch(const rotation_t *self, const json_t *fresh, const json_t *until)
{
    if (rename(self->fresh, self->path) != 0)
        fatal("principal rotate: %s cannot take the place of %s", self->fresh, self->path);
    json_t *shown = json_pack("{s:s, s:O, s:s, s:O*}", "name", self->name, "key",
                              json_object_get(fresh, "key"), "file", self->path, "until", until);
    json_print(shown);
    json_decref(shown);
}

static int s_rotate_file(const rotation_t *self)
{
    bool again = access(self->fresh, R_OK) == 0;
    json_t *fresh = s_fresh(self), *reply = NULL;
    int code = EXIT_OK;
    if (!again || !s_known(self)) {
        reply = s_rotate(self, json_string_value(json_object_get(fresh, "key")));
        code = reply_exit_code(reply);
    }
    const json_t *data = json_object_get(reply, "data");
    if (code == EXIT_OK)
        s_switch(self, fresh, json_object_get(data, "until"));
    else
        json_print(data);
    json_decref(fresh);
    json_decref(reply);
    return code;
}

static int s_run(int argc, char **argv)
{
    rotation_t self = {0};
    const option_t options[] = {
        {"dir", &self.dir, NULL}, {"until", &self.until, NULL}, {"reason", &self.reason, NULL}, {0}};
    if (options_take(&command_principal_rotate, argc, argv, options) != 1 || strchr(argv[0], '/') ||
        strlen(argv[0]) > 64)
        fatal(
            "principal rotate: whose key? `sinergi principal rotate budi`; the node's own is no principal's");
    self.dir = node_folder(self.dir);
    self.name = argv[0];
    snprintf(self.path, sizeof self.path, "%s/principals/%s.json", self.dir, self.name);
    snprintf(self.fresh, sizeof self.fresh, "%s.new", self.path);
    if (access(self.path, R_OK) != 0)
        fatal("principal rotate: there is no %s; `sinergi principal new` makes keys", self.path);
    return s_rotate_file(&self);
}

const command_t command_principal_rotate = {
    "principal rotate", "replace the key of a person or script",
    "sinergi principal rotate [--dir DIR] [--until INSTANT] [--reason LINE] NAME\n\n"
    "Makes a new key pair, has the registry take it over the old key, and puts it in the place of "
    "DIR/principals/NAME.json\n"
    "(mode 0600). Secrets stay on this machine and are never shown. Until INSTANT (24 hours from now unless "
    "said, at most\n"
    "30 days) the old key is valid too, for copies of it elsewhere; a time that has passed ends it at once. "
    "Safe to run\n"
    "again after an interruption. Whose key was lost asks an admin, who names him:\n\n"
    "  sinergi call --region CODE principal_rotate principal=UUID key=KEY until=2023-01-01T00:00:00Z "
    "reason='Kunci hilang'\n"
    "  sinergi call --region CODE principal_revoke principal=UUID reason='Mutasi'\n",
    s_run};
