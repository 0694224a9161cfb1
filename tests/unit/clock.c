/* clock - instants as text and back, a drill's clock across restarts and a reboot, and a system clock that jumps
 *
 * shows: law-8
 * cost: wait 2
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <cmocka.h>

#include "child.h"
#include "clock.h"

/* In place of the C library's: the machine's clocks, moved by the test. */
static time_t moved_real, moved_boot;

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int got = (int)syscall(SYS_clock_gettime, clock, now);
    if (got == 0)
        now->tv_sec += clock == CLOCK_REALTIME ? moved_real : clock == CLOCK_BOOTTIME ? moved_boot : 0;
    return got;
}

#define BEGIN INT64_C(1675303200000) /* 2023-02-02T02:00:00.000Z */

static int s_open(void **state)
{
    *state = child_folder();
    return 0;
}

static int s_close(void **state)
{
    child_unlink(*state, "clock");
    rmdir(*state);
    free(*state);
    return 0;
}

static void test_text_and_back(void **state)
{
    (void)state;
    static const struct {
        int64_t instant;
        const char *text;
    } cases[] = {{0, "1970-01-01T00:00:00.000Z"},
                 {BEGIN + 7, "2023-02-02T02:00:00.007Z"},
                 {951782399999, "2000-02-28T23:59:59.999Z"},
                 {951782400000, "2000-02-29T00:00:00.000Z"},
                 {253402300799999, "9999-12-31T23:59:59.999Z"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[CLOCK_TEXT];
        int64_t instant;
        clock_text(cases[i].instant, text);
        assert_string_equal(text, cases[i].text);
        assert_true(clock_parse(text, &instant));
        assert_int_equal(instant, cases[i].instant);
    }
    char text[CLOCK_TEXT];
    clock_text(INT64_MIN, text);
    assert_string_equal(text, cases[0].text);
    clock_text(INT64_MAX, text);
    assert_string_equal(text, cases[4].text);
}

static void test_other_forms_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "2023-02-02",
                                        "2023-02-02T02:00:00Z",
                                        "2023-02-02T02:00:00.0000Z",
                                        "2023-02-02 02:00:00.000Z",
                                        "2023-02-02T02:00:00.000z",
                                        "2023-02-02T02:00:00,000Z",
                                        "2023-02-02T02:00:00.000+",
                                        "2023-02-29T02:00:00.000Z",
                                        "2023-04-31T02:00:00.000Z",
                                        "2023-00-02T02:00:00.000Z",
                                        "2023-13-02T02:00:00.000Z",
                                        "2023-02-00T02:00:00.000Z",
                                        "2023-02-02T24:00:00.000Z",
                                        "2023-02-02T02:60:00.000Z",
                                        "2023-02-02T02:00:60.000Z",
                                        "1969-12-31T23:59:59.999Z",
                                        "2023-02-02T02:00:00.00-Z",
                                        "-023-02-02T02:00:00.000Z",
                                        "2023-02-02T 2:00:00.000Z"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        int64_t instant = -1;
        assert_false(clock_parse(wrong[i], &instant));
        assert_int_equal(instant, -1);
    }
}

static void test_drill_runs_on_from_what_was_set(void **state)
{
    assert_true(clock_set(*state, BEGIN));
    clock_open(*state, true);
    int64_t first = clock_now(), started = clock_monotonic();
    assert_in_range(first, BEGIN, BEGIN + 1000);
    while (clock_monotonic() < started + 20)
        ;
    assert_in_range(clock_now() - first, 20, 1000);
    clock_open(*state, true); /* a process that starts later sees the same clock */
    assert_in_range(clock_now() - first, 20, 1000);
}

/* A running daemon sees the change within a second, forth and back. */
static void test_set_is_seen_within_a_second(void **state)
{
    assert_true(clock_set(*state, BEGIN));
    clock_open(*state, true);
    static const int64_t steps[] = {86400000, -86400000, 5};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        int64_t to = BEGIN + steps[i], until = clock_monotonic() + 1000, now;
        assert_true(clock_set(*state, to));
        do
            now = clock_now();
        while ((now < to || now > to + 1000) && clock_monotonic() < until);
        assert_in_range(now, to, to + 1000);
    }
    assert_false(clock_doubt());
}

/* The monotonic clock of another boot means nothing: the instant counts from this boot on. */
static void test_drill_goes_on_after_a_reboot(void **state)
{
    static const char *const files[] = {"2023-02-02T02:00:00.000Z 5 00000000-0000-0000-0000-000000000000\n",
                                        "2023-02-02T02:00:00.000Z 9223372036854775807 "
                                        "00000000-0000-0000-0000-000000000000\n"};
    for (size_t i = 0; i < 2; i++) {
        child_write(*state, "clock", files[i]);
        clock_open(*state, true);
        int64_t uptime = clock_monotonic();
        assert_in_range(clock_now(), BEGIN + uptime, BEGIN + uptime + 1000);
    }
}

static void s_open_drill(void *folder)
{
    clock_open(folder, true);
}

static void test_drill_without_its_file_does_not_start(void **state)
{
    static const char *const wrong[] = {NULL,
                                        "",
                                        "2023-02-02T02:00:00.000Z\n",
                                        "2023-02-02T02:00:00.000Z x -\n",
                                        "2023-02-02T02:00:00.000Z -1 -\n",
                                        "2023-02-02T02:00:00.000Z 1 -\nmore"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char text[1024];
        if (wrong[i])
            child_write(*state, "clock", wrong[i]);
        assert_int_equal(child_run(s_open_drill, *state, text, sizeof text), 1);
        assert_non_null(strstr(text, "`sinergi clock set` makes it"));
    }
}

static void s_run_without_file(void *folder)
{
    clock_open(folder, true);
    child_unlink(folder, "clock");
    int64_t until = clock_monotonic() + 700;
    while (clock_monotonic() < until)
        if (clock_now() < BEGIN || clock_now() > BEGIN + 5000)
            abort();
}

static void test_file_that_goes_away_stops_nobody(void **state)
{
    char text[4096];
    assert_true(clock_set(*state, BEGIN));
    assert_int_equal(child_run(s_run_without_file, *state, text, sizeof text), 0);
    assert_non_null(strstr(text, "event=clock_bad"));
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1); /* said once */
}

static void test_system_clock_and_doubt(void **state)
{
    clock_open(*state, false);
    int64_t now = clock_now();
    assert_in_range(now, (int64_t)time(NULL) * 1000 - 2000, (int64_t)time(NULL) * 1000 + 2000);
    assert_false(clock_doubt());
    clock_doubt_set(true);
    assert_true(clock_doubt());
    clock_doubt_set(false);
    assert_false(clock_set("/nowhere/at/all", BEGIN));
}

/* Small corrections and the machine's sleep are no doubt, a jump of more than 5 minutes is, forth or back. */
static void test_jump_puts_the_clock_in_doubt(void **state)
{
    clock_open(*state, false);
    for (moved_real = 0; moved_real < 1000; moved_real += 290)
        clock_now();
    moved_real += 100000;
    moved_boot += 100000;
    clock_now();
    assert_false(clock_doubt());
    for (int back = 0; back < 2; back++) {
        moved_real += back ? -302 : 302;
        clock_now();
        assert_true(clock_doubt());
        clock_doubt_set(false);
        clock_now();
        assert_false(clock_doubt());
    }
    moved_real = moved_boot = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_and_back),
        cmocka_unit_test(test_other_forms_are_refused),
        cmocka_unit_test_setup_teardown(test_drill_runs_on_from_what_was_set, s_open, s_close),
        cmocka_unit_test_setup_teardown(test_set_is_seen_within_a_second, s_open, s_close),
        cmocka_unit_test_setup_teardown(test_drill_goes_on_after_a_reboot, s_open, s_close),
        cmocka_unit_test_setup_teardown(test_drill_without_its_file_does_not_start, s_open, s_close),
        cmocka_unit_test_setup_teardown(test_file_that_goes_away_stops_nobody, s_open, s_close),
        cmocka_unit_test_setup_teardown(test_system_clock_and_doubt, s_open, s_close),
        cmocka_unit_test_setup_teardown(test_jump_puts_the_clock_in_doubt, s_open, s_close)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
