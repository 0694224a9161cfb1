/* follower - a scripted source: what the follower says, hands over and drops, and how it begins again
 *
 * shows: M1 M7 M2 law-2 law-11
 * cost: cpu 1
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "follower.h"

#define OLD "01860f3c-5a00-7000-8000-000000000001"
#define NEW "01860f3c-5a00-7000-8000-000000000002"

/* What the follower did since it was looked at last: words with what is telling about them. */
static char said[1024];
static int reconnects;

static void s_note(const char *format, ...)
{
    size_t length = strlen(said);
    va_list list;
    va_start(list, format);
    vsnprintf(said + length, sizeof said - length, format, list);
    va_end(list);
}

static void s_send(void *argument, link_word_t word, const char *json)
{
    (void)argument;
    link_hello_t hello;
    link_ack_t ack;
    if (word == LINK_HELLO) {
        assert_int_equal(link_hello_parse(json, strlen(json), &hello, NULL), ST_OK);
        assert_string_equal(hello.node, "62.71-1");
        s_note("HELLO %lld %lld %lld;", (long long)hello.lanes[0].cursor, (long long)hello.lanes[1].cursor,
               (long long)hello.lanes[2].cursor);
        link_hello_clear(&hello);
    } else if (word == LINK_ACK) {
        assert_int_equal(link_ack_parse(json, strlen(json), &ack, NULL), ST_OK);
        s_note("ACK %s %lld;", lane_word(ack.lane), (long long)ack.upto);
    } else {
        s_note("%s;", link_word(word));
    }
}

static void s_batch(void *argument, const link_batch_t *batch, const void *packed, size_t length)
{
    (void)argument;
    assert_memory_equal(packed, "packed", length);
    s_note("batch %s %lld-%lld;", lane_word(batch->lane), (long long)batch->after, (long long)batch->upto);
}

static void s_reconnect(void *argument)
{
    (void)argument;
    reconnects++;
}

static int64_t s_clock(void)
{
    return 1675303200000;
}

static follower_t *s_new(void)
{
    static const char *const types[] = {"business_registered", NULL};
    follower_config_t config = {.node = "62.71-1",
                                .name = "registry",
                                .release = "0.1.0",
                                .source = "62.71-1",
                                .window = 2,
                                .filter = "1",
                                .types = types,
                                .cursors = {{OLD, 10, 0, ""}, {OLD, 20, 0, ""}, {"", 0, 0, ""}},
                                .silence = 6000,
                                .clock = s_clock,
                                .send = s_send,
                                .batch = s_batch,
                                .reconnect = s_reconnect};
    said[0] = 0;
    reconnects = 0;
    return follower_new(&config);
}

static void s_said(const char *expected)
{
    assert_string_equal(said, expected);
    said[0] = 0;
}

static void s_take(follower_t *follower, link_word_t word, char *json, int64_t now)
{
    link_frames_t frames = {.word = word, .json = json, .json_length = strlen(json)};
    if (word == LINK_BATCH) {
        frames.packed = "packed";
        frames.packed_length = 6;
    }
    follower_take(follower, &frames, now);
    free(json);
}

static void s_welcome(follower_t *follower, const char *epoch, int64_t now)
{
    link_welcome_t welcome = {"62.71-1", "62.71", "0.1.0", false, 1675303200000, "", 100};
    memcpy(welcome.epoch, epoch, sizeof welcome.epoch);
    s_take(follower, LINK_WELCOME, link_welcome_json(&welcome), now);
}

static void s_give(follower_t *follower, lane_t lane, const char *epoch, int64_t after, int64_t upto,
                   int64_t now)
{
    link_batch_t batch = {lane, "", after, upto, 1};
    memcpy(batch.epoch, epoch, sizeof batch.epoch);
    s_take(follower, LINK_BATCH, link_batch_json(&batch), now);
}

static void s_refuse(follower_t *follower, int64_t now)
{
    problem_t problem;
    problem_set(&problem, ST_RETRY, "link.full", "", "not now");
    s_take(follower, LINK_REFUSED, link_refused_json(&problem), now);
}

static follower_t *s_welcomed(void)
{
    follower_t *follower = s_new();
    follower_hello(follower, 0);
    s_said("HELLO 10 20 0;");
    s_welcome(follower, OLD, 1);
    s_said("ACK urgent 10;ACK normal 20;");
    assert_true(follower_welcomed(follower));
    assert_int_equal(follower_head(follower), 100);
    return follower;
}

static void test_batches_are_handed_over_and_acknowledged_after_their_commit(void **state)
{
    (void)state;
    follower_t *follower = s_welcomed();
    s_give(follower, LANE_NORMAL, OLD, 20, 25, 2);
    s_give(follower, LANE_URGENT, OLD, 10, 30, 3);
    s_said("batch normal 20-25;batch urgent 10-30;");
    follower_committed(follower, LANE_NORMAL, OLD, 25);
    s_said("ACK normal 25;");
    s_give(follower, LANE_NORMAL, OLD, 25, 26, 4);
    follower_committed(follower, LANE_URGENT, OLD, 30);
    s_said("batch normal 25-26;ACK urgent 30;");
    follower_destroy(&follower);
    assert_null(follower);
    follower_destroy(&follower);
}

static void test_batches_before_welcome_are_dropped(void **state)
{
    (void)state;
    follower_t *follower = s_new();
    s_give(follower, LANE_NORMAL, OLD, 20, 25, 0);
    s_welcome(follower, OLD, 0);
    assert_false(follower_welcomed(follower));
    follower_hello(follower, 0);
    s_give(follower, LANE_NORMAL, OLD, 20, 25, 2);
    s_said("HELLO 10 20 0;");
    follower_destroy(&follower);
}

static void test_a_gap_makes_it_say_hello_again(void **state)
{
    (void)state;
    follower_t *follower = s_welcomed();
    s_give(follower, LANE_NORMAL, OLD, 21, 25, 10);
    assert_false(follower_welcomed(follower));
    s_give(follower, LANE_NORMAL, OLD, 20, 25, 11);
    follower_tick(follower, 100);
    s_said("");
    follower_tick(follower, 10 + 200);
    s_said("HELLO 10 20 0;");
    follower_destroy(&follower);
}

static void test_hello_waits_for_what_was_handed_over(void **state)
{
    (void)state;
    follower_t *follower = s_welcomed();
    s_give(follower, LANE_NORMAL, OLD, 20, 25, 10);
    follower_hello(follower, 20);
    follower_tick(follower, 5000);
    s_said("batch normal 20-25;");
    follower_committed(follower, LANE_NORMAL, OLD, 25);
    s_said("HELLO 10 25 0;");
    s_welcome(follower, OLD, 5001);
    s_said("ACK urgent 10;ACK normal 25;");
    follower_destroy(&follower);
}

static void test_a_reset_gives_up_what_was_handed_over(void **state)
{
    (void)state;
    link_cursor_t cursors[LANES] = {{OLD, 10, 0, ""}, {OLD, 22, 0, ""}, {"", 0, 0, ""}};
    follower_t *follower = s_welcomed();
    s_give(follower, LANE_NORMAL, OLD, 20, 25, 10);
    follower_reset(follower, cursors, 20);
    s_said("batch normal 20-25;");
    follower_tick(follower, 220);
    s_said("HELLO 10 22 0;");
    follower_destroy(&follower);
}

static void test_more_than_the_window_is_not_taken(void **state)
{
    (void)state;
    follower_t *follower = s_welcomed();
    s_give(follower, LANE_NORMAL, OLD, 20, 25, 10);
    s_give(follower, LANE_NORMAL, OLD, 25, 26, 10);
    s_give(follower, LANE_NORMAL, OLD, 26, 27, 10);
    s_said("batch normal 20-25;batch normal 25-26;");
    assert_false(follower_welcomed(follower));
    assert_int_equal(follower_cursor(follower, LANE_NORMAL)->cursor, 26);
    follower_destroy(&follower);
}

static void test_another_epoch_begins_at_or_below_the_cursor(void **state)
{
    (void)state;
    follower_t *follower = s_new();
    follower_hello(follower, 0);
    s_welcome(follower, NEW, 1);
    s_said("HELLO 10 20 0;");
    follower_seal(follower, LANE_NORMAL, 3, "00");
    s_give(follower, LANE_NORMAL, NEW, 15, 18, 2);
    follower_committed(follower, LANE_NORMAL, NEW, 18);
    assert_int_equal(follower_cursor(follower, LANE_NORMAL)->seal, 0);
    s_give(follower, LANE_NORMAL, NEW, 18, 19, 3);
    s_said("batch normal 15-18;ACK normal 18;batch normal 18-19;");
    s_give(follower, LANE_URGENT, NEW, 11, 19, 4);
    assert_false(follower_welcomed(follower));
    s_said("");
    follower_destroy(&follower);
}

static void test_a_batch_of_an_epoch_that_was_not_welcomed_is_dropped(void **state)
{
    (void)state;
    follower_t *follower = s_welcomed();
    s_give(follower, LANE_NORMAL, NEW, 20, 25, 2);
    s_said("");
    assert_false(follower_welcomed(follower));
    follower_destroy(&follower);
}

static void test_a_refusal_is_tried_again_for_ever_with_growing_waits(void **state)
{
    (void)state;
    follower_t *follower = s_new();
    int64_t now = 0, waited = 0;
    follower_hello(follower, now);
    for (int i = 0; i < 40; i++) {
        s_said("HELLO 10 20 0;");
        s_refuse(follower, now);
        s_refuse(follower, now); /* a second one is of the same HELLO */
        for (waited = 0; said[0] == 0 && waited <= 60000; waited += 10)
            follower_tick(follower, now += 10);
        assert_in_range(waited, 100, 60010);
        assert_true(i > 0 || waited <= 210);
    }
    assert_in_range(waited, 30000, 60010);
    assert_int_equal(reconnects, 0);
    follower_destroy(&follower);
}

static void test_another_node_or_a_drill_is_not_followed(void **state)
{
    (void)state;
    link_welcome_t welcome = {"62-1", "62", "0.1.0", false, 1675303200000, OLD, 100};
    follower_t *follower = s_new();
    follower_hello(follower, 0);
    s_take(follower, LINK_WELCOME, link_welcome_json(&welcome), 1);
    assert_false(follower_welcomed(follower));
    follower_hello(follower, 2);
    snprintf(welcome.node, sizeof welcome.node, "62.71-1");
    welcome.drill = true;
    s_take(follower, LINK_WELCOME, link_welcome_json(&welcome), 3);
    assert_false(follower_welcomed(follower));
    s_said("HELLO 10 20 0;HELLO 10 20 0;");
    follower_destroy(&follower);
}

static void test_silence_is_asked_about_and_then_ends_the_connection(void **state)
{
    (void)state;
    follower_t *follower = s_welcomed();
    follower_tick(follower, 1999);
    s_said("");
    follower_tick(follower, 2001);
    follower_tick(follower, 2101);
    s_said("PING;");
    s_take(follower, LINK_PONG, link_clock_json(0), 2200);
    follower_tick(follower, 6100);
    s_said("PING;");
    assert_int_equal(reconnects, 0);
    follower_tick(follower, 8199);
    assert_int_equal(reconnects, 0);
    follower_tick(follower, 8200);
    follower_tick(follower, 80000);
    assert_int_equal(reconnects, 1);
    s_said("PING;");
    follower_hello(follower, 80000);
    s_said("HELLO 10 20 0;");
    follower_tick(follower, 86000);
    assert_int_equal(reconnects, 2);
    follower_destroy(&follower);
}

static void test_a_ping_is_answered_and_what_is_malformed_is_survived(void **state)
{
    (void)state;
    follower_t *follower = s_welcomed();
    s_take(follower, LINK_PING, strdup("{}"), 2);
    s_take(follower, LINK_HELLO, strdup("nothing"), 2);
    s_take(follower, LINK_ACK, strdup("nothing"), 2);
    assert_true(follower_welcomed(follower));
    s_take(follower, LINK_BATCH, strdup("{}"), 2);
    assert_false(follower_welcomed(follower));
    follower_hello(follower, 3);
    s_take(follower, LINK_WELCOME, strdup("{}"), 4);
    follower_hello(follower, 5);
    s_take(follower, LINK_REFUSED, strdup("{}"), 6);
    follower_tick(follower, 2000);
    s_said("PONG;HELLO 10 20 0;HELLO 10 20 0;HELLO 10 20 0;");
    follower_take(follower, &(link_frames_t){.nudge = true}, 2001);
    s_said("");
    follower_destroy(&follower);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_batches_are_handed_over_and_acknowledged_after_their_commit),
        cmocka_unit_test(test_batches_before_welcome_are_dropped),
        cmocka_unit_test(test_a_gap_makes_it_say_hello_again),
        cmocka_unit_test(test_hello_waits_for_what_was_handed_over),
        cmocka_unit_test(test_a_reset_gives_up_what_was_handed_over),
        cmocka_unit_test(test_more_than_the_window_is_not_taken),
        cmocka_unit_test(test_another_epoch_begins_at_or_below_the_cursor),
        cmocka_unit_test(test_a_batch_of_an_epoch_that_was_not_welcomed_is_dropped),
        cmocka_unit_test(test_a_refusal_is_tried_again_for_ever_with_growing_waits),
        cmocka_unit_test(test_another_node_or_a_drill_is_not_followed),
        cmocka_unit_test(test_silence_is_asked_about_and_then_ends_the_connection),
        cmocka_unit_test(test_a_ping_is_answered_and_what_is_malformed_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
