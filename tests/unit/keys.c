/* keys - key files are written whole with mode 0600, refused when others may read them, and give back what
 * was saved
 *
 * shows: I1 law-11
 * cost: cpu 1
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "digest.h"
#include "hex.h"
#include "vault.h"

static char folder[200] = "/tmp";

static const char *s_path(const char *name)
{
    static char path[300];
    snprintf(path, sizeof path, "%s/keys/%s", folder, name);
    return path;
}

static void s_write(const char *path, const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static void test_node_keys(void **state)
{
    (void)state;
    problem_t problem;
    curve_key_t curve, curve_again;
    signing_key_t signing, signing_again;
    sealing_key_t sealing, sealing_again;
    struct stat info;
    curve_key_make(&curve);
    signing_key_make(&signing);
    sealing_key_make(&sealing);
    assert_int_equal(curve_key_save(&curve, s_path("curve.json"), &problem), ST_OK);
    assert_int_equal(curve_key_load(s_path("curve.json"), &curve_again, &problem), ST_OK);
    assert_memory_equal(&curve, &curve_again, sizeof curve);
    assert_int_equal(signing_key_save(&signing, s_path("signing.json"), &problem), ST_OK);
    assert_int_equal(signing_key_load(s_path("signing.json"), &signing_again, &problem), ST_OK);
    assert_memory_equal(&signing, &signing_again, sizeof signing);
    assert_int_equal(sealing_key_save(&sealing, s_path("sealing.json"), &problem), ST_OK);
    assert_int_equal(sealing_key_load(s_path("sealing.json"), &sealing_again, &problem), ST_OK);
    assert_memory_equal(&sealing, &sealing_again, sizeof sealing);
    assert_int_equal(stat(s_path("curve.json"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(stat(s_path(""), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    assert_int_not_equal(access(s_path("curve.json.new"), F_OK), 0);
    keys_wipe(&signing, sizeof signing);
    static const signing_key_t zero;
    assert_memory_equal(&signing, &zero, sizeof zero);
}

static void test_principal(void **state)
{
    (void)state;
    problem_t problem;
    principal_key_t key = {.name = "clerk of 62.71"}, again = {.name = ""};
    curve_key_make(&key.key);
    assert_int_equal(principal_key_save(&key, s_path("clerk.json"), &problem), ST_OK);
    assert_int_equal(principal_key_load(s_path("clerk.json"), &again, &problem), ST_OK);
    assert_string_equal(again.name, key.name);
    assert_string_equal(again.key.secret_key, key.key.secret_key);
}

static void test_tree(void **state)
{
    (void)state;
    problem_t problem;
    tree_t tree = {.drill = true, .digest_version = 3}, again;
    memset(tree.root, 1, KEY_BYTES);
    memset(tree.matching, 2, KEY_BYTES);
    memset(tree.digest_key, 3, KEY_BYTES);
    assert_int_equal(tree_save(&tree, s_path("tree.json"), &problem), ST_OK);
    assert_int_equal(tree_load(s_path("tree.json"), &again, &problem), ST_OK);
    assert_true(again.drill);
    assert_int_equal(again.digest_version, 3);
    assert_memory_equal(again.digest_key, tree.digest_key, KEY_BYTES);
    s_write(s_path("tree.json"),
            "{\"root\": \"0101010101010101010101010101010101010101010101010101010101010101\"}", 0600);
    assert_int_equal(tree_load(s_path("tree.json"), &again, &problem), ST_BROKEN);
    assert_string_equal(problem.code, "key.form");
    assert_non_null(strstr(problem.why, "\"drill\""));
}

static void test_refused(void **state)
{
    (void)state;
    problem_t problem;
    curve_key_t curve = {.public_key = ""};
    signing_key_t signing;
    static const char *const bad[] = {
        "", "[]", "{", "{}", "{\"public\": 1, \"secret\": 2}", "{\"public\": \"a\", \"secret\": \"b\"}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        s_write(s_path("bad.json"), bad[i], 0600);
        assert_int_equal(curve_key_load(s_path("bad.json"), &curve, &problem), ST_BROKEN);
        assert_string_equal(problem.code, "key.form");
        assert_int_equal(signing_key_load(s_path("bad.json"), &signing, &problem), ST_BROKEN);
        assert_string_equal(problem.code, "key.form");
    }
    assert_int_equal(curve_key_load(s_path("absent.json"), &curve, &problem), ST_BROKEN);
    assert_string_equal(problem.code, "key.file");
    assert_int_equal(curve_key_load(s_path(""), &curve, &problem), ST_BROKEN);
    assert_int_equal(curve.public_key[0], 0);
    static const mode_t open_modes[] = {0640, 0604, 0620, 0601};
    curve_key_make(&curve);
    assert_int_equal(curve_key_save(&curve, s_path("open.json"), &problem), ST_OK);
    for (size_t i = 0; i < sizeof open_modes / sizeof *open_modes; i++) {
        assert_int_equal(chmod(s_path("open.json"), open_modes[i]), 0);
        assert_int_equal(curve_key_load(s_path("open.json"), &curve, &problem), ST_BROKEN);
        assert_string_equal(problem.code, "key.mode");
    }
}

/* Halves of two different pairs. */
static void test_mixed_halves(void **state)
{
    (void)state;
    problem_t problem;
    curve_key_t one, two;
    sealing_key_t first, second;
    curve_key_make(&one);
    curve_key_make(&two);
    memcpy(one.public_key, two.public_key, sizeof one.public_key);
    assert_int_equal(curve_key_save(&one, s_path("mixed.json"), &problem), ST_OK);
    assert_int_equal(curve_key_load(s_path("mixed.json"), &two, &problem), ST_BROKEN);
    sealing_key_make(&first);
    sealing_key_make(&second);
    memcpy(first.public_key, second.public_key, KEY_BYTES);
    assert_int_equal(sealing_key_save(&first, s_path("mixed.json"), &problem), ST_OK);
    assert_int_equal(sealing_key_load(s_path("mixed.json"), &second, &problem), ST_BROKEN);
}

static void test_fingerprints(void **state)
{
    (void)state;
    hash_t fingerprint;
    char text[HASH_TEXT];
    /* the key of 32 zeros */
    assert_true(curve_fingerprint("0000000000000000000000000000000000000000", &fingerprint));
    hash_text(&fingerprint, text);
    assert_string_equal(text, "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925");
    assert_false(curve_fingerprint("000000000000000000000000000000000000000", &fingerprint));
    assert_false(curve_fingerprint("\"000000000000000000000000000000000000000", &fingerprint));
}

int main(void)
{
    const char *scratch = getenv("SINERGI_SCRATCH");
    snprintf(folder, sizeof folder, "%s/keys-XXXXXX", scratch ? scratch : "/tmp");
    if (!mkdtemp(folder))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_node_keys),    cmocka_unit_test(test_principal),
        cmocka_unit_test(test_tree),         cmocka_unit_test(test_refused),
        cmocka_unit_test(test_mixed_halves), cmocka_unit_test(test_fingerprints)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
