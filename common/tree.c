/* tree - DIR/tree.json, what a node knows beforehand about the tree it belongs to */
#include <limits.h>
#include <sodium.h>
#include <string.h>

#include "check.h"
#include "hex.h"
#include "secret_file.h"
#include "tree.h"

static bool s_key(const json_t *object, const char *name, uint8_t ret_key[KEY_BYTES])
{
    const json_t *value = json_object_get(object, name);
    return json_is_string(value) && json_string_length(value) == 2 * KEY_BYTES &&
           hex_decode(json_string_value(value), 2 * KEY_BYTES, ret_key);
}

/* The member that is missing or malformed, or NULL. */
static const char *s_read(const json_t *content, tree_t *ret_tree)
{
    const json_t *drill = json_object_get(content, "drill"), *digest = json_object_get(content, "digest");
    json_int_t version = json_integer_value(json_object_get(digest, "version"));
    if (!s_key(content, "root", ret_tree->root))
        return "root";
    if (!json_is_boolean(drill))
        return "drill";
    if (!s_key(content, "matching", ret_tree->matching))
        return "matching";
    if (version < 1 || version > INT_MAX || !s_key(digest, "key", ret_tree->digest_key))
        return "digest";
    ret_tree->drill = json_is_true(drill);
    ret_tree->digest_version = (int)version;
    return NULL;
}

status_t tree_load(const char *path, tree_t *ret_tree, problem_t *ret_problem)
{
    json_t *content;
    tree_t tree;
    status_t status = secret_file_load(path, &content, ret_problem);
    if (status != ST_OK)
        return status;
    const char *bad = s_read(content, &tree);
    if (bad)
        status = problem_set(ret_problem, ST_BROKEN, "key.form", "", "%s: \"%s\" is missing or malformed",
                             path, bad);
    else
        *ret_tree = tree;
    sodium_memzero(&tree, sizeof tree);
    secret_file_forget(&content);
    return status;
}

status_t tree_save(const tree_t *tree, const char *path, problem_t *ret_problem)
{
    char root[HASH_TEXT], matching[HASH_TEXT], key[HASH_TEXT];
    hex_text(tree->root, KEY_BYTES, root);
    hex_text(tree->matching, KEY_BYTES, matching);
    hex_text(tree->digest_key, KEY_BYTES, key);
    json_t *content = json_pack("{s:s, s:b, s:s, s:{s:i, s:s}}", "root", root, "drill", tree->drill,
                                "matching", matching, "digest", "version", tree->digest_version, "key", key);
    CHECK(content);
    status_t status = secret_file_save(path, content, ret_problem);
    sodium_memzero(key, sizeof key);
    secret_file_forget(&content);
    return status;
}
