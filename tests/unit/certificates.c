/* certificates - who may revoke, what a revocation takes with it, and which seals it refuses
 *
 * shows: I1 I6
 * cost: cpu 1
 * area: trust
 */
#include "_example.h"

static example_t example;
static example_node_t sibling = {.name = "62.72-1", .region = "62.72", .issuer = "62-1", .seed = 5};
static certificates_t *set;

static void s_add(const example_node_t *node, const char *code)
{
    problem_t problem = {0};
    status_t status = certificates_add(set, node->text, node->length, &node->signature, &problem);
    assert_int_equal(status == ST_OK, code == NULL);
    assert_string_equal(problem.code, code ? code : "");
}

static int s_fresh(void **state)
{
    (void)state;
    example_make(&example, false);
    example_node(&sibling, &example.nodes[1].signing, false);
    set = certificates_new(example.root.public_key, false);
    for (size_t i = 0; i < EXAMPLE_NODES; i++)
        s_add(&example.nodes[i], NULL);
    s_add(&sibling, NULL);
    return 0;
}

static int s_done(void **state)
{
    (void)state;
    certificates_destroy(&set);
    return 0;
}

/* A revocation of the district's certificate, which accepts its seals up to `number`. */
static revocation_t s_revocation(const char *issuer, const signing_key_t *key, size_t number)
{
    revocation_t revocation = {.certificate = example.nodes[2].certificate.certificate,
                               .node = "62.71-1",
                               .epoch = example.epoch,
                               .number = (int64_t)number,
                               .time = EXAMPLE_TIME,
                               .key = signing_fingerprint(key->public_key)};
    snprintf(revocation.issuer, sizeof revocation.issuer, "%s", issuer);
    if (number)
        revocation.hash = hash_of(example.seals[number - 1].text, example.seals[number - 1].length);
    return revocation;
}

static void s_say(const revocation_t *revocation, const signing_key_t *key, const char *code)
{
    char text[REVOCATION_TEXT];
    signature_t signature;
    problem_t problem = {0};
    size_t length = revocation_write(revocation, text), before = certificates_revocation_count(set);
    signed_sign(text, length, key, &signature);
    status_t status = certificates_revoke(set, text, length, &signature, &problem);
    assert_int_equal(status == ST_OK, code == NULL);
    assert_string_equal(problem.code, code ? code : "");
    if (code)
        assert_int_equal(certificates_revocation_count(set), before);
}

static void s_revoke(const char *issuer, const signing_key_t *key, size_t number, const char *code)
{
    revocation_t revocation = s_revocation(issuer, key, number);
    s_say(&revocation, key, code);
}

static void s_seal(const example_seal_t *seal, const char *code)
{
    seal_t read;
    problem_t problem = {0};
    status_t status = proof_seal(set, seal->text, seal->length, &seal->signature, &read, &problem);
    assert_int_equal(status == ST_OK, code == NULL);
    assert_string_equal(problem.code, code ? code : "");
}

static void test_who(void **state)
{
    (void)state;
    const example_node_t *centre = &example.nodes[0], *province = &example.nodes[1],
                         *district = &example.nodes[2];
    s_revoke("62.72-1", &sibling.signing, 1, "revocation.issuer");
    s_revoke("62.71-1", &district->signing, 1, "revocation.issuer");
    s_revoke("62-1", &sibling.signing, 1, "revocation.issuer");
    s_revoke("root", &centre->signing, 1, "revocation.issuer");
    revocation_t forged = s_revocation("62-1", &province->signing, 1);
    s_say(&forged, &sibling.signing, "revocation.signature");
    forged.drill = true;
    s_say(&forged, &province->signing, "revocation.drill");
    forged = s_revocation("62-1", &province->signing, 1);
    forged.certificate = example_uuid(0x77);
    s_say(&forged, &province->signing, "revocation.certificate_unknown");
    forged = s_revocation("62-1", &province->signing, 1);
    snprintf(forged.node, sizeof forged.node, "62.72-1"); /* the certificate is another node's */
    s_say(&forged, &province->signing, "revocation.certificate_unknown");
    assert_null(certificates_revoked(set, "62.71-1", &example.seals[0].seal.key));
    s_revoke("root", &example.root, 1, NULL);
    s_revoke("00-1", &centre->signing, 1, NULL);
    s_revoke("62-1", &province->signing, 1, NULL);
    s_revoke("62-1", &province->signing, 1, NULL); /* the same text again changes nothing */
    s_revoke("62-1", &province->signing, 2, NULL); /* nor does what takes back less */
    assert_int_equal(certificates_revocation_count(set), 3);
}

static void test_seals(void **state)
{
    (void)state;
    s_seal(&example.seals[1], NULL);
    s_revoke("62-1", &example.nodes[1].signing, 2, NULL);
    s_seal(&example.seals[1], NULL);
    s_revoke("00-1", &example.nodes[0].signing, 1, NULL); /* the one that takes back more holds */
    s_seal(&example.seals[0], NULL);
    s_seal(&example.seals[1], "seal.revoked");
    example.seals[0].seal.up++; /* another seal of the last number that is accepted */
    example_sign(&example, &example.seals[0]);
    s_seal(&example.seals[0], "seal.revoked");
    s_revoke("root", &example.root, 0, NULL);
    example.seals[0].seal.up--;
    example_sign(&example, &example.seals[0]);
    s_seal(&example.seals[0], "seal.revoked");
}

/* Give the district another certificate, and seal 2 under its signing key. */
static void s_certify(uint8_t seed, const char *from)
{
    example_node_t *district = &example.nodes[2];
    district->seed = seed;
    example_node(district, &example.nodes[1].signing, false);
    district->certificate.certificate = example_uuid((uint8_t)(0x40 + seed));
    snprintf(district->certificate.from, INSTANT_TEXT, "%s", from);
    example_certify(district, &example.nodes[1].signing);
    s_add(district, NULL);
    example_seal(&example, 2, 6, 1);
}

static void test_other_certificates(void **state)
{
    (void)state;
    s_revoke("62-1", &example.nodes[1].signing, 1, NULL);
    s_certify(6, "2023-06-01T00:00:00.000Z");
    s_seal(&example.seals[1], NULL); /* younger, another key */
    s_certify(4, "2023-07-01T00:00:00.000Z");
    s_seal(&example.seals[1], "seal.revoked"); /* younger, the revoked key */
    s_certify(7, "2022-06-01T00:00:00.000Z");
    s_seal(&example.seals[1], "seal.revoked"); /* another key, not younger */
}

/* What hangs below: given before it stays, given after it does not count. */
static void test_below(void **state)
{
    (void)state;
    revocation_t revocation = s_revocation("00-1", &example.nodes[0].signing, 1);
    revocation.certificate = example.nodes[1].certificate.certificate;
    snprintf(revocation.node, sizeof revocation.node, "62-1");
    s_say(&revocation, &example.nodes[0].signing, NULL);
    s_seal(&example.seals[1], NULL);
    example_node_t later = {.name = "62.73-1", .region = "62.73", .issuer = "62-1", .seed = 8};
    example_node(&later, &example.nodes[1].signing, false);
    s_add(&later, "certificate.revoked");
    s_add(&sibling, NULL); /* it is here already */
    revocation_t by_revoked = s_revocation("62-1", &example.nodes[1].signing, 0);
    s_say(&by_revoked, &example.nodes[1].signing, "revocation.issuer");
}

/* So many certificates of nodes of a region, named by numbers from `first` on. */
static void s_issue(const example_node_t *issuer, const char *region, int first, int count, const char *code)
{
    for (int i = first; i < first + count; i++) {
        char name[32];
        snprintf(name, sizeof name, "%.6s-%d", region, i);
        example_node_t node = {.name = name, .region = region, .issuer = issuer->name, .seed = 9};
        example_node(&node, &issuer->signing, false);
        node.certificate.certificate.bytes[14] = (uint8_t)(i >> 8);
        node.certificate.certificate.bytes[13] = (uint8_t)i;
        example_certify(&node, &issuer->signing);
        s_add(&node, code);
    }
}

/* A stolen key of a district, then of its province, fills nobody's room but its own. */
static void test_room(void **state)
{
    (void)state;
    const example_node_t *centre = &example.nodes[0], *province = &example.nodes[1],
                         *district = &example.nodes[2];
    s_issue(district, "62.71", 100, LIMIT_PART_DISTRICT, NULL);
    s_issue(district, "62.71", 900, 1, "certificate.full");
    s_issue(&sibling, "62.72", 100, 1, NULL);
    s_issue(province, "62.73", 100, LIMIT_PART_PROVINCE - 2, NULL);
    s_issue(province, "62.73", 900, 1, "certificate.full");
    s_issue(&sibling, "62.72", 200, 1, NULL);
    s_issue(centre, "63", 100, 1, NULL);
    for (size_t i = 0; i <= LIMIT_PART_PROVINCE; i++) { /* each takes back more than the one before */
        revocation_t revocation = s_revocation("62-1", &province->signing, 1);
        revocation.number = LIMIT_PART_PROVINCE + 1 - (int64_t)i;
        s_say(&revocation, &province->signing, i < LIMIT_PART_PROVINCE ? NULL : "revocation.full");
    }
    s_revoke("00-1", &centre->signing, 1, NULL);
}

/* Who has the district's key certifies another key under its name and number: that shields the revoked one not. */
static void test_same_number(void **state)
{
    (void)state;
    const example_node_t *district = &example.nodes[2];
    example_node_t shield = {.name = "62.71-1", .region = "62.71", .issuer = "62.71-1", .seed = 9};
    example_node(&shield, &district->signing, false);
    shield.certificate.certificate = district->certificate.certificate;
    snprintf(shield.certificate.from, INSTANT_TEXT, "2001-01-01T00:00:00.000Z");
    example_certify(&shield, &district->signing);
    s_add(&shield, NULL);
    s_revoke("62-1", &example.nodes[1].signing, 0, NULL);
    s_seal(&example.seals[1], "seal.revoked");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_who, s_fresh, s_done),
        cmocka_unit_test_setup_teardown(test_seals, s_fresh, s_done),
        cmocka_unit_test_setup_teardown(test_other_certificates, s_fresh, s_done),
        cmocka_unit_test_setup_teardown(test_below, s_fresh, s_done),
        cmocka_unit_test_setup_teardown(test_room, s_fresh, s_done),
        cmocka_unit_test_setup_teardown(test_same_number, s_fresh, s_done)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
