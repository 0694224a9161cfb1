/* link - each message of the link is written and read back, and what breaks its form is refused with its
 * place
 *
 * shows: law-11 I5
 * cost: cpu 1
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "limit.h"
#include "link.h"

#define EPOCH "01860f3c-5a00-7000-8000-000000000001"
#define HASH "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static char *types[] = {"activity_proposed", "business_registered", "region_2", NULL};

static link_hello_t s_hello(void)
{
    return (link_hello_t){.node = "62.71-1",
                          .name = "registry",
                          .release = "0.1.0",
                          .drill = true,
                          .clock = 1675303200000,
                          .window = 4,
                          .filter = "abc",
                          .types = types,
                          .lanes = {{EPOCH, 7, 2, HASH}, {EPOCH, INT64_MAX, 0, ""}, {"", 0, 0, ""}}};
}

static void test_hello_is_read_as_it_was_written(void **state)
{
    (void)state;
    link_hello_t hello = s_hello(), read;
    problem_t problem;
    char *json = link_hello_json(&hello), *again;
    assert_int_equal(link_hello_parse(json, strlen(json), &read, &problem), ST_OK);
    assert_string_equal(read.node, "62.71-1");
    assert_string_equal(read.name, "registry");
    assert_true(read.drill && !read.proofs && !read.route);
    assert_int_equal(read.clock, 1675303200000);
    assert_int_equal(read.lanes[LANE_NORMAL].cursor, INT64_MAX);
    assert_string_equal(read.lanes[LANE_URGENT].sealhash, HASH);
    assert_true(link_hello_wants(&read, "business_registered"));
    assert_false(link_hello_wants(&read, "business"));
    again = link_hello_json(&read);
    assert_string_equal(json, again);
    free(again);
    free(json);
    link_hello_clear(&read);
}

static void test_a_filter_by_route_takes_all(void **state)
{
    (void)state;
    link_hello_t hello = s_hello(), read;
    hello.route = true;
    hello.types = NULL;
    char *json = link_hello_json(&hello);
    assert_int_equal(link_hello_parse(json, strlen(json), &read, NULL), ST_OK);
    assert_true(read.route && !read.types && link_hello_wants(&read, "anything"));
    free(json);
}

/* Replace `from` by `to` in a good HELLO: it is refused at `at` (NULL: it is still good). */
static void s_changed(const char *from, const char *to, const char *at)
{
    link_hello_t hello = s_hello(), read = {.window = 99};
    problem_t problem;
    char *json = link_hello_json(&hello), *found = strstr(json, from), changed[4096];
    assert_non_null(found);
    snprintf(changed, sizeof changed, "%.*s%s%s", (int)(found - json), json, to, found + strlen(from));
    free(json);
    status_t status = link_hello_parse(changed, strlen(changed), &read, &problem);
    if (at) {
        assert_int_equal(status, ST_INVALID);
        assert_string_equal(problem.code, "link.malformed");
        assert_string_equal(problem.at, at);
        assert_int_equal(read.window, 99);
        assert_int_equal(link_hello_parse(changed, strlen(changed), &read, NULL), ST_INVALID);
    } else {
        assert_int_equal(status, ST_OK);
        link_hello_clear(&read);
    }
}

static void test_each_defect_of_a_hello_is_refused(void **state)
{
    (void)state;
    s_changed("62.71-1", "62.71", "/node");
    s_changed("\"registry\"", "\"Registry\"", "/name");
    s_changed("\"registry\"", "\"a234567890123456789012345678901\"", NULL);
    s_changed("\"registry\"", "\"a2345678901234567890123456789012\"", "/name");
    s_changed("\"0.1.0\"", "\"0.1 0\"", "/release");
    s_changed("true", "1", "/drill");
    s_changed("2023-02-02T02:00:00.000Z", "2023-02-02", "/clock");
    s_changed("\"window\":4", "\"window\":0", "/window");
    s_changed("\"window\":4", "\"window\":65", "/window");
    s_changed("\"window\":4", "\"window\":4.0", "/window");
    s_changed("\"abc\"", "\"\"", "/version");
    s_changed("region_2", "Region", "/filter");
    s_changed("region_2", "business_registered", "/filter");
    s_changed("\"region_2\"", "\"a_first_one\"", NULL);
    s_changed("\"types\"", "\"type\"", "/filter");
    s_changed("\"bulk\"", "\"slow\"", "/bulk");
    s_changed("\"cursor\":7", "\"cursor\":-7", "/cursor");
    s_changed("\"epoch\":\"\",\"cursor\":0", "\"epoch\":\"\",\"cursor\":1", "/cursor");
    s_changed("\"seal\":2", "\"seal\":0", "/sealhash");
    s_changed(HASH, "", "/sealhash");
    s_changed(EPOCH, "01860F3C-5a00-7000-8000-000000000001", "/epoch");
    s_changed("\"window\"", "\"later\":{\"a\":[1]},\"window\"", NULL);
}

static void test_more_types_than_allowed_are_refused(void **state)
{
    (void)state;
    char **many = calloc(LINK_TYPES_MOST + 2, sizeof *many);
    for (int i = 0; i <= LINK_TYPES_MOST; i++)
        assert_true(asprintf(&many[i], "type_%d", i) > 0);
    link_hello_t hello = s_hello(), read;
    hello.types = many;
    char *json = link_hello_json(&hello);
    assert_int_equal(link_hello_parse(json, strlen(json), &read, NULL), ST_INVALID);
    free(json);
    free(many[LINK_TYPES_MOST]);
    many[LINK_TYPES_MOST] = NULL;
    json = link_hello_json(&hello);
    assert_int_equal(link_hello_parse(json, strlen(json), &read, NULL), ST_OK);
    assert_true(link_hello_wants(&read, "type_1023") && !link_hello_wants(&read, "type_1024"));
    link_hello_clear(&read);
    free(json);
    for (int i = 0; i < LINK_TYPES_MOST; i++)
        free(many[i]);
    free(many);
}

static void test_welcome_and_refused(void **state)
{
    (void)state;
    link_welcome_t welcome = {"62-1", "62", "0.1.0", false, 1675303200001, EPOCH, 123}, read;
    char *json = link_welcome_json(&welcome);
    assert_int_equal(link_welcome_parse(json, strlen(json), &read, NULL), ST_OK);
    assert_memory_equal(read.node, "62-1", 5);
    assert_int_equal(read.clock, 1675303200001);
    assert_int_equal(read.head, 123);
    free(json);
    problem_t problem, refused;
    problem_set(&problem, ST_DENIED, "link.revoked", "", "the key is revoked");
    json = link_refused_json(&problem);
    assert_string_equal(json,
                        "{\"status\":\"denied\",\"code\":\"link.revoked\",\"why\":\"the key is revoked\"}");
    assert_int_equal(link_refused_parse(json, strlen(json), &refused, &problem), ST_OK);
    assert_int_equal(refused.status, ST_DENIED);
    assert_string_equal(refused.code, "link.revoked");
    assert_string_equal(refused.why, "the key is revoked");
    free(json);
    const char *bad = "{\"status\":\"denied\",\"code\":\"link.revoked\"}";
    assert_int_equal(link_refused_parse(bad, strlen(bad), &refused, &problem), ST_INVALID);
    assert_string_equal(problem.at, "/why");
}

static void test_a_sentence_cut_within_a_character_is_left_out(void **state)
{
    (void)state;
    problem_t problem;
    problem_set(&problem, ST_BROKEN, "a.b", "", "caf\xc3");
    char *json = link_refused_json(&problem);
    assert_string_equal(json, "{\"status\":\"broken\",\"code\":\"a.b\",\"why\":\"\"}");
    free(json);
}

static void s_batch_refused(const char *json, const char *at)
{
    link_batch_t batch;
    problem_t problem;
    assert_int_equal(link_batch_parse(json, strlen(json), &batch, &problem), ST_INVALID);
    assert_string_equal(problem.at, at);
}

static void test_batch_ack_and_clock(void **state)
{
    (void)state;
    link_batch_t batch = {LANE_BULK, EPOCH, 4, 9, LIMIT_LINK_BATCH_EVENTS}, read;
    char *json = link_batch_json(&batch);
    assert_int_equal(link_batch_parse(json, strlen(json), &read, NULL), ST_OK);
    assert_int_equal(read.lane, LANE_BULK);
    assert_int_equal(read.after, 4);
    assert_int_equal(read.upto, 9);
    assert_int_equal(read.events, LIMIT_LINK_BATCH_EVENTS);
    free(json);
#define START "{\"lane\":\"bulk\",\"epoch\":\"" EPOCH "\","
    s_batch_refused(START "\"after\":4,\"upto\":4,\"events\":0}", "/upto");
    s_batch_refused(START "\"after\":9223372036854775807,\"upto\":9,\"events\":0}", "/after");
    s_batch_refused(START "\"after\":4,\"upto\":9,\"events\":1025}", "/events");
    s_batch_refused("{\"lane\":\"Bulk\"}", "/lane");
    link_ack_t ack = {LANE_URGENT, EPOCH, 0}, other;
    json = link_ack_json(&ack);
    assert_int_equal(link_ack_parse(json, strlen(json), &other, NULL), ST_OK);
    assert_string_equal(other.epoch, EPOCH);
    free(json);
    int64_t clock;
    json = link_clock_json(1);
    assert_string_equal(json, "{\"clock\":\"1970-01-01T00:00:00.001Z\"}");
    assert_int_equal(link_clock_parse(json, strlen(json), &clock, NULL), ST_OK);
    assert_int_equal(clock, 1);
    free(json);
}

static void test_frames_are_taken_apart(void **state)
{
    (void)state;
    link_frames_t frames;
    zmsg_t *message = link_message(LINK_BATCH, "{}", "packed", 6);
    assert_true(link_open(message, &frames));
    assert_int_equal(frames.word, LINK_BATCH);
    assert_int_equal(frames.json_length, 2);
    assert_int_equal(frames.packed_length, 6);
    zmsg_addstr(message, "more");
    assert_false(link_open(message, &frames));
    zmsg_destroy(&message);
    message = link_nudge();
    assert_true(link_open(message, &frames) && frames.nudge);
    zmsg_addstr(message, "HELL");
    zmsg_addstr(message, "{}");
    assert_false(link_open(message, &frames));
    zmsg_destroy(&message);
    message = zmsg_new();
    assert_false(link_open(message, &frames));
    zmsg_addstr(message, "PING");
    assert_false(link_open(message, &frames));
    zmsg_destroy(&message);
    char *large = calloc(1, LIMIT_LINK_BATCH_PACKED + 1);
    message = link_message(LINK_BATCH, "{}", large, LIMIT_LINK_BATCH_PACKED + 1);
    assert_false(link_open(message, &frames));
    zmsg_destroy(&message);
    free(large);
}

static void test_words_and_filters(void **state)
{
    (void)state;
    lane_t lane;
    for (lane_t each = 0; each < LANES; each++)
        assert_true(lane_of_word(lane_word(each), &lane) && lane == each);
    assert_false(lane_of_word("", &lane));
    char first[LINK_FILTER_TEXT], second[LINK_FILTER_TEXT];
    link_filter((const char *const[]){"a", "b", NULL}, first);
    link_filter((const char *const[]){"a_b", NULL}, second);
    assert_string_not_equal(first, second);
    assert_int_equal(strlen(first), 64);
    link_filter((const char *const[]){NULL}, second);
    assert_int_equal(strlen(second), 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hello_is_read_as_it_was_written),
        cmocka_unit_test(test_a_filter_by_route_takes_all),
        cmocka_unit_test(test_each_defect_of_a_hello_is_refused),
        cmocka_unit_test(test_more_types_than_allowed_are_refused),
        cmocka_unit_test(test_welcome_and_refused),
        cmocka_unit_test(test_a_sentence_cut_within_a_character_is_left_out),
        cmocka_unit_test(test_batch_ack_and_clock),
        cmocka_unit_test(test_frames_are_taken_apart),
        cmocka_unit_test(test_words_and_filters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
