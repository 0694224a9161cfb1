/* merkle - trees and paths are RFC 6962's: by hand for small ones, against its recursive definition for 1 to
 * 1,100 leaves
 *
 * shows: M9
 * cost: cpu 6
 */
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "hex.h"
#include "merkle.h"

#define LEAVES 1100

static hash_t leaves[LEAVES];

/* MTH of RFC 6962, section 2.1, word for word. */
static hash_t s_mth(const hash_t *from, size_t count)
{
    if (count == 1)
        return from[0];
    size_t half = 1;
    while (half * 2 < count)
        half *= 2;
    uint8_t joined[1 + 2 * HASH_BYTES] = {1};
    hash_t left = s_mth(from, half), right = s_mth(from + half, count - half), hash;
    memcpy(joined + 1, left.bytes, HASH_BYTES);
    memcpy(joined + 1 + HASH_BYTES, right.bytes, HASH_BYTES);
    crypto_hash_sha256(hash.bytes, joined, sizeof joined);
    return hash;
}

/* PATH of RFC 6962, section 2.1.1; gives its length. */
static size_t s_path(size_t index, const hash_t *from, size_t count, hash_t *ret_path)
{
    if (count == 1)
        return 0;
    size_t half = 1;
    while (half * 2 < count)
        half *= 2;
    size_t length = index < half ? s_path(index, from, half, ret_path)
                                 : s_path(index - half, from + half, count - half, ret_path);
    ret_path[length] = index < half ? s_mth(from + half, count - half) : s_mth(from, half);
    return length + 1;
}

static void s_same(const hash_t *hash, const char *expected)
{
    char text[HASH_TEXT];
    hash_text(hash, text);
    assert_string_equal(text, expected);
}

/* The leaves of the test tree of RFC 6962's first implementation; its roots are published. */
static void test_published_roots(void **state)
{
    (void)state;
    static const char *const inputs[8] = {
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
    static const char *const roots[8] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                         "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                         "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                         "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                         "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                         "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                         "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
    merkle_t *tree = merkle_new();
    hash_t hashes[8];
    for (size_t i = 0; i < 8; i++) {
        uint8_t bytes[16];
        assert_true(hex_decode(inputs[i], strlen(inputs[i]), bytes));
        hashes[i] = merkle_leaf(bytes, strlen(inputs[i]) / 2);
        merkle_build(tree, hashes, i + 1);
        hash_t root = merkle_root(tree);
        s_same(&root, roots[i]);
    }
    merkle_destroy(&tree);
}

static void test_three_leaves_by_hand(void **state)
{
    (void)state;
    merkle_t *tree = merkle_new();
    hash_t path[MERKLE_PATH_MOST], left = merkle_inner(&leaves[0], &leaves[1]),
                                   top = merkle_inner(&left, &leaves[2]);
    merkle_build(tree, leaves, 3);
    hash_t root = merkle_root(tree);
    assert_memory_equal(&root, &top, sizeof top);
    assert_int_equal(merkle_path(tree, 0, path), 2);
    assert_memory_equal(&path[0], &leaves[1], sizeof *path);
    assert_memory_equal(&path[1], &leaves[2], sizeof *path);
    assert_int_equal(merkle_path(tree, 2, path), 1);
    assert_memory_equal(&path[0], &left, sizeof *path);
    merkle_destroy(&tree);
}

/* Every path leads to the root, and to it from no other index and at no other length. */
static void s_check_path(const merkle_t *tree, size_t index, size_t count, const hash_t *root,
                         bool recursively)
{
    hash_t path[MERKLE_PATH_MOST], naive[MERKLE_PATH_MOST], found;
    size_t length = merkle_path(tree, index, path);
    if (recursively) {
        assert_int_equal(s_path(index, leaves, count, naive), length);
        assert_memory_equal(path, naive, length * sizeof *path);
    }
    int64_t at = (int64_t)index, of = (int64_t)count;
    assert_true(merkle_climb(at, of, &leaves[index], path, length, &found));
    assert_memory_equal(&found, root, sizeof found);
    assert_false(merkle_climb(at, of, &leaves[index], path, length + 1, &found));
    assert_false(length > 0 && merkle_climb(at, of, &leaves[index], path, length - 1, &found));
    if (count > 1 && merkle_climb(at ^ 1, of, &leaves[index], path, length, &found))
        assert_memory_not_equal(&found, root, sizeof found);
}

static void test_all_sizes(void **state)
{
    (void)state;
    merkle_t *tree = merkle_new();
    for (size_t count = 1; count <= LEAVES; count++) {
        merkle_build(tree, leaves, count);
        hash_t root = merkle_root(tree), naive = s_mth(leaves, count);
        assert_memory_equal(&root, &naive, sizeof root);
        bool all = count <= 70;
        for (size_t index = 0; index < count; index += all ? 1 : count / 7)
            s_check_path(tree, index, count, &root, all || count % 50 == 0);
        s_check_path(tree, count - 1, count, &root, all || count % 50 == 0);
    }
    merkle_destroy(&tree);
}

static void test_impossible_places(void **state)
{
    (void)state;
    hash_t path[MERKLE_PATH_MOST] = {{{0}}}, found;
    assert_false(merkle_climb(0, 0, &leaves[0], path, 0, &found));
    assert_false(merkle_climb(-1, 4, &leaves[0], path, 2, &found));
    assert_false(merkle_climb(4, 4, &leaves[0], path, 2, &found));
    assert_false(merkle_climb(0, INT64_MAX, &leaves[0], path, MERKLE_PATH_MOST, &found));
    assert_true(merkle_climb(0, 1, &leaves[0], path, 0, &found));
    assert_memory_equal(&found, &leaves[0], sizeof found);
}

int main(void)
{
    for (size_t i = 0; i < LEAVES; i++)
        leaves[i] = merkle_leaf(&i, sizeof i);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_roots), cmocka_unit_test(test_three_leaves_by_hand),
        cmocka_unit_test(test_all_sizes), cmocka_unit_test(test_impossible_places)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
