/* pattern - the patterns of contracts mean what ECMA 262 says, in linear time, or do not compile
 *
 * shows: law-11 F1
 * cost: cpu 1
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "pattern.h"

static bool s_matches(const char *text, const char *string, size_t length)
{
    const char *why = NULL;
    pattern_t *pattern = pattern_new(text, &why);
    if (!pattern)
        fail_msg("%s: %s", text, why);
    bool matches = pattern_matches(pattern, string, length);
    pattern_destroy(&pattern);
    assert_null(pattern);
    return matches;
}

/* pattern, strings that match, strings that do not */
static const struct {
    const char *pattern, *yes[6], *no[6];
} cases[] = {
    {"", {"", "a"}, {0}},
    {"a", {"a", "ba", "abc"}, {"", "b"}},
    {"^a*$", {"", "a", "aaa"}, {"b", "ab", "ba"}},
    {"^a|b$", {"ax", "xb", "a", "b"}, {"xax", "bx"}},
    {"^(a|b)$", {"a", "b"}, {"ab", "", "ax"}},
    {"^(?:ab)+$", {"ab", "abab"}, {"", "aba"}},
    {"^(|a)$", {"", "a"}, {"b"}},
    {"^a{2}$", {"aa"}, {"a", "aaa"}},
    {"^a{2,}$", {"aa", "aaaa"}, {"a", ""}},
    {"^a{1,3}$", {"a", "aa", "aaa"}, {"", "aaaa"}},
    {"^a{0}$", {""}, {"a"}},
    {"^(ab?){0,2}c$", {"c", "ac", "abac", "ababc"}, {"aaac", "bc"}},
    {"^a{0,}b$", {"b", "aab"}, {"a"}},
    {"^(a*)*b$", {"b", "aab"}, {"a"}},
    {"^(a?){3}$", {"", "a", "aaa"}, {"aaaa"}},
    {"^a+?b*?$", {"a", "aabb"}, {"b"}},
    {"^a{1000}$", {0}, {"a"}},
    {"a$b", {0}, {"ab", "a", ""}},
    {"^[a-c_]+$", {"abc", "_"}, {"d", "", "-"}},
    {"^[^a-c]$", {"d", "\xc3\xa9", "\n"}, {"a", "", "dd"}},
    {"^[-a]$", {"-", "a"}, {"b"}},
    {"^[a-]$", {"-", "a"}, {"b"}},
    {"^[\\]\\\\^]$", {"]", "\\", "^"}, {"["}},
    {"^[\\d_]+$", {"12_3"}, {"a"}},
    {"^[^\\W_]+$", {"aZ9"}, {"_", "-", "\xc3\xa9"}},
    {"^\\d$", {"0", "9"}, {"a", "\xd9\xa1"}},
    {"^\\w\\W$", {"a ", "_\xc3\xa9"}, {"ab"}},
    {"^\\s\\S$",
     {" a",
      "\xc2\xa0"
      "a",
      "\xef\xbb\xbf"
      "a"},
     {"a ", "  "}},
    {"^.$", {"a", "\xf0\x9f\x90\xb2"}, {"\n", "\r", "\xe2\x80\xa8", ""}},
    {"^\xf0\x9f\x90\xb2*$", {"", "\xf0\x9f\x90\xb2\xf0\x9f\x90\xb2"}, {"\xf0\x9f\x90\xb1"}},
    {"^[\xc3\xa0-\xc3\xaf]$", {"\xc3\xa9"}, {"\xc3\xb0", "e"}},
    {"^\\u00e9\\u{1F432}\\x41\\cA\\t\\n$",
     {"\xc3\xa9\xf0\x9f\x90\xb2"
      "A\x01\t\n"},
     {"e"}},
    {"^\\S(.*\\S)?$", {"a", "a b"}, {"", " a", "a ", " "}},
    {"^[0-9]{2}(\\.[0-9]{2})?$", {"62", "62.71"}, {"6", "62.", "62.7", "62171", "62.711"}},
    {"\\/\\-\\.\\{\\}\\(\\)\\[\\]\\|\\*\\+\\?\\^\\$", {"/-.{}()[]|*+?^$"}, {"/"}},
};

static void test_verdicts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (size_t j = 0; j < 6; j++) {
            const char *yes = cases[i].yes[j], *no = cases[i].no[j];
            if (yes && !s_matches(cases[i].pattern, yes, strlen(yes)))
                fail_msg("%s does not match %s", cases[i].pattern, yes);
            if (no && s_matches(cases[i].pattern, no, strlen(no)))
                fail_msg("%s matches %s", cases[i].pattern, no);
        }
    assert_true(s_matches("^a\\0b$", "a\0b", 3));
}

static void test_refused(void **state)
{
    static const char *const texts[] = {
        "*",
        "a**",
        "(",
        ")",
        "a)",
        "(?=a)",
        "(?!a)",
        "(?<=a)",
        "(?<n>a)",
        "\\b",
        "\\B",
        "\\1",
        "\\p{L}",
        "\\a",
        "\\Z",
        "\\",
        "[",
        "[a",
        "[]",
        "[^]",
        "[b-a]",
        "[\\d-z]",
        "[a-\\d]",
        "{",
        "a{",
        "a{1",
        "a{2,1}",
        "a{,2}",
        "a{1001}",
        "}",
        "]",
        "^*",
        "\\x4",
        "\\u12",
        "\\u{110000}",
        "\\ud800",
        "[[:alpha:]]",
        "\\c1",
        "(?:",
        "a|*",
        "((a{1000}){1000}){1000}",
        "(a{1000}){3}",
        "\\udfff",
        "\\01",
        "a{99999999999}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const char *why = NULL;
        if (pattern_new(texts[i], &why) || !why)
            fail_msg("%s is not refused", texts[i]);
    }
}

/* Groups are read by recursion; text from a contract cannot make that deep. */
static void test_deep_groups(void **state)
{
    (void)state;
    char text[2001];
    const char *why = NULL;
    memset(text, '(', 2000);
    text[2000] = '\0';
    assert_null(pattern_new(text, &why));
    assert_non_null(strstr(why, "deep"));
}

/* Patterns that take a backtracking matcher longer than the age of the universe, on a full message. */
static void test_linear_time(void **state)
{
    enum { LENGTH = 256 * 1024 };
    static const char *const texts[] = {"^(a+)+$", "^(a|a)*$", "^(a*)*$", "(a|aa)+$", "^(.*a){8}$"};
    (void)state;
    char *string = malloc(LENGTH);
    memset(string, 'a', LENGTH);
    string[LENGTH - 1] = 'b';
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_false(s_matches(texts[i], string, LENGTH));
    free(string);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_deep_groups),
        cmocka_unit_test(test_linear_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
