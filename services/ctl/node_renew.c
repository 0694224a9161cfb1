/* node_renew - a certificate again for the same keys, before it expires: `sinergi node renew` */
#include <stdlib.h>
#include <string.h>

#include "admission.h"
#include "clock.h"
#include "ctl.h"
#include "hex.h"
#include "log.h"
#include "node.h"

/* The certificate in force, from the chain that the relay gives. */
static signed_certificate_t s_certificate(const json_t *seal)
{
    const json_t *list = json_object_get(seal, "certificates"),
                 *last = json_array_get(list, json_array_size(list) - 1);
    const char *text = json_string_value(json_object_get(last, "text"));
    signed_certificate_t found = {0};
    problem_t problem;
    if (!text || certificate_read(text, strlen(text), &found.certificate, &problem) != ST_OK)
        fatal("node renew: the relay's answer holds no certificate");
    found.hash = hash_of(text, strlen(text));
    return found;
}

static int s_run(int argc, char **argv)
{
    const char *dir = NULL, *root = NULL;
    char path[1024];
    const option_t options[] = {{"dir", &dir, NULL}, {"root", &root, NULL}, {0}};
    int left = options_take(&command_node_renew, argc, argv, options);
    dir = node_folder(dir);
    if (left != 1)
        fatal("node renew: which node? sinergi node renew 62.71-1");
    node_config_t *node = node_config_of_folder(dir);
    clock_open(dir, node->drill);
    json_t *seal = ask(dir, "relay", "node_seal", json_pack("{s:s}", "node", argv[0]), NULL);
    signed_certificate_t old = s_certificate(seal);
    bool below_root = strcmp(old.certificate.issuer, ISSUER_ROOT) == 0;
    if (below_root && !root)
        fatal("node renew: the root signed the certificate of %s: bring its key, --root FILE", argv[0]);
    if (!below_root && strcmp(old.certificate.issuer, node->name) != 0)
        fatal("node renew: %s was certified by %s: its operator renews it", argv[0], old.certificate.issuer);
    uuid_id_t cause = uuid_make(clock_now());
    certificate_t next = certificate_after(&old, &cause, clock_now());
    snprintf(path, sizeof path, "%s/keys/signing.json", dir);
    node_certify_next(dir, below_root ? root : path, &next);
    printf("the certificate of %s holds until %s\n", argv[0], next.to);
    json_decref(seal);
    node_config_destroy(&node);
    return EXIT_OK;
}

const command_t command_node_renew = {
    "node renew", "a certificate again for the same keys, before it expires",
    "sinergi node renew NODE [--root FILE] [--dir DIR]\n\n"
    "At the node that certified NODE. The node itself need not be up; it takes the certificate when its link "
    "stands. One that has expired is renewed by itself as soon\n"
    "as it is in contact: expiry refuses no link.\n\n"
    "  --root FILE  signing key of the root, for the one node that it certified: run at that node\n",
    s_run};
