/* proof - whatever is broken in a proof is named, and nothing broken counts
 *
 * shows: M9 I5
 * cost: cpu 2
 */
#include "_example.h"

static example_t example;
static batch_writer_t *writer;

static void s_expect(const char *text, size_t length, const char *code)
{
    proof_t proof;
    problem_t problem = {0};
    status_t status = proof_check(text, length, example.root.public_key, example.drill, &proof, &problem);
    if (!code)
        assert_int_equal(status, ST_OK);
    else {
        assert_int_not_equal(status, ST_OK);
        assert_string_equal(problem.code, code);
    }
}

/* The proof of leaf 3 as the example now stands. */
static void s_expect_now(const char *code)
{
    size_t length;
    const char *text = example_proof(&example, writer, 2, &length);
    s_expect(text, length, code);
}

static int s_fresh(void **state)
{
    (void)state;
    example_make(&example, false);
    return 0;
}

/* Give leaf 3 other bytes and seal all anew. */
static void s_rewrite(const char *from, const char *to)
{
    char text[1024];
    char *at = strstr(example.events[2], from);
    assert_non_null(at);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - example.events[2]), example.events[2], to,
             at + strlen(from));
    snprintf(example.events[2], sizeof example.events[2], "%s", text);
    example.items[2].length = strlen(example.events[2]);
    example_seal(&example, 1, 1, 5);
}

static void test_event(void **state)
{
    (void)state;
    s_expect_now(NULL);
    example.events[2][example.items[2].length - 4] ^= 1;
    s_expect_now("proof.root");
}

static void test_source(void **state)
{
    (void)state;
    s_rewrite("\"source\":\"62.71-1\"", "\"source\":\"62.72-1\"");
    s_expect_now("proof.source");
}

static void test_region(void **state)
{
    (void)state;
    s_rewrite("\"region\":\"62.71\"", "\"region\":\"62.72\"");
    s_expect_now("proof.region");
    s_rewrite("\"region\":\"62.72\"",
              "\"region\":\"62.72\",\"behalf\":\"01860fda-2500-7000-8000-0000000000aa\"");
    size_t length;
    proof_t proof;
    const char *text = example_proof(&example, writer, 2, &length);
    assert_int_equal(proof_check(text, length, example.root.public_key, false, &proof, NULL), ST_OK);
    assert_true(proof.behalf);
}

static void test_no_event(void **state)
{
    (void)state;
    s_rewrite("{\"specversion\"", "[\"specversion\"");
    s_expect_now("proof.event");
}

static void test_doubled_member(void **state)
{
    (void)state;
    s_rewrite("\"region\":\"62.71\"", "\"region\":\"62.72\",\"region\":\"62.71\"");
    s_expect_now("proof.event");
}

static void test_place(void **state)
{
    (void)state;
    batch_item_t *item = &example.items[2], good = *item;
    item->index = 5;
    s_expect_now("proof.index");
    item->index = 3;
    s_expect_now("proof.root");
    *item = good;
    item->path_length--;
    s_expect_now("proof.path");
    *item = good;
    item->leaf = 4;
    s_expect_now("proof.leaf");
    *item = good;
    item->seal = 2;
    s_expect_now("proof.seal");
    *item = good;
    item->epoch.bytes[15] ^= 1;
    s_expect_now("proof.seal");
    *item = good;
    item->node[6] = '2';
    s_expect_now("proof.seal");
}

static void test_seal(void **state)
{
    (void)state;
    example_seal_t *seal = &example.seals[0];
    seal->signature.bytes[0] ^= 1;
    s_expect_now("seal.signature");
    seal->seal.key.bytes[0] ^= 1;
    example_sign(&example, seal);
    s_expect_now("seal.certificate_unknown");
    seal->seal.key.bytes[0] ^= 1;
    seal->seal.drill = true;
    example_sign(&example, seal);
    s_expect_now("seal.drill");
    seal->text[0] = 'S';
    s_expect_now("seal.form");
}

static void test_certificate(void **state)
{
    (void)state;
    example_node_t *province = &example.nodes[1], good = *province;
    province->signature.bytes[0] ^= 1;
    s_expect_now("certificate.signature");
    *province = good;
    province->text[0] = 'S';
    s_expect_now("certificate.form");
    *province = good;
    province->certificate.drill = true;
    example_certify(province, &example.nodes[0].signing);
    s_expect_now("certificate.drill");
    *province = good;
    example_certify(province, &example.nodes[2].signing);
    s_expect_now("certificate.issuer_unknown");
    *province = good;
    snprintf(province->certificate.regions[0], REGION_TEXT, "61");
    example_certify(province, &example.nodes[0].signing);
    s_expect_now("certificate.region");
    *province = good;
    s_expect_now(NULL);
}

/* A district that signs its own certificate, or is signed by a root of its own. */
static void test_usurper(void **state)
{
    (void)state;
    example_node_t *district = &example.nodes[2];
    snprintf(district->certificate.issuer, NODE_NAME_TEXT, "62.71-1");
    example_certify(district, &district->signing);
    s_expect_now("certificate.issuer_unknown");
    snprintf(district->certificate.issuer, NODE_NAME_TEXT, "root");
    example_certify(district, &district->signing);
    s_expect_now("certificate.key");
}

static void test_other_root(void **state)
{
    (void)state;
    example_signing(9, &example.root);
    s_expect_now("certificate.key");
}

static void test_drill_counts_in_a_drill_alone(void **state)
{
    (void)state;
    example_make(&example, true);
    s_expect_now(NULL);
    example.drill = false;
    s_expect_now("certificate.drill");
}

static void test_long_chain(void **state)
{
    (void)state;
    certificates_t *certificates = certificates_new(example.root.public_key, false);
    example_node_t node = example.nodes[0], next;
    for (unsigned depth = 1; depth <= LIMIT_CHAIN_CERTIFICATES + 1; depth++, node = next) {
        problem_t problem = {0};
        status_t status = certificates_add(certificates, node.text, node.length, &node.signature, &problem);
        assert_int_equal(status, depth <= LIMIT_CHAIN_CERTIFICATES ? ST_OK : ST_DENIED);
        assert_string_equal(problem.code, depth <= LIMIT_CHAIN_CERTIFICATES ? "" : "certificate.chain");
        next = node;
        next.issuer = "00-1";
        next.seed = (uint8_t)(100 + depth);
        example_node(&next, &node.signing, false);
    }
    assert_int_equal(certificates_count(certificates), LIMIT_CHAIN_CERTIFICATES);
    const signed_certificate_t *chain[LIMIT_CHAIN_CERTIFICATES];
    const signed_certificate_t *last = certificates_at(certificates, LIMIT_CHAIN_CERTIFICATES - 1);
    assert_int_equal(certificates_chain(last, chain), LIMIT_CHAIN_CERTIFICATES);
    assert_ptr_equal(chain[0], certificates_at(certificates, 0));
    assert_ptr_equal(certificates_find(certificates, "00-1", &last->fingerprint, "62.71"), last);
    assert_null(certificates_find(certificates, "62-1", &last->fingerprint, NULL));
    certificates_destroy(&certificates);
}

static void test_order(void **state)
{
    (void)state;
    size_t length, again;
    char text[8192];
    const char *made = example_proof(&example, writer, 2, &length);
    memcpy(text, made, length);
    char *seal = strstr(text, "seal "), *event = strstr(text, "event ");
    size_t event_length = length - (size_t)(event - text);
    s_expect(text, (size_t)(event - text), "proof.order"); /* no event */
    memcpy(text + length, event, event_length);            /* two events */
    s_expect(text, length + event_length, "proof.order");
    again = (size_t)(event - seal); /* two seals */
    memcpy(text + length, event, event_length);
    memmove(event + again, event, event_length);
    memcpy(event, seal, again);
    s_expect(text, length + again, "proof.order");
    s_expect("sinergi-proof-1\n", 16, "proof.order");
    s_expect("sinergi-proof-2\n", 16, "proof.header");
    s_expect("sinergi-proof-1\nseal \n", 22, "proof.item");
}

/* No single byte of a proof can be another one. */
static void test_every_byte_counts(void **state)
{
    (void)state;
    size_t length;
    const char *made = example_proof(&example, writer, 2, &length);
    char *text = malloc(length);
    for (size_t i = 0; i < length; i += 3) {
        proof_t proof;
        memcpy(text, made, length);
        text[i] ^= 1;
        assert_int_not_equal(proof_check(text, length, example.root.public_key, false, &proof, NULL), ST_OK);
        memcpy(text, made, i);
        assert_int_not_equal(proof_check(text, i, example.root.public_key, false, &proof, NULL), ST_OK);
    }
    free(text);
}

int main(void)
{
    writer = batch_writer_new();
#define TEST(function) cmocka_unit_test_setup(function, s_fresh)
    const struct CMUnitTest tests[] = {TEST(test_event),
                                       TEST(test_source),
                                       TEST(test_region),
                                       TEST(test_no_event),
                                       TEST(test_place),
                                       TEST(test_seal),
                                       TEST(test_certificate),
                                       TEST(test_usurper),
                                       TEST(test_other_root),
                                       TEST(test_drill_counts_in_a_drill_alone),
                                       TEST(test_long_chain),
                                       TEST(test_order),
                                       TEST(test_every_byte_counts),
                                       TEST(test_doubled_member)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    batch_writer_destroy(&writer);
    return failed;
}
