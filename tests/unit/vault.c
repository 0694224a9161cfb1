/* vault - personal fields open only under their subject's key, which survives re-wrapping and not forgetting;
 * digests stay the same
 *
 * shows: U7 law-9
 * cost: cpu 1
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "digest.h"
#include "vault.h"

#define SINCE "2023-02-02T02:00:00.000Z"
#define SUBJECT "business/01860fda-2500-7000-8000-0000000000e0"

static char folder[200];
static char path[300];

static void test_field(void **state)
{
    (void)state;
    static const char value[] = "6271010101900001";
    uint8_t key[VAULT_KEY], other[VAULT_KEY], salt[VAULT_SALT], again_salt[VAULT_SALT];
    uint8_t ciphertext[sizeof value + VAULT_OVERHEAD], again[sizeof value + VAULT_OVERHEAD];
    char opened[sizeof value] = "";
    problem_t problem;
    vault_key_make(key);
    vault_key_make(other);
    size_t length = vault_encrypt(key, "nik", value, sizeof value, salt, ciphertext);
    assert_int_equal(length, sizeof ciphertext);
    assert_int_equal(vault_decrypt(key, "nik", ciphertext, length, opened, &problem), ST_OK);
    assert_string_equal(opened, value);
    assert_int_equal(vault_decrypt(other, "nik", ciphertext, length, opened, &problem), ST_BROKEN);
    assert_string_equal(problem.code, "vault.damaged");
    assert_int_equal(vault_decrypt(key, "phone", ciphertext, length, opened, &problem), ST_BROKEN);
    assert_int_equal(vault_decrypt(key, "nik", ciphertext, VAULT_OVERHEAD - 1, opened, &problem), ST_BROKEN);
    vault_encrypt(key, "nik", value, sizeof value, again_salt, again);
    hash_t digest = vault_digest(salt, ciphertext, length), second = vault_digest(again_salt, again, length);
    assert_memory_not_equal(&digest, &second, sizeof digest);
    ciphertext[30] ^= 1;
    assert_int_equal(vault_decrypt(key, "nik", ciphertext, length, opened, &problem), ST_BROKEN);
}

static void test_wrapping(void **state)
{
    (void)state;
    problem_t problem;
    vault_t *vault;
    uint8_t key[VAULT_KEY], opened[VAULT_KEY], first[VAULT_WRAPPED], second[VAULT_WRAPPED];
    vault_key_make(key);
    assert_int_equal(vault_load(path, &vault, &problem), ST_BROKEN);
    assert_int_equal(vault_renew(path, SINCE, &problem), ST_OK);
    assert_int_equal(vault_load(path, &vault, &problem), ST_OK);
    assert_int_equal(vault_version(vault), 1);
    assert_string_equal(vault_since(vault), SINCE);
    vault_wrap(vault, SUBJECT, key, first);
    vault_destroy(&vault);

    assert_int_equal(vault_renew(path, "2023-03-04T02:00:00.000Z", &problem), ST_OK);
    assert_int_equal(vault_load(path, &vault, &problem), ST_OK);
    assert_int_equal(vault_version(vault), 2);
    assert_int_equal(vault_unwrap(vault, SUBJECT, 1, first, opened, &problem), ST_OK);
    assert_memory_equal(opened, key, sizeof key);
    vault_wrap(vault, SUBJECT, opened, second);
    vault_destroy(&vault);

    assert_int_equal(vault_forget(path, 2, &problem), ST_OK);
    assert_int_equal(vault_forget(path, 100, &problem), ST_OK); /* the newest stays */
    assert_int_equal(vault_load(path, &vault, &problem), ST_OK);
    assert_int_equal(vault_unwrap(vault, SUBJECT, 1, first, opened, &problem), ST_MISSING);
    assert_string_equal(problem.code, "vault.key_gone");
    assert_int_equal(vault_unwrap(vault, SUBJECT, 2, second, opened, &problem), ST_OK);
    assert_memory_equal(opened, key, sizeof key);
    assert_int_equal(vault_unwrap(vault, "business/another", 2, second, opened, &problem), ST_BROKEN);
    assert_int_equal(vault_unwrap(vault, SUBJECT, 2, first, opened, &problem), ST_BROKEN);
    vault_destroy(&vault);
}

/* All that the file's inode holds, read by a descriptor that was opened before it was replaced. */
static size_t s_content(int file, char *ret_text, size_t size)
{
    ssize_t length = pread(file, ret_text, size - 1, 0);
    assert_true(length > 0);
    ret_text[length] = '\0';
    return (size_t)length;
}

static void test_destroyed(void **state)
{
    (void)state;
    problem_t problem;
    vault_t *vault;
    char lost[300], text[8192], secret[2 * VAULT_KEY + 1];
    snprintf(lost, sizeof lost, "%s/destroyed.json", folder);
    assert_int_equal(vault_renew(lost, SINCE, &problem), ST_OK);
    assert_int_equal(vault_renew(lost, "2023-03-04T02:00:00.000Z", &problem), ST_OK);
    assert_int_equal(vault_load(lost, &vault, &problem), ST_OK);
    assert_int_equal(vault_oldest(vault), 1);
    vault_destroy(&vault);
    int file = open(lost, O_RDONLY);
    assert_true(file >= 0);
    size_t before = s_content(file, text, sizeof text);
    const char *last = strstr(text, "\"version\": 1");
    assert_non_null(last);
    const char *key = strstr(last, "\"key\": \"");
    assert_non_null(key);
    memcpy(secret, key + 8, sizeof secret - 1);
    secret[sizeof secret - 1] = '\0';

    assert_int_equal(vault_forget(lost, 2, &problem), ST_OK);
    assert_int_equal(s_content(file, text, sizeof text), before);
    for (size_t i = 0; i < before; i++)
        assert_int_equal(text[i], 0); /* overwritten, not only without a name */
    close(file);
    assert_int_equal(vault_load(lost, &vault, &problem), ST_OK);
    assert_int_equal(vault_oldest(vault), 2);
    assert_int_equal(vault_version(vault), 2);
    vault_destroy(&vault);
    file = open(lost, O_RDONLY);
    s_content(file, text, sizeof text);
    assert_null(strstr(text, secret));
    close(file);
    snprintf(lost, sizeof lost, "%s/none.json", folder);
    assert_int_equal(vault_forget(lost, 2, &problem), ST_BROKEN);
}

/* Whoever renews at the same time gets a key of his own, and none is lost. */
static void test_together(void **state)
{
    (void)state;
    enum { PROCESSES = 12 };
    char shared[300];
    pid_t processes[PROCESSES];
    problem_t problem;
    vault_t *vault;
    snprintf(shared, sizeof shared, "%s/together.json", folder);
    for (int i = 0; i < PROCESSES; i++)
        if ((processes[i] = fork()) == 0)
            _exit(vault_renew(shared, SINCE, &problem) == ST_OK ? 0 : 1);
    for (int i = 0, status; i < PROCESSES; i++) {
        assert_int_equal(waitpid(processes[i], &status, 0), processes[i]);
        assert_int_equal(status, 0);
    }
    assert_int_equal(vault_load(shared, &vault, &problem), ST_OK);
    assert_int_equal(vault_version(vault), PROCESSES);
    vault_destroy(&vault);
}

static void test_full(void **state)
{
    (void)state;
    problem_t problem;
    vault_t *vault;
    status_t status = ST_OK;
    for (int i = 0; status == ST_OK && i < 100; i++)
        status = vault_renew(path, SINCE, &problem);
    assert_int_equal(status, ST_CONFLICT);
    assert_int_equal(vault_load(path, &vault, &problem), ST_OK);
    assert_int_equal(vault_version(vault), VAULT_KEYS_MOST + 1);
    vault_destroy(&vault);
}

static void test_digests(void **state)
{
    (void)state;
    tree_t tree = {.digest_version = 1}, other = {.digest_version = 2, .digest_key = {1}};
    hash_t nik = digest_value(&tree, "nik", "6271010101900001"),
           nib = digest_value(&tree, "nib", "6271010101900001"), found;
    hash_t elsewhere = digest_value(&other, "nik", "6271010101900001");
    char text[HASH_TEXT];
    hash_text(&nik, text);
    /* by Python's hmac module */
    assert_string_equal(text, "9b6615a5a85491f27c2246e103ac8215ffa1dd4c4ec72baa099c76ee5edb6b8d");
    assert_memory_not_equal(&nik, &nib, sizeof nik);
    assert_memory_not_equal(&nik, &elsewhere, sizeof nik);

    sealing_key_t centre, province;
    uint8_t sealed[DIGEST_SEALED], again[DIGEST_SEALED];
    sealing_key_make(&centre);
    sealing_key_make(&province);
    assert_true(digest_seal(centre.public_key, &nik, sealed));
    assert_true(digest_seal(centre.public_key, &nik, again));
    assert_memory_not_equal(sealed, again, sizeof sealed);
    assert_true(digest_open(&centre, sealed, &found));
    assert_memory_equal(&found, &nik, sizeof nik);
    assert_false(digest_open(&province, sealed, &found));

    /* what the centre keeps; again by Python's hmac: key of 32 bytes 07, b"matching\0" + the digest above */
    digest_key_t own;
    memset(own.bytes, 7, sizeof own.bytes);
    hash_t match = digest_match(&own, &nik);
    hash_text(&match, text);
    assert_string_equal(text, "80e334c778ab8804480a4a8410077691e6d8ed5998b02d8e71905e1465f64fbd");
}

static void test_request(void **state)
{
    (void)state;
    problem_t problem;
    digest_key_t key, again;
    char file[300], text[HASH_TEXT];
    digest_key_make(&key);
    snprintf(file, sizeof file, "%s/digest.json", folder);
    assert_int_equal(digest_key_save(&key, file, &problem), ST_OK);
    assert_int_equal(digest_key_load(file, &again, &problem), ST_OK);
    hash_t plain = digest_request(NULL, "abc", 3), keyed = digest_request(&key, "abc", 3),
           same = digest_request(&again, "abc", 3);
    hash_text(&plain, text);
    assert_string_equal(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_memory_not_equal(&plain, &keyed, sizeof plain);
    assert_memory_equal(&keyed, &same, sizeof keyed);
}

int main(void)
{
    const char *scratch = getenv("SINERGI_SCRATCH");
    snprintf(folder, sizeof folder, "%s/vault-XXXXXX", scratch ? scratch : "/tmp");
    if (!mkdtemp(folder))
        return 1;
    snprintf(path, sizeof path, "%s/personal.json", folder);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_field),    cmocka_unit_test(test_wrapping),
                                       cmocka_unit_test(test_full),     cmocka_unit_test(test_destroyed),
                                       cmocka_unit_test(test_together), cmocka_unit_test(test_digests),
                                       cmocka_unit_test(test_request)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
