/* archive - what is written is read and counts; every changed, cut or bloated file is refused
 *
 * shows: U8 law-11
 * cost: cpu 2
 */
#include "_example.h"

#include <zstd.h>

#include "archive.h"
#include "seal_book.h"

#define FILE_MOST (1024 * 1024)
#define NODE "62.71-1"
#define EXAMPLE SINERGI_SOURCE_SHARE "/proto/examples/archive.txt"

static bool writing;

static example_t example;
static char packed[FILE_MOST];

/* The example's two seals and six events as an archive of February 2023; `skip` leaves one event out as a leaf. */
static size_t s_write(size_t skip)
{
    archive_header_t header = {
        .node = NODE, .month = "2023-02", .part = 1, .events = 6 - (skip < 6), .leaves = 6};
    FILE *file = fmemopen(packed, sizeof packed, "wb");
    archive_writer_t *writer = archive_writer_new(file, &header);
    for (size_t i = 0; i < EXAMPLE_NODES; i++)
        archive_writer_add(writer, &(archive_item_t){.kind = ARCHIVE_CERTIFICATE,
                                                     .item = example_certificate_item(&example.nodes[i])});
    for (size_t i = 0; i < EXAMPLE_EVENTS; i++) {
        if (i % 5 == 0)
            archive_writer_add(writer, &(archive_item_t){.kind = ARCHIVE_SEAL,
                                                         .item = example_seal_item(&example.seals[i / 5])});
        archive_item_t item = {.kind = i == skip ? ARCHIVE_LEAF : ARCHIVE_EVENT, .item = example.items[i]};
        item.item.path_length = 0;
        item.hash = merkle_leaf(item.item.bytes, item.item.length);
        archive_writer_add(writer, &item);
    }
    assert_true(archive_writer_finish(&writer));
    size_t length = (size_t)ftell(file);
    fclose(file);
    return length;
}

/* "" if the file counts, else the code of what is wrong. */
static const char *s_read(const void *bytes, size_t length, archive_count_t *ret_count)
{
    static problem_t problem;
    archive_item_t item;
    problem = (problem_t){0};
    FILE *file = fmemopen((void *)(uintptr_t)bytes, length, "rb");
    archive_reader_t *reader = archive_reader_new();
    archive_check_t *check = archive_check_new(example.root.public_key, false);
    status_t status = archive_reader_open(reader, file, &problem);
    if (status == ST_OK)
        archive_check_start(check, archive_reader_header(reader));
    while (status == ST_OK && archive_reader_next(reader, &item))
        status = archive_check_take(check, &item, &problem);
    if (status == ST_OK && archive_reader_problem(reader)) {
        problem = *archive_reader_problem(reader);
        status = problem.status;
    }
    if (status == ST_OK)
        status = archive_check_end(check, &problem);
    if (status == ST_OK && ret_count)
        *ret_count = archive_check_count(check);
    archive_check_destroy(&check);
    archive_reader_destroy(&reader);
    fclose(file);
    return status == ST_OK ? "" : problem.code;
}

static void test_good(void **state)
{
    (void)state;
    archive_count_t count;
    size_t length = s_write(SIZE_MAX);
    assert_string_equal(s_read(packed, length, &count), "");
    assert_int_equal(count.events, 6);
    assert_int_equal(count.received, 0);
    assert_int_equal(count.seals, 2);
    length = s_write(2);
    assert_string_equal(s_read(packed, length, &count), "");
    assert_int_equal(count.events, 5);
}

/* The text unpacked, one thing in it replaced by another, packed again. */
static const char *s_changed(const char *old, const char *new)
{
    static char text[FILE_MOST], again[FILE_MOST], file[FILE_MOST];
    size_t length = s_write(SIZE_MAX);
    size_t size = ZSTD_decompress(text, sizeof text - 1, packed, length);
    assert_false(ZSTD_isError(size));
    text[size] = '\0';
    char *at = strstr(text, old);
    assert_non_null(at);
    size_t before = (size_t)(at - text), rest = size - before - strlen(old);
    memcpy(again, text, before);
    memcpy(again + before, new, strlen(new));
    memcpy(again + before + strlen(new), at + strlen(old), rest);
    size_t done = ZSTD_compress(file, sizeof file, again, before + strlen(new) + rest, 1);
    assert_false(ZSTD_isError(done));
    return s_read(file, done, NULL);
}

static void test_changed(void **state)
{
    (void)state;
    assert_string_equal(s_changed("Batik Danum 3", "Batik Danum 4"), "archive.root");
    assert_string_equal(s_changed("2023-02 1 6 6\n", "2023-03 1 6 6\n"), "archive.month");
    assert_string_equal(s_changed("2023-02 1 6 6\n", "2023-02 1 5 6\n"), "archive.item");
    assert_string_equal(s_changed("2023-02 1 6 6\n", "2023-02 1 7 7\n"), "archive.item");
    assert_string_equal(s_changed("2023-02 1 6 6\n", "2023-13 1 6 6\n"), "archive.header");
    assert_string_equal(s_changed("62.71-1 2023-02", "../../etc 2023-02"), "archive.header");
    assert_string_equal(s_changed("event 3 ", "event 4 "), "archive.order");
    assert_string_equal(s_changed("end\n", "end\nx"), "archive.item");
    assert_string_equal(s_changed("end\n", ""), "archive.frame");
    assert_string_equal(s_changed("event 2 62.71-1", "event 2 62.01-1"), "proof.seal");
    assert_string_equal(s_changed("\"source\":\"62.71-1\"", "\"source\":\"62.01-1\""), "proof.source");
    assert_string_equal(s_changed("\"region\":\"62.71\"", "\"region\":\"62.01\""), "proof.region");
}

static void test_frames(void **state)
{
    (void)state;
    static char zeros[ARCHIVE_FRAME_UNPACKED + 1], bomb[FILE_MOST];
    size_t length = s_write(SIZE_MAX);
    size_t done = ZSTD_compress(bomb, sizeof bomb, zeros, sizeof zeros, 1);
    assert_string_equal(s_read(bomb, done, NULL), "archive.size");
    assert_string_equal(s_read(packed, length - 1, NULL), "archive.frame");
    assert_string_equal(s_read("no frame", 8, NULL), "archive.frame");
    for (size_t i = 0; i < length; i += 7) {
        packed[i] = (char)(packed[i] ^ 0x10);
        assert_string_not_equal(s_read(packed, length, NULL), "");
        packed[i] = (char)(packed[i] ^ 0x10);
    }
    assert_string_equal(s_read(packed, length, NULL), "");
}

/* proto/examples/archive.txt is this archive unpacked; `unit_archive write` writes it anew. */
static void test_example(void **state)
{
    (void)state;
    static char text[FILE_MOST], found[FILE_MOST];
    size_t size = ZSTD_decompress(text, sizeof text, packed, s_write(2));
    assert_false(ZSTD_isError(size));
    FILE *file = fopen(EXAMPLE, writing ? "w" : "r");
    assert_non_null(file);
    if (writing)
        assert_int_equal(fwrite(text, 1, size, file), size);
    else {
        assert_int_equal(fread(found, 1, sizeof found, file), size);
        assert_memory_equal(found, text, size);
    }
    fclose(file);
}

/* As many as are put in are found, each by its three names. */
static void test_book(void **state)
{
    (void)state;
    seal_book_t *book = seal_book_new();
    seal_t seal = {.node = NODE, .epoch = example.epoch, .count = 1};
    for (seal.number = 1; seal.number <= 3000; seal.number++)
        seal_book_add(book, &seal, NULL, seal.number % 2 == 0);
    seal.number = 7;
    seal_book_add(book, &seal, NULL, true);
    assert_int_equal(seal_book_count(book), 3000);
    for (int64_t number = 1; number <= 3000; number++)
        assert_int_equal(seal_book_find(book, NODE, &example.epoch, number)->refused, number % 2 == 0);
    assert_null(seal_book_find(book, NODE, &example.epoch, 3001));
    assert_null(seal_book_find(book, "62-1", &example.epoch, 7));
    seal_book_destroy(&book);
}

int main(int argc, char **argv)
{
    writing = argc > 1 && strcmp(argv[1], "write") == 0;
    example_make(&example, false);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_good), cmocka_unit_test(test_changed),
                                       cmocka_unit_test(test_frames), cmocka_unit_test(test_example),
                                       cmocka_unit_test(test_book)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
