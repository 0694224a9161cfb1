/* node_rotate - new keys for this node while it works: `sinergi node rotate` */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "admission.h"
#include "clock.h"
#include "ctl.h"
#include "hex.h"
#include "log.h"
#include "node.h"

enum { WAIT_SECONDS = 60, POLL_MS = 100 };

static bool s_there(const char *dir, const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/keys/%s", dir, name);
    return access(path, R_OK) == 0;
}

static void s_must(status_t status, const problem_t *problem)
{
    if (status != ST_OK)
        fatal("node rotate: %s", problem->why);
}

/* The next keys: those of a rotation that was begun before, or new ones; of what is not rotated the one in use. */
static void s_curve(const char *dir, bool wanted, char ret_public[CURVE_TEXT])
{
    char path[1024];
    curve_key_t key;
    problem_t problem;
    snprintf(path, sizeof path, "%s/keys/%scurve.json", dir, wanted ? "next/" : "");
    if (wanted && access(path, F_OK) != 0) {
        curve_key_make(&key);
        s_must(curve_key_save(&key, path, &problem), &problem);
    }
    s_must(curve_key_load(path, &key, &problem), &problem);
    memcpy(ret_public, key.public_key, CURVE_TEXT);
    keys_wipe(&key, sizeof key);
}

static void s_signing(const char *dir, bool wanted, uint8_t ret_public[KEY_BYTES])
{
    char path[1024];
    signing_key_t key;
    problem_t problem;
    snprintf(path, sizeof path, "%s/keys/%ssigning.json", dir, wanted ? "next/" : "");
    if (wanted && access(path, F_OK) != 0) {
        signing_key_make(&key);
        s_must(signing_key_save(&key, path, &problem), &problem);
    }
    s_must(signing_key_load(path, &key, &problem), &problem);
    memcpy(ret_public, key.public_key, KEY_BYTES);
    keys_wipe(&key, sizeof key);
}

static void s_announce(const char *dir, const certificate_t *next)
{
    char signing[2 * KEY_BYTES + 1], sealing[2 * KEY_BYTES + 1], replaces[HASH_TEXT];
    hex_text(next->signing, KEY_BYTES, signing);
    hex_text(next->sealing, KEY_BYTES, sealing);
    hash_text(&next->replaces, replaces);
    json_decref(ask(dir, "registry", "node_rotate",
                    json_pack("{s:s, s:s, s:s, s:s, s:s}", "node", next->node, "curve", next->curve,
                              "signing", signing, "sealing", sealing, "replaces", replaces),
                    NULL));
}

void node_certify_next(const char *dir, const char *key_path, certificate_t *next)
{
    char text[CERTIFICATE_TEXT], signature_text[2 * SIGNATURE_BYTES + 1], id[UUID_TEXT];
    signing_key_t key;
    problem_t problem;
    signature_t signature;
    if (signing_key_load(key_path, &key, &problem) != ST_OK)
        fatal("%s", problem.why);
    next->key = signing_fingerprint(key.public_key);
    size_t length = certificate_write(next, text);
    signed_sign(text, length, &key, &signature);
    keys_wipe(&key, sizeof key);
    hex_text(signature.bytes, SIGNATURE_BYTES, signature_text);
    uuid_text(&next->certificate, id);
    json_decref(ask(dir, "registry", "node_certify",
                    json_pack("{s:s, s:s}", "text", text, "signature", signature_text), id));
}

/* The relay takes the keys into use when their certificate has come. */
static bool s_in_use(const char *dir)
{
    for (int waited = 0; waited < WAIT_SECONDS * 1000; waited += POLL_MS) {
        if (!s_there(dir, "next/curve.json") && !s_there(dir, "next/signing.json"))
            return true;
        zclock_sleep(POLL_MS);
    }
    return false;
}

static certificate_t s_next(const char *dir, bool *ret_root)
{
    char path[1024];
    tree_t tree;
    problem_t problem;
    snprintf(path, sizeof path, "%s/tree.json", dir);
    s_must(tree_load(path, &tree, &problem), &problem);
    char *chain = admission_chain_read(dir);
    certificates_t *set = admission_chain_check(chain, &tree);
    const signed_certificate_t *own = certificates_at(set, certificates_count(set) - 1);
    uuid_id_t cause = uuid_make(clock_now());
    certificate_t next = certificate_after(own, &cause, clock_now());
    *ret_root = own->issuer == NULL;
    certificates_destroy(&set);
    keys_wipe(&tree, sizeof tree);
    free(chain);
    return next;
}

static int s_run(int argc, char **argv)
{
    const char *dir = NULL, *root = NULL;
    bool curve = false, signing = false, below_root;
    const option_t options[] = {{"dir", &dir, NULL},
                                {"curve", NULL, &curve},
                                {"signing", NULL, &signing},
                                {"root", &root, NULL},
                                {0}};
    options_take(&command_node_rotate, argc, argv, options);
    dir = node_folder(dir);
    if (!curve && !signing)
        curve = signing = true;
    node_config_t *node = node_config_of_folder(dir);
    clock_open(dir, node->drill);
    certificate_t next = s_next(dir, &below_root);
    if (below_root && !root)
        fatal("node rotate: the root signed this node's certificate: bring its key, --root FILE");
    s_curve(dir, curve || s_there(dir, "next/curve.json"), next.curve);
    s_signing(dir, signing || s_there(dir, "next/signing.json"), next.signing);
    s_announce(dir, &next);
    if (below_root) /* no parent could certify it: the root's key is brought for it */
        node_certify_next(dir, root, &next);
    puts(s_in_use(dir) ? "the new keys are in use"
                       : "the new keys are announced; they come into use when the parent has certified them");
    node_config_destroy(&node);
    return EXIT_OK;
}

const command_t command_node_rotate = {
    "node rotate", "new keys for this node, while it works",
    "sinergi node rotate [--curve] [--signing] [--root FILE] [--dir DIR]\n\n"
    "Makes new keys in DIR/keys/next and announces them to the tree under the old signing key (message "
    "node_rotate). The parent certifies them at once when the link\n"
    "stands, else when it stands again; then the relay takes them into use, every daemon begins anew with "
    "them by "
    "itself, and DIR/node.json names the new\n"
    "server key, which scripts read. Nothing is lost meanwhile: children that do not know the new key yet "
    "find the "
    "old one at the relay's port + 5, until all\n"
    "have acknowledged it or 90 days have passed. The old keys are wiped.\n\n"
    "  --curve      the CURVE key alone: who a connection comes from\n"
    "  --signing    the signing key alone: seals and certificates\n"
    "  --root FILE  signing key of the root, for the one node that it certified\n\n"
    "A key that others have is not rotated: the node above revokes it (`sinergi node revoke`).\n",
    s_run};
