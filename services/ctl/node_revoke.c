/* node_revoke - a parent takes back its word for a node: `sinergi node revoke` */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "ctl.h"
#include "hex.h"
#include "log.h"
#include "node.h"
#include "signed.h"
#include "tree.h"

static const char *s_text(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

/* What the relay says of the node's newest seal becomes the last one that is accepted. */
static void s_accepted(const json_t *seal, revocation_t *revocation)
{
    const char *certificate = s_text(seal, "certificate"), *epoch = s_text(seal, "epoch"),
               *hash = s_text(seal, "hash");
    snprintf(revocation->node, sizeof revocation->node, "%s", s_text(seal, "node"));
    revocation->number = json_integer_value(json_object_get(seal, "number"));
    if (!uuid_of_text(certificate, strlen(certificate), &revocation->certificate) ||
        !uuid_of_text(epoch, strlen(epoch), &revocation->epoch) ||
        !hash_of_text(hash, strlen(hash), &revocation->hash))
        fatal("node revoke: the relay's answer names no seal");
}

/* The signed text as node_revoke takes it. New reference. */
static json_t *s_signed(const char *dir, const node_config_t *node, const json_t *seal, const char *reason)
{
    char path[1024], text[REVOCATION_TEXT], signature_text[2 * SIGNATURE_BYTES + 1];
    signing_key_t key;
    problem_t problem;
    signature_t signature;
    snprintf(path, sizeof path, "%s/keys/signing.json", dir);
    if (signing_key_load(path, &key, &problem) != ST_OK)
        fatal("%s", problem.why);
    revocation_t revocation = {.drill = node->drill, .key = signing_fingerprint(key.public_key)};
    s_accepted(seal, &revocation);
    snprintf(revocation.issuer, sizeof revocation.issuer, "%s", node->name);
    clock_text(clock_now(), revocation.time);
    size_t length = revocation_write(&revocation, text);
    signed_sign(text, length, &key, &signature);
    keys_wipe(&key, sizeof key);
    hex_text(signature.bytes, SIGNATURE_BYTES, signature_text);
    return json_pack("{s:s, s:s, s:s, s:O}", "text", text, "signature", signature_text, "reason", reason,
                     "certificates", json_object_get(seal, "certificates"));
}

static int s_run(int argc, char **argv)
{
    const char *dir = NULL, *reason = NULL, *certificate = NULL;
    const option_t options[] = {
        {"dir", &dir, NULL}, {"reason", &reason, NULL}, {"certificate", &certificate, NULL}, {0}};
    int left = options_take(&command_node_revoke, argc, argv, options);
    dir = node_folder(dir);
    if (left != 1)
        fatal("node revoke: which node? sinergi node revoke 62.71-1 --reason \"the machine was stolen\"");
    if (!reason || !*reason)
        fatal("node revoke: give --reason: every node and every auditor will read it");
    node_config_t *node = node_config_of_folder(dir);
    clock_open(dir, node->drill);
    json_t *seal = ask(dir, "relay", "node_seal",
                       json_pack("{s:s, s:s*}", "node", argv[0], "certificate", certificate), NULL);
    json_t *data = ask(dir, "registry", "node_revoke", s_signed(dir, node, seal, reason), NULL);
    printf("%s is revoked; the last of its seals that counts is number %lld\n", s_text(data, "node"),
           (long long)json_integer_value(json_object_get(data, "number")));
    json_decref(data);
    json_decref(seal);
    node_config_destroy(&node);
    return EXIT_OK;
}

const command_t command_node_revoke = {
    "node revoke", "take back the certificate of a node below",
    "sinergi node revoke NODE --reason TEXT [--certificate UUID] [--dir DIR]\n\n"
    "At the node that certified NODE, or one above that. Signs a revocation with this node's key and makes "
    "it "
    "known to all (message node_revoke). It names the newest\n"
    "seal of NODE that is held here: what NODE has sealed up to it stays proven, what it seals later counts "
    "nowhere. Its links are cut at once.\n\n"
    "  --reason TEXT       why, in one line that everybody may read\n"
    "  --certificate UUID  one of its certificates and those before it, not the newest\n\n"
    "What NODE has certified itself stays in force: revoke that too if you do not trust it. The node comes "
    "back "
    "with new keys: `sinergi node init` in a new folder,\n"
    "then `sinergi node certify` here.\n",
    s_run};
