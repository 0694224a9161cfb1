/* log - a line stays one line whatever is put into it, and an unusable start is one sentence and status 1
 *
 * shows: law-11 I5
 * cost: cpu 1
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "child.h"
#include "log.h"

static void s_log(void *value)
{
    log_open("test");
    log_warn("event_1", "key", (const char *)value, "left_out", (const char *)NULL, "last", "word", NULL);
}

/* What stands after the time, of the only line. */
static void s_line_is(const char *value, const char *expected)
{
    char text[8192], whole[8192];
    assert_int_equal(child_run(s_log, (void *)value, text, sizeof text), 0);
    assert_int_equal(strncmp(text, "at=20", 5), 0);
    const char *rest = strchr(text, ' ');
    assert_non_null(rest);
    assert_int_equal(rest - text, strlen("at=2023-02-02T02:00:00.000Z"));
    snprintf(whole, sizeof whole, " level=warn daemon=test event=event_1 key=%s last=word\n", expected);
    assert_string_equal(rest, whole);
}

static void test_value_cannot_leave_its_place(void **state)
{
    (void)state;
    s_line_is("62.71-1", "62.71-1");
    s_line_is("tcp://127.0.0.1:7600", "tcp://127.0.0.1:7600");
    s_line_is("", "\"\"");
    s_line_is("two words", "\"two words\"");
    s_line_is("a=b", "\"a=b\"");
    s_line_is("x\nat=2023 level=info", "\"x\\x0aat=2023 level=info\"");
    s_line_is("\" level=error \\", "\"\\\" level=error \\\\\"");
    s_line_is("\x1b[2J\r\x7f", "\"\\x1b[2J\\x0d\\x7f\"");
    s_line_is("\xc2\x9b\xe2\x80\xa8\xff", "\"\\xc2\\x9b\\xe2\\x80\\xa8\\xff\"");
}

static void test_line_is_bounded(void **state)
{
    (void)state;
    static char value[10000];
    static const char bytes[] = "x \n"; /* plain, quoted, escaped */
    static const char *const ends[] = {" cut=yes\n", "\" cut=yes\n", "\" cut=yes\n"};
    for (int i = 0; i < 3; i++)
        for (size_t length = 3900; length < sizeof value - 1; length += length < 4100 ? 1 : 997) {
            char text[12000];
            memset(value, bytes[i], length);
            value[length] = '\0';
            assert_int_equal(child_run(s_log, value, text, sizeof text), 0);
            size_t used = strlen(text), end = strlen(ends[i]);
            assert_true(used <= 4096);
            assert_ptr_equal(strchr(text, '\n'), text + used - 1);
            bool whole = strcmp(text + used - 11, " last=word\n") == 0,
                 short_cut = strstr(text, "cut=yes") != NULL;
            assert_true(whole != short_cut);
            assert_true(whole || strcmp(text + used - end, ends[i]) == 0 ||
                        strcmp(text + used - 9, " cut=yes\n") == 0);
            size_t quotes = 0;
            for (const char *at = text; *at; at++)
                quotes += *at == '"';
            assert_int_equal(quotes % 2, 0);
        }
}

static void s_fatal(void *sentence)
{
    log_open("test");
    fatal("it cannot: %s", (const char *)sentence);
}

static void test_fatal_is_one_sentence(void **state)
{
    (void)state;
    char text[4096];
    assert_int_equal(child_run(s_fatal, "\x1b[2J\xc2\x9b no\nmore", text, sizeof text), 1);
    assert_string_equal(text, "test: it cannot: ?[2J?? no\n");
}

static void test_numbers_of_one_line(void **state)
{
    (void)state;
    const char *numbers[16];
    for (int i = 0; i < 16; i++)
        numbers[i] = log_number(INT64_MIN + i);
    assert_string_equal(numbers[0], "-9223372036854775808");
    assert_string_equal(numbers[15], "-9223372036854775793");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_value_cannot_leave_its_place), cmocka_unit_test(test_line_is_bounded),
        cmocka_unit_test(test_fatal_is_one_sentence), cmocka_unit_test(test_numbers_of_one_line)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
