/* relay_key_file - the files of a rotation: the old bytes are gone from the disk, and the chain counts under the old key and the new one
 *
 * shows: I6
 * cost: cpu 1
 * area: trust
 */
#include "_example.h"

#include <sys/stat.h>

#include "../../services/relay/key_file.c"

static char folder[200] = "/tmp";

static const char *s_path(const char *name)
{
    static char path[2][300];
    static int turn;
    turn = !turn;
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

static void s_write(const char *name, const char *text)
{
    FILE *file = fopen(s_path(name), "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void s_holds(const char *name, const char *bytes, size_t length)
{
    char held[64];
    FILE *file = fopen(s_path(name), "r");
    assert_non_null(file);
    assert_int_equal(fread(held, 1, sizeof held, file), length);
    fclose(file);
    assert_memory_equal(held, bytes, length);
}

static void test_replace(void **state)
{
    (void)state;
    static const char zeros[6];
    s_write("used", "secret");
    s_write("next", "fresh");
    assert_int_equal(link(s_path("used"), s_path("blocks")), 0); /* another name of the old file */
    assert_int_equal(key_file_replace(s_path("next"), s_path("used"), NULL), ST_OK);
    s_holds("used", "fresh", 5);
    s_holds("blocks", zeros, sizeof zeros);
    assert_int_not_equal(access(s_path("next"), F_OK), 0);
    problem_t problem;
    assert_int_equal(key_file_replace(s_path("next"), s_path("used"), &problem), ST_BROKEN);
    assert_non_null(strstr(problem.why, s_path("used")));
    s_holds("used", "fresh", 5);
    s_write("blocks", "secret");
    assert_int_equal(link(s_path("blocks"), s_path("wiped")), 0);
    key_file_wipe(s_path("wiped"));
    s_holds("blocks", zeros, sizeof zeros);
    assert_int_not_equal(access(s_path("wiped"), F_OK), 0);
}

static const signed_certificate_t *s_find(certificates_t *set, const example_node_t *node)
{
    hash_t fingerprint = signing_fingerprint(node->signing.public_key);
    return certificates_find(set, node->name, &fingerprint, NULL);
}

static void s_add(certificates_t *set, const example_node_t *node)
{
    assert_int_equal(certificates_add(set, node->text, node->length, &node->signature, NULL), ST_OK);
}

/* The parent has new keys too since it certified the old ones: the old certificate counts under the parent's old one alone. */
static void test_chain(void **state)
{
    (void)state;
    example_t example;
    example_node_t parent = {.name = "62-1", .region = "62", .issuer = "00-1", .seed = 6};
    example_node_t own = {.name = "62.71-1", .region = "62.71", .issuer = "62-1", .seed = 7};
    example_make(&example, false);
    example_node(&parent, &example.nodes[0].signing, false);
    example_node(&own, &parent.signing, false);
    certificates_t *known = certificates_new(example.root.public_key, false);
    for (size_t i = 0; i < EXAMPLE_NODES; i++)
        s_add(known, &example.nodes[i]);
    s_add(known, &parent);
    s_add(known, &own);
    assert_int_equal(mkdir(s_path("certificates"), 0700), 0);
    const signed_certificate_t *newest = s_find(known, &own);
    assert_int_equal(key_file_chain(folder, newest, known, &example.nodes[2].signing, NULL), ST_OK);

    char *items;
    problem_t problem = {0};
    certificates_t *read = certificates_new(example.root.public_key, false);
    assert_int_equal(enrolment_chain_read(folder, &items, &problem), ST_OK);
    assert_int_equal(enrolment_chain_add(read, items, &problem), ST_OK);
    free(items);
    assert_non_null(s_find(read, &example.nodes[2]));
    assert_int_equal(certificates_count(read), EXAMPLE_NODES + 2);
    assert_ptr_equal(certificates_at(read, EXAMPLE_NODES + 1), s_find(read, &own));
    certificates_destroy(&read);
    certificates_destroy(&known);
}

int main(void)
{
    const char *scratch = getenv("SINERGI_SCRATCH");
    snprintf(folder, sizeof folder, "%s/key_file-XXXXXX", scratch ? scratch : "/tmp");
    if (!mkdtemp(folder))
        return 1;
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_replace), cmocka_unit_test(test_chain)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
