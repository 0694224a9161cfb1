/* admission - the commands' side of enrolment.h: what fails ends the program with a sentence */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admission.h"
#include "ctl.h"
#include "hex.h"
#include "log.h"

static const char *s_member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    if (!text)
        fatal("this is no admission: \"%s\" is missing", name);
    return text;
}

static void s_key_of(const json_t *object, const char *name, uint8_t ret_key[KEY_BYTES])
{
    const char *text = s_member(object, name);
    if (strlen(text) != 2 * KEY_BYTES || !hex_decode(text, 2 * KEY_BYTES, ret_key))
        fatal("\"%s\" is no key: 64 hexadecimal characters", name);
}

static void s_path(const char *dir, const char *file, char ret_path[1024])
{
    snprintf(ret_path, 1024, "%s/%s", dir, file);
}

void json_save(const json_t *value, const char *path)
{
    char temporary[1100];
    snprintf(temporary, sizeof temporary, "%s.new", path);
    if (json_dump_file(value, temporary, JSON_INDENT(2)) != 0 || rename(temporary, path) != 0)
        fatal("%s cannot be written", path);
}

char *admission_certify(const json_t *request, const char *issuer, const signing_key_t *key, bool drill,
                        int64_t now)
{
    certificate_t certificate;
    problem_t problem;
    char text[CERTIFICATE_TEXT];
    signature_t signature;
    if (enrolment_request_read(request, drill, &certificate, &problem) != ST_OK)
        fatal("%s", problem.why);
    size_t length = enrolment_certify(&certificate, issuer, key, now, text, &signature);
    return enrolment_item(text, length, &signature);
}

void admission_chain_save(const char *dir, const char *items)
{
    char path[1024], temporary[1100];
    s_path(dir, "certificates/chain.txt", path);
    snprintf(temporary, sizeof temporary, "%s.new", path);
    FILE *file = fopen(temporary, "w");
    if (!file || fputs(items, file) < 0 || fflush(file) != 0 || fsync(fileno(file)) != 0 ||
        fclose(file) != 0 || rename(temporary, path) != 0)
        fatal("%s cannot be written", path);
}

char *admission_chain_read(const char *dir)
{
    char *items = NULL;
    problem_t problem;
    status_t status = enrolment_chain_read(dir, &items, &problem);
    if (status == ST_MISSING)
        fatal("%s: `sinergi node enrol` takes a token, or the parent's operator runs `sinergi node certify` "
              "and this node `sinergi node admit`",
              problem.why);
    if (status != ST_OK)
        fatal("%s", problem.why);
    return items;
}

certificates_t *admission_chain_check(const char *items, const tree_t *tree)
{
    certificates_t *set = certificates_new(tree->root, tree->drill);
    problem_t problem;
    if (enrolment_chain_add(set, items, &problem) != ST_OK)
        fatal("the chain of certificates does not count: %s", problem.why);
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

static void s_parent_save(const node_config_t *node, const json_t *admission, const char *endpoint)
{
    char path[1024];
    s_path(node->dir, "node.json", path);
    const json_t *given = json_object_get(admission, "parent");
    json_t *document = json_read(path);
    json_object_set_new(document, "parent",
                        json_pack("{s:s, s:s, s:s, s:s}", "node", s_member(given, "node"), "region",
                                  s_member(given, "region"), "endpoint",
                                  endpoint ? endpoint : s_member(given, "endpoint"), "curve",
                                  s_member(given, "curve")));
    json_save(document, path);
    json_decref(document);
}

/* The last certificate must be of this very node and its keys. */
static void s_own_check(const node_config_t *node, const certificate_t *own)
{
    problem_t problem;
    certificate_t asked;
    json_t *request = enrolment_request(node, &problem);
    if (!request || enrolment_request_read(request, node->drill, &asked, &problem) != ST_OK)
        fatal("%s", problem.why);
    if (strcmp(own->node, asked.node) != 0 || strcmp(own->curve, asked.curve) != 0 ||
        memcmp(own->signing, asked.signing, KEY_BYTES) != 0 ||
        memcmp(own->sealing, asked.sealing, KEY_BYTES) != 0 || !certificate_speaks_for(own, node->region))
        fatal("the certificate of this admission is not of node %s (%s) and its keys: it was made for "
              "another request",
              node->name, node->region);
    json_decref(request);
}

void admission_take(const char *dir, const json_t *admission, const char *endpoint, const hash_t *root)
{
    char path[1024];
    tree_t tree;
    problem_t problem;
    const char *chain = s_member(admission, "chain");
    node_config_t *node = node_config_of_folder(dir);
    s_tree_of(dir, admission, &tree);
    hash_t fingerprint = signing_fingerprint(tree.root);
    if (root && !hash_same(root, &fingerprint))
        fatal("the parent belongs to another tree than the token says: its root has another key; ask its "
              "operator");
    if (tree.drill != node->drill)
        fatal("a drill joins drills alone: one of the two nodes is a drill and the other is not. Make the "
              "new node "
              "again, with --drill or without it");
    certificates_t *set = admission_chain_check(chain, &tree);
    if (certificates_count(set) == 0)
        fatal("this admission holds no certificate");
    s_own_check(node, &certificates_at(set, certificates_count(set) - 1)->certificate);
    certificates_destroy(&set);
    s_path(dir, "tree.json", path);
    if (tree_save(&tree, path, &problem) != ST_OK)
        fatal("%s", problem.why);
    s_parent_save(node, admission, endpoint);
    admission_chain_save(dir, chain);
    keys_wipe(&tree, sizeof tree);
    node_config_destroy(&node);
}

token_t token_option(const char *option)
{
    problem_t problem;
    token_t token;
    bool file =
        strcmp(option, "-") == 0 || (strncmp(option, "sinergi-", 8) != 0 && access(option, R_OK) == 0);
    char *text = file ? file_read(option, NULL) : strdup(option);
    if (!text)
        fatal("out of memory");
    size_t whole = strlen(text), length = token_trim(text);
    status_t status = token_read(text, length, &token, &problem);
    keys_wipe(text, whole);
    free(text);
    if (status != ST_OK)
        fatal("%s", problem.why);
    return token;
}

signing_key_t signing_of_folder(const char *dir)
{
    char path[1024];
    signing_key_t key;
    problem_t problem;
    s_path(dir, "keys/signing.json", path);
    if (signing_key_load(path, &key, &problem) != ST_OK)
        fatal("%s", problem.why);
    return key;
}

tree_t tree_of_folder(const char *dir)
{
    char path[1024];
    tree_t tree;
    problem_t problem;
    s_path(dir, "tree.json", path);
    if (tree_load(path, &tree, &problem) != ST_OK)
        fatal("%s", problem.why);
    return tree;
}

void endpoint_option(const char *command, const node_config_t *node, const char *option,
                     char ret_endpoint[NODE_ENDPOINT_TEXT])
{
    if (option && !token_endpoint_is(option))
        fatal("%s: --endpoint is no address of a relay, like tcp://62.example.id:7600", command);
    if (option)
        snprintf(ret_endpoint, NODE_ENDPOINT_TEXT, "%s", option);
    else if (!node_config_public_endpoint(node, ret_endpoint))
        fatal("%s: this node listens at all its addresses, so say by which one the new node reaches it: "
              "--endpoint tcp://HOST:%ld, or for good \"public\": "
              "\"tcp://HOST:%ld\" in %s/node.json",
              command, node->port, node->port, node->dir);
}
