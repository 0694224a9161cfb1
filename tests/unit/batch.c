/* batch - what a batch may hold is checked before anything is allocated, and a writer never makes what a
 * reader refuses
 *
 * shows: M8 law-11
 * cost: cpu 2
 */
#include <zstd.h>

#include "_example.h"

#define EPOCH "01860fda-2500-7000-8000-0000000000ee"
#define HEADER "sinergi-batch-1 bulk " EPOCH " 10 20\n"

static batch_reader_t *reader;
static batch_writer_t *writer;
static uuid_id_t epoch;

static void s_refused(const void *packed, size_t length, const char *code)
{
    problem_t problem = {0};
    batch_item_t item;
    assert_int_equal(batch_reader_open(reader, packed, length, &problem), ST_INVALID);
    assert_string_equal(problem.code, code);
    assert_false(batch_reader_next(reader, &item));
}

static void test_frames(void **state)
{
    (void)state;
    char text[256] = HEADER, packed[512];
    size_t length = ZSTD_compress(packed, sizeof packed, text, strlen(text), 1);
    assert_int_equal(batch_reader_open(reader, packed, length, NULL), ST_OK);
    s_refused(packed, length - 1, "batch.frame");
    s_refused(packed, length + 1, "batch.frame"); /* a byte after it */
    memcpy(packed + length, packed, length);
    s_refused(packed, 2 * length, "batch.frame"); /* two frames */
    s_refused(packed, 0, "batch.frame");
    s_refused("no frame at all", 15, "batch.frame");
    s_refused("\x50\x2a\x4d\x18\x04\0\0\0abcd", 12, "batch.frame"); /* a skippable frame */
    packed[0] ^= 0x55;
    s_refused(packed, length, "batch.frame");
}

/* A frame that does not say its size. */
static void test_silent_frame(void **state)
{
    (void)state;
    ZSTD_CCtx *context = ZSTD_createCCtx();
    char packed[512];
    ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
    size_t length = ZSTD_compress2(context, packed, sizeof packed, HEADER, strlen(HEADER));
    s_refused(packed, length, "batch.frame");
    ZSTD_freeCCtx(context);
}

static void test_bomb(void **state)
{
    (void)state;
    size_t size = LIMIT_LINK_BATCH_UNPACKED + 1, room = ZSTD_compressBound(size);
    char *zeros = calloc(1, size), *packed = malloc(room);
    size_t length = ZSTD_compress(packed, room, zeros, size, 1);
    assert_in_range(length, 1, LIMIT_LINK_BATCH_PACKED / 100);
    s_refused(packed, length, "batch.size");
    length = ZSTD_compress(packed, room, zeros, size - 1, 1);
    s_refused(packed, length, "batch.header");
    s_refused(zeros, LIMIT_LINK_BATCH_PACKED + 1, "batch.size");
    /* A terabyte by its header is refused by that header. */
    s_refused("\x28\xb5\x2f\xfd\xe0\0\0\0\0\0\1\0\0", 13, "batch.size");
    /* One that lies about its size: the frame's header says 1 byte. */
    char small[256];
    size_t small_length = ZSTD_compress(small, sizeof small, HEADER, strlen(HEADER), 1);
    small[5] = 1;
    s_refused(small, small_length, "batch.frame");
    free(zeros);
    free(packed);
}

static void test_headers(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "sinergi-batch-1",
                                      "sinergi-batch-2 bulk " EPOCH " 10 20\n",
                                      "sinergi-batch-1 slow " EPOCH " 10 20\n",
                                      "sinergi-batch-1 bulk " EPOCH " 20 10\n",
                                      "sinergi-batch-1 bulk " EPOCH " 10  20\n",
                                      "sinergi-batch-1 bulk " EPOCH " 10 20 \n",
                                      "sinergi-batch-1 bulk " EPOCH " 10 20",
                                      "sinergi-batch-1 bulk  10 20\n",
                                      "sinergi-batch-1 bulk " EPOCH " 010 20\n"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        problem_t problem = {0};
        assert_int_equal(batch_reader_open_text(reader, bad[i], strlen(bad[i]), &problem), ST_INVALID);
        assert_string_equal(problem.code, "batch.header");
    }
}

/* Read all items of a text of exactly its length; gives how many were good. */
static int s_items(const char *after_header, const char *code)
{
    size_t length = strlen(HEADER) + strlen(after_header);
    char *text = malloc(length);
    memcpy(text, HEADER, strlen(HEADER));
    memcpy(text + strlen(HEADER), after_header, strlen(after_header));
    assert_int_equal(batch_reader_open_text(reader, text, length, NULL), ST_OK);
    batch_item_t item;
    int good = 0;
    while (batch_reader_next(reader, &item))
        good++;
    if (code)
        assert_string_equal(batch_reader_problem(reader)->code, code);
    else
        assert_null(batch_reader_problem(reader));
    free(text);
    return good;
}

#define EVENT(leaf) "event " leaf " 62-1 " EPOCH " 1 0 - 2\n{}\n"

static void test_items(void **state)
{
    (void)state;
    assert_int_equal(s_items("", NULL), 0);
    assert_int_equal(s_items(EVENT("11") EVENT("20"), NULL), 2);
    assert_int_equal(s_items(EVENT("10"), "batch.order"), 0);
    assert_int_equal(s_items(EVENT("21"), "batch.order"), 0);
    assert_int_equal(s_items(EVENT("12") EVENT("12"), "batch.order"), 1);
    static const char *const bad[] = {"x",
                                      "event",
                                      EVENT("011"),
                                      "event 11 62-1 " EPOCH " 1 0 - 3\n{}\n",
                                      "event 11 62-1 " EPOCH " 1 0 - 1\n{}\n",
                                      "event 11 62-1 " EPOCH " 1 0 - 2\n{}",
                                      "event 11 62-1 " EPOCH " 1 0 - 0\n\n",
                                      "event 11 62-1 " EPOCH " 1 0  2\n{}\n",
                                      "event 11 62-1 " EPOCH " 1 1024 - 2\n{}\n",
                                      "event 11 62-1 " EPOCH " 1 0 00 2\n{}\n",
                                      "event 11 62-1 " EPOCH " 1 0 - 3\n{\n}\n",
                                      "event 11 62-1 " EPOCH " 1 0 - 3\n{\t}\n",
                                      "event 11 62-1 " EPOCH " 1 0 - 262145\n{}\n",
                                      "seal 00 1\nx",
                                      "certificate ",
                                      "\n",
                                      "event 11 62-1 " EPOCH " 1 0 - 9223372036854775807\n{}\n"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(s_items(bad[i], "batch.item"), 0);
}

/* A path of eleven hashes is longer than any seal's. */
static void test_path_too_long(void **state)
{
    (void)state;
    char text[1024], path[11 * 64 + 1];
    for (int count = 10; count <= 11; count++) {
        memset(path, 'a', sizeof path);
        snprintf(text, sizeof text, "event 11 62-1 " EPOCH " 1 0 %.*s 2\n{}\n", count * 64, path);
        assert_int_equal(s_items(text, count == 10 ? NULL : "batch.item"), count == 10);
    }
}

static void test_events_are_counted(void **state)
{
    (void)state;
    char *text = malloc(128 * 1024), *to = text;
    to += snprintf(to, 128, "sinergi-batch-1 bulk " EPOCH " 0 2000\n");
    for (int leaf = 1; leaf <= LIMIT_LINK_BATCH_EVENTS + 1; leaf++)
        to += snprintf(to, 128, "event %d 62-1 " EPOCH " 1 0 - 2\n{}\n", leaf);
    batch_item_t item;
    int good = 0;
    assert_int_equal(batch_reader_open_text(reader, text, (size_t)(to - text), NULL), ST_OK);
    while (batch_reader_next(reader, &item))
        good++;
    assert_int_equal(good, LIMIT_LINK_BATCH_EVENTS);
    assert_string_equal(batch_reader_problem(reader)->code, "batch.events");
    free(text);
}

/* Fill a batch with random events of this size (zstd gains nothing but what the spare bits of text give);
 * gives how many went in. */
static size_t s_fill(size_t size, size_t path_length)
{
    char *bytes = malloc(size);
    batch_item_t item = {
        .kind = BATCH_EVENT, .bytes = bytes, .length = size, .node = "62.71-1", .path_length = path_length};
    randombytes_buf(item.path, sizeof item.path);
    batch_writer_start(writer, "urgent", &epoch, 0);
    do {
        randombytes_buf(bytes, size);
        for (size_t i = 0; i < size; i++)
            bytes[i] |= 0x20;
        item.leaf++;
    } while (batch_writer_add(writer, &item));
    free(bytes);
    size_t length, events = batch_writer_events(writer);
    const void *packed = batch_writer_finish(writer, item.leaf, &length);
    assert_in_range(length, 1, LIMIT_LINK_BATCH_PACKED);
    assert_int_equal(batch_reader_open(reader, packed, length, NULL), ST_OK);
    size_t found = 0;
    while (batch_reader_next(reader, &item))
        found++;
    assert_null(batch_reader_problem(reader));
    assert_int_equal(found, events);
    return events;
}

static void test_a_full_batch_is_taken(void **state)
{
    (void)state;
    assert_int_equal(s_fill(1, 0), LIMIT_LINK_BATCH_EVENTS);
    assert_int_equal(s_fill(700, 0), LIMIT_LINK_BATCH_EVENTS);
    assert_in_range(s_fill(700, 10), 500, LIMIT_LINK_BATCH_EVENTS - 1);
    assert_int_equal(s_fill(LIMIT_FRAME_BYTES, 10), 3);
}

static void test_an_empty_batch(void **state)
{
    (void)state;
    size_t length;
    batch_item_t item;
    batch_writer_start(writer, "normal", &epoch, 7);
    const void *packed = batch_writer_finish(writer, 1000, &length);
    assert_int_equal(batch_reader_open(reader, packed, length, NULL), ST_OK);
    assert_int_equal(batch_reader_header(reader)->after, 7);
    assert_int_equal(batch_reader_header(reader)->upto, 1000);
    assert_false(batch_reader_next(reader, &item));
    assert_null(batch_reader_problem(reader));
}

int main(void)
{
    reader = batch_reader_new();
    writer = batch_writer_new();
    epoch = example_uuid(0xee);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_frames),
                                       cmocka_unit_test(test_silent_frame),
                                       cmocka_unit_test(test_bomb),
                                       cmocka_unit_test(test_headers),
                                       cmocka_unit_test(test_items),
                                       cmocka_unit_test(test_path_too_long),
                                       cmocka_unit_test(test_events_are_counted),
                                       cmocka_unit_test(test_a_full_batch_is_taken),
                                       cmocka_unit_test(test_an_empty_batch)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    batch_reader_destroy(&reader);
    batch_writer_destroy(&writer);
    return failed;
}
