/* admission - how a node comes into the tree: its request, the parent's certificate, what it takes home */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admission.h"
#include "batch.h"
#include "check.h"
#include "clock.h"
#include "ctl.h"
#include "hex.h"
#include "log.h"

enum { VALID_DAYS = 731 };

static const char *s_member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    if (!text)
        fatal("this is no request or admission: \"%s\" is missing", name);
    return text;
}

static void s_key_of(const json_t *object, const char *name, uint8_t ret_key[KEY_BYTES])
{
    const char *text = s_member(object, name);
    if (strlen(text) != 2 * KEY_BYTES || !hex_decode(text, strlen(text), ret_key))
        fatal("\"%s\" is no key: 64 hexadecimal characters", name);
}

static void s_regions_of(const json_t *request, certificate_t *certificate)
{
    json_t *regions = json_object_get(request, "regions"), *region;
    size_t index;
    if (json_array_size(regions) < 1 || json_array_size(regions) > CERTIFICATE_REGIONS)
        fatal("a request names 1 to %d regions", CERTIFICATE_REGIONS);
    json_array_foreach(regions, index, region)
    {
        const char *code = json_string_value(region);
        if (!code || !region_is(code, strlen(code)))
            fatal("a request names regions by their Kemendagri codes");
        snprintf(certificate->regions[index], REGION_TEXT, "%s", code);
    }
    certificate->region_count = json_array_size(regions);
}

char *admission_certify(const json_t *request, const char *issuer, const signing_key_t *key, bool drill,
                        int64_t now)
{
    certificate_t certificate = {
        .drill = drill, .certificate = uuid_make(now), .key = signing_fingerprint(key->public_key)};
    const char *node = s_member(request, "node"), *curve = s_member(request, "curve");
    if (json_is_true(json_object_get(request, "drill")) != drill)
        fatal("a drill joins drills alone: one of the two nodes is a drill and the other is not");
    hash_t ignored;
    if (!node_name_is(node, strlen(node)) || !curve_fingerprint(curve, &ignored))
        fatal("a request names its node (62.71-1) and its CURVE key");
    snprintf(certificate.node, sizeof certificate.node, "%s", node);
    snprintf(certificate.curve, sizeof certificate.curve, "%s", curve);
    snprintf(certificate.issuer, sizeof certificate.issuer, "%s", issuer);
    s_regions_of(request, &certificate);
    s_key_of(request, "signing", certificate.signing);
    s_key_of(request, "sealing", certificate.sealing);
    clock_text(now, certificate.from);
    clock_text(now + VALID_DAYS * 86400000LL, certificate.to);
    char text[CERTIFICATE_TEXT], signature_text[2 * SIGNATURE_BYTES + 1], *item = NULL;
    size_t length = certificate_write(&certificate, text);
    signature_t signature;
    signed_sign(text, length, key, &signature);
    hex_text(signature.bytes, sizeof signature.bytes, signature_text);
    CHECK(asprintf(&item, "certificate %s %zu\n%s", signature_text, length, text) > 0);
    return item;
}

static void s_path(const char *dir, const char *file, char ret_path[1024])
{
    snprintf(ret_path, 1024, "%s/%s", dir, file);
}

void admission_chain_save(const char *dir, const char *items)
{
    char path[1024];
    s_path(dir, "certificates/chain.txt", path);
    FILE *file = fopen(path, "w");
    if (!file || fputs(items, file) < 0 || fclose(file) != 0)
        fatal("%s cannot be written", path);
}

char *admission_chain_read(const char *dir)
{
    char path[1024];
    s_path(dir, "certificates/chain.txt", path);
    if (access(path, R_OK) != 0)
        fatal("this node has no certificate yet: its parent's operator runs `sinergi node certify`, then "
              "`sinergi node admit`");
    return file_read(path, NULL);
}

certificates_t *admission_chain_check(const char *items, const tree_t *tree)
{
    certificates_t *set = certificates_new(tree->root, tree->drill);
    scan_t scan = {items, items + strlen(items)};
    while (scan.at < scan.end) {
        signature_t signature;
        int64_t length;
        problem_t problem;
        if (!scan_literal(&scan, "certificate ") ||
            !scan_hex(&scan, ' ', sizeof signature.bytes, signature.bytes) ||
            !scan_number(&scan, '\n', &length) || length > scan.end - scan.at)
            fatal("the chain of certificates is damaged");
        if (certificates_add(set, scan.at, (size_t)length, &signature, &problem) != ST_OK)
            fatal("the chain of certificates does not count: %s", problem.why);
        scan.at += length;
    }
    return set;
}

/* The tree's keys travel sealed to the new node: only it can open the digest key. */
static void s_tree_of(const char *dir, const json_t *admission, tree_t *ret_tree)
{
    const json_t *given = json_object_get(admission, "tree");
    char path[1024];
    problem_t problem;
    sealing_key_t sealing;
    uint8_t sealed[KEY_BYTES + crypto_box_SEALBYTES];
    const char *digest = s_member(given, "digest");
    s_key_of(given, "root", ret_tree->root);
    s_key_of(given, "matching", ret_tree->matching);
    ret_tree->drill = json_is_true(json_object_get(given, "drill"));
    ret_tree->digest_version = (int)json_integer_value(json_object_get(given, "version"));
    s_path(dir, "keys/sealing.json", path);
    if (sealing_key_load(path, &sealing, &problem) != ST_OK)
        fatal("%s", problem.why);
    if (strlen(digest) != 2 * sizeof sealed || !hex_decode(digest, strlen(digest), sealed) ||
        crypto_box_seal_open(ret_tree->digest_key, sealed, sizeof sealed, sealing.public_key,
                             sealing.secret_key) != 0)
        fatal("this admission is for another node: its keys do not open with the key of %s", path);
    keys_wipe(&sealing, sizeof sealing);
}

static void s_parent_save(const char *dir, const json_t *admission, const char *endpoint)
{
    char path[1024];
    s_path(dir, "node.json", path);
    json_t *node = json_read(path), *parent = json_deep_copy(json_object_get(admission, "parent"));
    if (endpoint)
        json_object_set_new(parent, "endpoint", json_string(endpoint));
    s_member(parent, "endpoint");
    s_member(parent, "curve");
    json_object_set_new(node, "parent", parent);
    if (json_dump_file(node, path, JSON_INDENT(2)) != 0)
        fatal("%s cannot be written", path);
    json_decref(node);
}

void admission_take(const char *dir, const json_t *admission, const char *endpoint)
{
    char path[1024];
    tree_t tree;
    problem_t problem;
    const char *chain = s_member(admission, "chain");
    s_tree_of(dir, admission, &tree);
    certificates_t *set = admission_chain_check(chain, &tree);
    certificates_destroy(&set);
    s_path(dir, "tree.json", path);
    if (tree_save(&tree, path, &problem) != ST_OK)
        fatal("%s", problem.why);
    admission_chain_save(dir, chain);
    s_parent_save(dir, admission, endpoint);
    keys_wipe(&tree, sizeof tree);
}
