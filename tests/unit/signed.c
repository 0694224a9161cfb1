/* signed - signed texts are read strictly: every line that is not exactly the grammar is named
 *
 * shows: M9 law-11
 * cost: cpu 1
 */
#include "_example.h"

static example_t example;

/* Replace the line with this number (0 is the first) and expect the refusal at `at`; NULL expects ok. */
static void s_line(bool seal, int line, const char *with, const char *at)
{
    const char *text = seal ? example.seals[1].text : example.nodes[2].text, *start = text;
    for (int i = 0; i < line; i++)
        start = strchr(start, '\n') + 1;
    const char *rest = strchr(start, '\n');
    char changed[2048];
    int length = snprintf(changed, sizeof changed, "%.*s%s%s", (int)(start - text), text, with, rest);
    seal_t seal_found;
    certificate_t certificate_found;
    problem_t problem = {0};
    status_t status = seal ? seal_read(changed, (size_t)length, &seal_found, &problem)
                           : certificate_read(changed, (size_t)length, &certificate_found, &problem);
    assert_int_equal(status, at ? ST_INVALID : ST_OK);
    assert_string_equal(problem.code, !at ? "" : seal ? "seal.form" : "certificate.form");
    assert_string_equal(problem.at, at ? at : "");
}

static void test_seal_lines(void **state)
{
    (void)state;
    static const struct {
        int line;
        const char *with, *at;
    } cases[] = {{0, "sinergi-seal-2", "kind"},
                 {0, "sinergi-drill-seal-1", NULL},
                 {0, "sinergi-drill-drill-seal-1", "kind"},
                 {1, "62.71", "node"},
                 {1, "62.71-01", "node"},
                 {1, "62.71-1234567890", "node"},
                 {1, "", "node"},
                 {1, "6.71-1", "node"},
                 {2, "01860fda-2500-7000-8000-0000000000EE", "epoch"},
                 {3, "0", "number"},
                 {3, "02", "number"},
                 {3, "+2", "number"},
                 {3, "9223372036854775808", "number"},
                 {3, "9223372036854775807", NULL},
                 {3, " 2", "number"},
                 {3, "1", "previous"},
                 {4, "0", "leaves"},
                 {4, "9223372036854775807", "leaves"},
                 {5, "0", "leaves"},
                 {5, "1025", "leaves"},
                 {5, "1024", NULL},
                 {6, "00", "root"},
                 {7, "-1", "up"},
                 {8, "", "down"},
                 {9, "0x", "previous"},
                 {9, "0000000000000000000000000000000000000000000000000000000000000000", "previous"},
                 {10, "", "key"},
                 {11, "2023-02-29T02:00:00.000Z", "time"},
                 {11, "2024-02-29T23:59:59.999Z", NULL},
                 {11, "2023-02-02T24:00:00.000Z", "time"},
                 {11, "2023-02-02T02:00:00Z", "time"},
                 {11, "2023-13-02T02:00:00.000Z", "time"},
                 {11, "2023-02-02 02:00:00.000Z", "time"},
                 {11, "2023-02-02T02:00:60.000Z", "time"},
                 {11, "2023-02-02T02:00:00.000Z\n", "end"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        s_line(true, cases[i].line, cases[i].with, cases[i].at);
}

static void test_certificate_lines(void **state)
{
    (void)state;
#define SIXTEEN "01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16"
    static const struct {
        int line;
        const char *with, *at;
    } cases[] = {{0, "sinergi-seal-1", "kind"},
                 {1, "", "certificate"},
                 {2, "root", "node"},
                 {3, "", "regions"},
                 {3, "62 ", "regions"},
                 {3, "62  61", "regions"},
                 {3, " 62", "regions"},
                 {3, "62.7", "regions"},
                 {3, SIXTEEN, NULL},
                 {3, SIXTEEN " 17", "regions"},
                 {4, "7]E8AR#tG%Y*hVU{N=F[+@Ba$R9-VUzb>xnv4A9", "curve"},
                 {4, "7]E8AR#tG%Y*hVU{N=F[+@Ba$R9-VUzb>xnv4A9\"", "curve"},
                 {4, "########################################", "curve"},
                 {5, "zz", "signing"},
                 {6, "", "sealing"},
                 {7, "2025-01-01T00:00:00.000Z", "to"},
                 {7, "now", "from"},
                 {8, "2022-01-01T00:00:00.000Z", "to"},
                 {9, "-", "replaces"},
                 {10, "Root", "issuer"},
                 {10, "root", NULL},
                 {10, "root ", "issuer"},
                 {11, "", "key"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        s_line(false, cases[i].line, cases[i].with, cases[i].at);
}

/* Cut anywhere, or followed by anything, it is none. A copy of exactly its length lets a sanitizer see every
 * byte read too far. */
static void test_cut(void **state)
{
    (void)state;
    const example_node_t *node = &example.nodes[2];
    certificate_t found;
    for (size_t length = 0; length < node->length; length++) {
        char *text = malloc(length + 1);
        memcpy(text, node->text, length);
        assert_int_equal(certificate_read(text, length, &found, NULL), ST_INVALID);
        free(text);
    }
    assert_int_equal(certificate_read(node->text, node->length + 1, &found, NULL), ST_INVALID);
}

static void test_signature(void **state)
{
    (void)state;
    const example_seal_t *seal = &example.seals[0];
    signature_t signature = seal->signature;
    const uint8_t *key = example.nodes[2].signing.public_key;
    assert_true(signed_by(seal->text, seal->length, &signature, key));
    assert_false(signed_by(seal->text, seal->length - 1, &signature, key));
    assert_false(signed_by(seal->text, seal->length, &signature, example.nodes[1].signing.public_key));
    signature.bytes[63] ^= 1;
    assert_false(signed_by(seal->text, seal->length, &signature, key));
}

static void test_regions(void **state)
{
    (void)state;
    assert_true(region_below("62.71", "62"));
    assert_true(region_below("62.71", "00"));
    assert_true(region_below("62.71", "62.71"));
    assert_false(region_below("62", "62.71"));
    assert_false(region_below("00", "62"));
    assert_false(region_below("62.71", "62.7"));
    assert_false(region_below("61.71", "62"));
    assert_true(node_name_is("00-1", 4));
    assert_false(node_name_is("00-0", 4));
    assert_false(node_name_is("00-", 3));
    assert_false(node_name_is("", 0));
}

int main(void)
{
    example_make(&example, false);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_seal_lines),
                                       cmocka_unit_test(test_certificate_lines), cmocka_unit_test(test_cut),
                                       cmocka_unit_test(test_signature), cmocka_unit_test(test_regions)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
