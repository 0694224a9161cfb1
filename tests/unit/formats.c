/* formats - the worked bytes of proto/examples are what the code makes and reads; `unit_formats write` writes
 * them anew
 *
 * shows: M9
 * cost: cpu 1
 */
#include "_example.h"
#include "token.h"

#define FOLDER SINERGI_SOURCE_SHARE "/proto/examples/"

static bool writing;
static example_t example;

/* The file holds exactly these bytes (or is made to). */
static void s_same(const char *name, const char *text, size_t length)
{
    char path[512];
    snprintf(path, sizeof path, FOLDER "%s", name);
    FILE *file = fopen(path, writing ? "w" : "r");
    assert_non_null(file);
    if (writing) {
        assert_int_equal(fwrite(text, 1, length, file), length);
        assert_int_equal(fclose(file), 0);
        return;
    }
    static char found[65536];
    size_t size = fread(found, 1, sizeof found, file);
    fclose(file);
    assert_int_equal(size, length);
    assert_memory_equal(found, text, length);
}

static int s_key_line(char *to, size_t size, const char *name, uint8_t seed)
{
    signing_key_t key;
    char secret[HASH_TEXT], public_key[HASH_TEXT], fingerprint[HASH_TEXT];
    example_signing(seed, &key);
    hex_text(key.secret_key, KEY_BYTES, secret);
    hex_text(key.public_key, KEY_BYTES, public_key);
    hash_t hash = signing_fingerprint(key.public_key);
    hash_text(&hash, fingerprint);
    return snprintf(to, size, "%s %s %s %s\n", name, secret, public_key, fingerprint);
}

static void test_keys(void **state)
{
    (void)state;
    char text[2048];
    int length = s_key_line(text, sizeof text, "root", 1);
    for (size_t i = 0; i < EXAMPLE_NODES; i++)
        length += s_key_line(text + length, sizeof text - (size_t)length, example.nodes[i].name,
                             example.nodes[i].seed);
    s_same("keys.txt", text, (size_t)length);
}

static void test_seal(void **state)
{
    (void)state;
    const example_seal_t *made = &example.seals[0];
    seal_t seal;
    char again[SEAL_TEXT];
    s_same("seal.txt", made->text, made->length);
    assert_int_equal(seal_read(made->text, made->length, &seal, NULL), ST_OK);
    assert_int_equal(seal_write(&seal, again), made->length);
    assert_memory_equal(again, made->text, made->length);
}

static void test_certificate(void **state)
{
    (void)state;
    const example_node_t *node = &example.nodes[2];
    certificate_t certificate;
    char again[CERTIFICATE_TEXT];
    s_same("certificate.txt", node->text, node->length);
    assert_int_equal(certificate_read(node->text, node->length, &certificate, NULL), ST_OK);
    assert_int_equal(certificate_write(&certificate, again), node->length);
    assert_memory_equal(again, node->text, node->length);
}

static void test_revocation(void **state)
{
    (void)state;
    revocation_t revocation = {.certificate = example.nodes[2].certificate.certificate,
                               .node = "62.71-1",
                               .epoch = example.epoch,
                               .number = 1,
                               .time = EXAMPLE_TIME,
                               .issuer = "62-1"};
    revocation.hash = hash_of(example.seals[0].text, example.seals[0].length);
    revocation.key = signing_fingerprint(example.nodes[1].signing.public_key);
    char text[REVOCATION_TEXT], again[REVOCATION_TEXT];
    size_t length = revocation_write(&revocation, text);
    s_same("revocation.txt", text, length);
    revocation_t read;
    assert_int_equal(revocation_read(text, length, &read, NULL), ST_OK);
    assert_int_equal(revocation_write(&read, again), length);
    assert_memory_equal(again, text, length);
}

static void test_batch(void **state)
{
    (void)state;
    batch_writer_t *writer = batch_writer_new();
    size_t length, packed_length;
    example_batch(&example, writer);
    const void *packed = batch_writer_finish(writer, 7, &packed_length);
    const char *text = batch_writer_text(writer, &length);
    s_same("batch.txt", text, length);

    batch_reader_t *reader = batch_reader_new();
    batch_item_t item;
    int events = 0, others = 0;
    assert_int_equal(batch_reader_open(reader, packed, packed_length, NULL), ST_OK);
    assert_string_equal(batch_reader_header(reader)->lane, "normal");
    assert_int_equal(batch_reader_header(reader)->upto, 7);
    while (batch_reader_next(reader, &item)) {
        if (item.kind != BATCH_EVENT) {
            others++;
            continue;
        }
        const batch_item_t *expected = &example.items[item.leaf - 1];
        assert_int_equal(item.length, expected->length);
        assert_memory_equal(item.bytes, expected->bytes, item.length);
        assert_string_equal(item.node, expected->node);
        assert_int_equal(item.index, expected->index);
        assert_int_equal(item.path_length, expected->path_length);
        assert_memory_equal(item.path, expected->path, item.path_length * HASH_BYTES);
        events++;
    }
    assert_null(batch_reader_problem(reader));
    assert_int_equal(events, 4);
    assert_int_equal(others, 5);
    batch_reader_destroy(&reader);
    batch_writer_destroy(&writer);
}

static void test_proof(void **state)
{
    (void)state;
    batch_writer_t *writer = batch_writer_new();
    size_t length;
    const char *text = example_proof(&example, writer, 2, &length);
    proof_t proof;
    problem_t problem = {0};
    s_same("proof.txt", text, length);
    assert_int_equal(proof_check(text, length, example.root.public_key, false, &proof, &problem), ST_OK);
    assert_int_equal(proof.leaf, 3);
    assert_int_equal(proof.certificates, 3);
    assert_string_equal(proof.region, "62.71");
    batch_writer_destroy(&writer);
}

static void test_token(void **state)
{
    (void)state;
    token_t token = {.node = "62.03-1",
                     .region = "62.03",
                     .expires = "2023-02-09T02:00:00.000Z",
                     .endpoint = "tcp://62.example.id:7600",
                     .server = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID",
                     .secret = "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"};
    token.root = signing_fingerprint(example.root.public_key);
    char text[TOKEN_TEXT];
    size_t length = token_write(&token, text);
    s_same("token.txt", text, length);
}

int main(int argc, char **argv)
{
    writing = argc == 2 && strcmp(argv[1], "write") == 0;
    example_make(&example, false);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_keys),        cmocka_unit_test(test_seal),
                                       cmocka_unit_test(test_certificate), cmocka_unit_test(test_revocation),
                                       cmocka_unit_test(test_batch),       cmocka_unit_test(test_proof),
                                       cmocka_unit_test(test_token)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
