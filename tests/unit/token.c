/* token - a token is read strictly; a slip of the pen is told apart from a part that is malformed
 *
 * shows: O2 law-11
 * cost: cpu 1
 * area: trust
 */
#include "_example.h"
#include "token.h"

static token_t s_token(void)
{
    token_t token = {.node = "62.03-1",
                     .region = "62.03",
                     .expires = "2023-02-09T02:00:00.000Z",
                     .endpoint = "tcp://62.example.id:7600",
                     .server = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID",
                     .secret = "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"};
    memset(token.root.bytes, 7, sizeof token.root.bytes);
    return token;
}

static void s_refused(const char *text, const char *code, const char *at)
{
    token_t read;
    problem_t problem = {0};
    assert_int_equal(token_read(text, strlen(text), &read, &problem), ST_INVALID);
    assert_string_equal(problem.code, code);
    assert_string_equal(problem.at, at);
    assert_true(strlen(problem.why) > 20);
}

/* Put `with` in the place of part number `part` (0 is the kind) and give it a checksum that fits. */
static void s_part(int part, const char *with, const char *at)
{
    token_t token = s_token(), read;
    char text[TOKEN_TEXT], changed[2 * TOKEN_TEXT], digits[HASH_TEXT];
    problem_t problem = {0};
    token_write(&token, text);
    const char *start = text;
    for (int i = 0; i < part; i++)
        start = strchr(start, '/') + 1;
    const char *rest = strchr(start, '/'), *end = strrchr(text, '/') + 1;
    int length = snprintf(changed, sizeof changed, "%.*s%s%.*s", (int)(start - text), text, with,
                          (int)(end - rest), rest);
    hash_t hash = hash_of(changed, (size_t)length);
    hash_text(&hash, digits);
    length += snprintf(changed + length, sizeof changed - (size_t)length, "%.8s", digits);
    status_t status = token_read(changed, (size_t)length, &read, &problem);
    assert_int_equal(status, at ? ST_INVALID : ST_OK);
    assert_string_equal(problem.code, at ? "token.form" : "");
    assert_string_equal(problem.at, at ? at : "");
}

static void test_back_again(void **state)
{
    (void)state;
    for (int drill = 0; drill < 2; drill++) {
        token_t token = s_token(), read;
        char text[TOKEN_TEXT];
        token.drill = drill;
        size_t length = token_write(&token, text);
        assert_int_equal(length, strlen(text));
        assert_int_equal(
            strncmp(text, drill ? "sinergi-drill-token-1/" : "sinergi-token-1/", drill ? 22 : 16), 0);
        assert_null(strpbrk(text, " $!&*?'\"\\<>(){}|;`~#%"));
        assert_int_equal(token_read(text, length, &read, NULL), ST_OK);
        assert_int_equal(read.drill, drill);
        assert_string_equal(read.node, token.node);
        assert_string_equal(read.region, token.region);
        assert_string_equal(read.expires, token.expires);
        assert_string_equal(read.endpoint, token.endpoint);
        assert_string_equal(read.server, token.server);
        assert_string_equal(read.secret, token.secret);
        assert_true(hash_same(&read.root, &token.root));
    }
}

/* Any single character that is another one, and any end that is missing, is told as a slip. */
static void test_slips(void **state)
{
    (void)state;
    token_t token = s_token();
    char text[TOKEN_TEXT], changed[TOKEN_TEXT + 8];
    size_t length = token_write(&token, text), kind = strlen("sinergi-token-1/");
    for (size_t i = kind; i < length; i++) {
        memcpy(changed, text, length + 1);
        changed[i] = changed[i] == 'a' ? 'b' : 'a';
        s_refused(changed, "token.damaged", "checksum");
    }
    for (size_t cut = kind; cut < length; cut++) {
        snprintf(changed, cut + 1, "%s", text);
        s_refused(changed, "token.damaged", "checksum");
    }
    snprintf(changed, sizeof changed, "%s0", text);
    s_refused(changed, "token.damaged", "checksum");
}

static void test_kinds(void **state)
{
    (void)state;
    static const char *const others[] = {"",
                                         "x",
                                         "sinergi-token-2/62.03-1/",
                                         "sinergi-seal-1\n",
                                         "SINERGI-TOKEN-1/",
                                         "sinergi-drill-drill-token-1/"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        s_refused(others[i], "token.kind", "kind");
    char longest[4096];
    memset(longest, 'a', sizeof longest);
    memcpy(longest, "sinergi-token-1/", 16);
    longest[sizeof longest - 1] = '\0';
    s_refused(longest, "token.damaged", "checksum");
}

static void test_parts(void **state)
{
    (void)state;
    static const struct {
        int part;
        const char *with, *at;
    } cases[] = {{1, "62.03", "node"},
                 {1, "", "node"},
                 {1, "62.03-999999999", NULL},
                 {1, "62.03-1234567890", "node"},
                 {2, "62.3", "region"},
                 {2, "62", NULL},
                 {3, "2023-02-30T02:00:00.000Z", "expires"},
                 {3, "2023-02-09", "expires"},
                 {4, "62.example.id", "endpoint"},
                 {4, "62.example.id:0", "endpoint"},
                 {4, "62.example.id:65536", "endpoint"},
                 {4, "62.example.id:65535", NULL},
                 {4, "62.example.id:076", "endpoint"},
                 {4, ":7600", "endpoint"},
                 {4, "-h:7600", "endpoint"},
                 {4, "a b:7600", "endpoint"},
                 {4, "h;reboot:7600", "endpoint"},
                 {4, "10.0.0.1:7600", NULL},
                 {4, "[2001:db8::62]:7600", NULL},
                 {4, "2001:db8::62:7600", "endpoint"},
                 {4, "[]:7600", "endpoint"},
                 {5, "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc", NULL},
                 {5, "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBw", "server"},
                 {5, "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwd", "server"},
                 {5, "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=", "server"},
                 {5, "u4hHHWXiZZswxVpTIc67WqsrcKOYZF\x89\x92\xcc\xbbKy_LQ_xRg", "server"},
                 {6, "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHB+c", "root"},
                 {7, "", "secret"},
                 {7, "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc/x", "end"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        s_part(cases[i].part, cases[i].with, cases[i].at);
}

static void test_trim(void **state)
{
    (void)state;
    char text[] = "  sinergi-\r\n token\t-1/ \n";
    assert_int_equal(token_trim(text), 16);
    assert_string_equal(text, "sinergi-token-1/");
    assert_true(token_endpoint_is("tcp://[::1]:7600"));
    assert_false(token_endpoint_is("ipc:///tmp/relay"));
    assert_false(token_endpoint_is("tcp://*:7600"));
    assert_false(token_endpoint_is("tcp://h:7600/"));
    assert_false(token_endpoint_is("tcp://"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_back_again), cmocka_unit_test(test_slips),
                                       cmocka_unit_test(test_kinds), cmocka_unit_test(test_parts),
                                       cmocka_unit_test(test_trim)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
