/* enrolment - how a node comes into the tree: its request, the parent's certificate, what it takes home */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "clock.h"
#include "enrolment.h"
#include "hex.h"
#include "json_pool.h"
#include "scan.h"

static const char *s_text(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text && strlen(text) == json_string_length(json_object_get(object, name)) ? text : "";
}

static bool s_key(const json_t *object, const char *name, uint8_t ret_key[KEY_BYTES])
{
    const char *text = s_text(object, name);
    return strlen(text) == 2 * KEY_BYTES && hex_decode(text, 2 * KEY_BYTES, ret_key);
}

static bool s_regions(const json_t *request, certificate_t *certificate)
{
    json_t *regions = json_object_get(request, "regions"), *region;
    size_t index;
    if (json_array_size(regions) < 1 || json_array_size(regions) > CERTIFICATE_REGIONS)
        return false;
    json_array_foreach(regions, index, region)
    {
        const char *code = json_string_value(region);
        if (!code || !region_is(code, json_string_length(region)))
            return false;
        snprintf(certificate->regions[index], REGION_TEXT, "%s", code);
    }
    certificate->region_count = json_array_size(regions);
    return true;
}

status_t enrolment_request_read(const json_t *request, bool drill, certificate_t *ret_certificate,
                                problem_t *ret_problem)
{
    certificate_t certificate = {.drill = drill};
    const char *node = s_text(request, "node"), *curve = s_text(request, "curve");
    hash_t ignored;
    if (!node_name_is(node, strlen(node)) || !s_regions(request, &certificate))
        return problem_set(ret_problem, ST_INVALID, "node.request", "/request",
                           "a request names its node (62.71-1) and 1 to %d regions by their Kemendagri codes",
                           CERTIFICATE_REGIONS);
    if (!curve_fingerprint(curve, &ignored) || !s_key(request, "signing", certificate.signing) ||
        !s_key(request, "sealing", certificate.sealing))
        return problem_set(ret_problem, ST_INVALID, "node.key_invalid", "/request",
                           "a request holds the node's CURVE key in Z85, and its signing and sealing keys as "
                           "64 hexadecimal characters");
    if (json_is_true(json_object_get(request, "drill")) != drill)
        return problem_set(
            ret_problem, ST_DENIED, "certificate.drill", "/request/drill",
            "a drill joins drills alone: one of the two nodes is a drill and the other is not. Make the new "
            "node again, with --drill or without it");
    snprintf(certificate.node, sizeof certificate.node, "%s", node);
    snprintf(certificate.curve, sizeof certificate.curve, "%s", curve);
    *ret_certificate = certificate;
    return ST_OK;
}

json_t *enrolment_request(const node_config_t *node, problem_t *ret_problem)
{
    char path[NODE_DIR_TEXT + 32], signing_text[2 * KEY_BYTES + 1], sealing_text[2 * KEY_BYTES + 1];
    signing_key_t signing;
    sealing_key_t sealing;
    snprintf(path, sizeof path, "%s/keys/signing.json", node->dir);
    if (signing_key_load(path, &signing, ret_problem) != ST_OK)
        return NULL;
    hex_text(signing.public_key, KEY_BYTES, signing_text);
    keys_wipe(&signing, sizeof signing);
    snprintf(path, sizeof path, "%s/keys/sealing.json", node->dir);
    if (sealing_key_load(path, &sealing, ret_problem) != ST_OK)
        return NULL;
    hex_text(sealing.public_key, KEY_BYTES, sealing_text);
    keys_wipe(&sealing, sizeof sealing);
    return json_pack("{s:s, s:[s], s:s, s:s, s:s, s:b}", "node", node->name, "regions", node->region, "curve",
                     node->server, "signing", signing_text, "sealing", sealing_text, "drill",
                     (int)node->drill);
}

hash_t enrolment_request_digest(const json_t *request)
{
    char *text = json_text(request, JSON_COMPACT | JSON_SORT_KEYS);
    CHECK(text);
    hash_t digest = hash_of(text, strlen(text));
    free(text);
    return digest;
}

size_t enrolment_certify(certificate_t *certificate, const char *issuer, const signing_key_t *key,
                         int64_t now, char ret_text[CERTIFICATE_TEXT], signature_t *ret_signature)
{
    certificate->certificate = uuid_make(now);
    certificate->key = signing_fingerprint(key->public_key);
    snprintf(certificate->issuer, sizeof certificate->issuer, "%s", issuer);
    clock_text(now, certificate->from);
    clock_text(now + CERTIFICATE_DAYS * 86400000LL, certificate->to);
    size_t length = certificate_write(certificate, ret_text);
    signed_sign(ret_text, length, key, ret_signature);
    return length;
}

char *enrolment_item(const char *text, size_t length, const signature_t *signature)
{
    char signature_text[2 * SIGNATURE_BYTES + 1], *item = NULL;
    hex_text(signature->bytes, SIGNATURE_BYTES, signature_text);
    CHECK(asprintf(&item, "certificate %s %zu\n%.*s", signature_text, length, (int)length, text) > 0);
    return item;
}

json_t *enrolment_tree(const tree_t *tree, const uint8_t sealing[KEY_BYTES])
{
    uint8_t sealed[KEY_BYTES + crypto_box_SEALBYTES];
    char root[2 * KEY_BYTES + 1], matching[2 * KEY_BYTES + 1], digest[2 * sizeof sealed + 1];
    if (crypto_box_seal(sealed, tree->digest_key, KEY_BYTES, sealing) != 0)
        return NULL;
    hex_text(tree->root, KEY_BYTES, root);
    hex_text(tree->matching, KEY_BYTES, matching);
    hex_text(sealed, sizeof sealed, digest);
    return json_pack("{s:s, s:b, s:s, s:i, s:s}", "root", root, "drill", (int)tree->drill, "matching",
                     matching, "version", tree->digest_version, "digest", digest);
}

status_t enrolment_chain_read(const char *dir, char **ret_items, problem_t *ret_problem)
{
    char path[NODE_DIR_TEXT + 32];
    snprintf(path, sizeof path, "%s/certificates/chain.txt", dir);
    FILE *file = fopen(path, "r");
    if (!file && errno == ENOENT)
        return problem_set(ret_problem, ST_MISSING, "node.certificate_missing", "",
                           "this node has no certificate yet (%s)", path);
    char *text = file ? calloc(1, ENROLMENT_CHAIN_BYTES) : NULL;
    size_t length = text ? fread(text, 1, ENROLMENT_CHAIN_BYTES - 1, file) : 0;
    bool whole = text && length && feof(file) && !ferror(file) && strlen(text) == length;
    if (file)
        fclose(file);
    if (whole) {
        *ret_items = text;
        return ST_OK;
    }
    free(text);
    return problem_set(ret_problem, ST_BROKEN, "certificate.unreadable", "",
                       "%s cannot be read, or holds more than a chain can", path);
}

status_t enrolment_chain_add(certificates_t *certificates, const char *items, problem_t *ret_problem)
{
    scan_t scan = {items, items + strlen(items)};
    while (scan.at < scan.end) {
        signature_t signature;
        int64_t length;
        if (!scan_literal(&scan, "certificate ") || !scan_hex(&scan, ' ', SIGNATURE_BYTES, signature.bytes) ||
            !scan_number(&scan, '\n', &length) || length > scan.end - scan.at)
            return problem_set(ret_problem, ST_BROKEN, "certificate.unreadable", "",
                               "the chain of certificates is damaged");
        status_t status = certificates_add(certificates, scan.at, (size_t)length, &signature, ret_problem);
        if (status != ST_OK)
            return status;
        scan.at += length;
    }
    return ST_OK;
}
