/* settings - the environment counts over the node's file, the file over the fallback, and what cannot be read
 * ends the start with one sentence
 *
 * shows: law-11
 * cost: cpu 1
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "child.h"
#include "node.h"
#include "settings.h"

static const setting_t own[] = {
    {"SINERGI_TEST_SPEED", "7", "how fast"}, {"SINERGI_TEST_PLACE", NULL, "where"}, {0}};

typedef struct {
    char *folder;
    const char *text; /* of the file under test */
} file_t;

static int s_open(void **state)
{
    static file_t file;
    file.folder = child_folder();
    setenv("SINERGI_DIR", file.folder, 1);
    unsetenv("SINERGI_TEST_SPEED");
    unsetenv("SINERGI_TEST_PLACE");
    *state = &file;
    return 0;
}

static int s_close(void **state)
{
    file_t *file = *state;
    child_unlink(file->folder, "settings");
    child_unlink(file->folder, "node.json");
    rmdir(file->folder);
    free(file->folder);
    return 0;
}

static void test_environment_over_file_over_fallback(void **state)
{
    file_t *file = *state;
    settings_load(own);
    assert_string_equal(settings_get("SINERGI_TEST_SPEED"), "7");
    assert_null(settings_get("SINERGI_TEST_PLACE"));
    child_write(file->folder, "settings",
                "# for all daemons\n\nSINERGI_TEST_SPEED=8\r\nSINERGI_OTHER_DAEMON=x\n"
                "SINERGI_TEST_PLACE=a=b c\nSINERGI_TEST_SPEED=9");
    settings_load(own);
    assert_string_equal(settings_get("SINERGI_TEST_SPEED"), "9");
    assert_string_equal(settings_get("SINERGI_TEST_PLACE"), "a=b c");
    setenv("SINERGI_TEST_SPEED", "10", 1);
    assert_int_equal(settings_number("SINERGI_TEST_SPEED", 10, 10), 10);
    setenv("SINERGI_TEST_SPEED", "", 1);
    assert_int_equal(settings_number("SINERGI_TEST_SPEED", -1, 10), 9);
    settings_load(NULL);
    assert_string_equal(settings_get("SINERGI_PROCESS"), "0");
}

static void s_load_and_read_number(void *argument)
{
    (void)argument;
    settings_load(own);
    settings_number("SINERGI_TEST_SPEED", 1, 100);
}

static void s_ends_with(const char *sentence)
{
    char text[2048];
    assert_int_equal(child_run(s_load_and_read_number, NULL, text, sizeof text), 1);
    assert_non_null(strstr(text, sentence));
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
}

static void test_number_is_one_within_its_bounds(void **state)
{
    (void)state;
    const char *const wrong[] = {"0", "101", "1x", " 1", "+1", "1e3", "99999999999999999999", "-", "\n"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        setenv("SINERGI_TEST_SPEED", wrong[i], 1);
        s_ends_with("SINERGI_TEST_SPEED is '");
    }
}

static void test_bad_line_is_named(void **state)
{
    file_t *file = *state;
    static char long_line[1200] = "SINERGI_TEST_PLACE=";
    memset(long_line + strlen(long_line), 'x', sizeof long_line - strlen(long_line) - 1);
    const char *const wrong[] = {"\nSPEED=1\n", "\nSINERGI_TEST_SPEED\n", "\n = \n"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        child_write(file->folder, "settings", wrong[i]);
        s_ends_with("settings, line 2: ");
    }
    child_write(file->folder, "settings", long_line);
    s_ends_with("settings, line 1: ");
}

static void s_get_unknown(void *argument)
{
    (void)argument;
    settings_load(own);
    settings_get("SINERGI_NOT_IN_A_TABLE");
}

static void test_name_of_no_table_is_a_bug(void **state)
{
    (void)state;
    char text[256];
    assert_int_equal(child_run(s_get_unknown, NULL, text, sizeof text), 128 + 6);
}

static void test_help_names_every_setting(void **state)
{
    (void)state;
    char *text = NULL;
    size_t length;
    FILE *file = open_memstream(&text, &length);
    settings_print(file, own);
    fclose(file);
    assert_non_null(strstr(text, "SINERGI_DIR"));
    assert_non_null(strstr(text, "SINERGI_TEST_SPEED     how fast (7)\n"));
    assert_non_null(strstr(text, "SINERGI_TEST_PLACE     where\n"));
    free(text);
}

#define SERVER "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
#define NODE_OPEN                                                                                            \
    "{\"name\": \"62.71-1\", \"region\": \"62.71\", \"drill\": true, \"port\": 7600, \"listen\": "           \
    "\"127.0.0.1\", \"server\": \"" SERVER "\""
#define NODE(rest) NODE_OPEN rest "}"
#define PARENT(node, curve)                                                                                  \
    ", \"database\": \"\", \"parent\": {\"node\": \"" node "\", \"region\": \"62\", \"endpoint\": "          \
    "\"tcp://127.0.0.1:7500\", \"curve\": \"" curve "\"}"

static void test_node_is_read_whole(void **state)
{
    file_t *file = *state;
    char text[1024], expected[1024];
    child_write(file->folder, "node.json", NODE(PARENT("62-1", SERVER)));
    node_config_t *node = node_config_of_folder(file->folder);
    assert_string_equal(node->name, "62.71-1");
    assert_string_equal(node->parent_endpoint, "tcp://127.0.0.1:7500");
    assert_true(node->drill && node->has_parent);
    node_config_conninfo(node, "registry", text, sizeof text);
    snprintf(expected, sizeof expected, "host='%s/pg/socket' dbname=sinergi user=registry", file->folder);
    assert_string_equal(text, expected);
    assert_int_equal(node_config_port(node, "portal", 2), 7700);
    assert_int_equal(node_config_port(node, "postgres", 0), 0);
    node_config_client_endpoint(node, "registry", text, sizeof text);
    assert_string_equal(text, "tcp://127.0.0.1:7601");
    node_config_ipc_endpoint(node, "registry", text, sizeof text);
    snprintf(expected, sizeof expected, "ipc://%s/run/registry", file->folder);
    assert_string_equal(text, expected);
    node_config_destroy(&node);
    assert_null(node);
}

static void test_conninfo_of_another_database(void **state)
{
    file_t *file = *state;
    static const struct {
        const char *database, *conninfo;
    } cases[] = {{"postgresql://a,b/sinergi", "postgresql://a,b/sinergi?user=relay"},
                 {"postgres://a/sinergi?port=1", "postgres://a/sinergi?port=1&user=relay"},
                 {"host=a dbname=sinergi", "host=a dbname=sinergi user=relay"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[1024];
        snprintf(text, sizeof text, "%s, \"database\": \"%s\"}", NODE_OPEN, cases[i].database);
        child_write(file->folder, "node.json", text);
        node_config_t *node = node_config_of_folder(file->folder);
        node_config_conninfo(node, "relay", text, sizeof text);
        assert_string_equal(text, cases[i].conninfo);
        assert_false(node->has_parent);
        node_config_destroy(&node);
    }
}

static void s_read_node(void *folder)
{
    node_config_t *node = node_config_of_folder(folder);
    node_config_destroy(&node);
}

static void test_node_that_is_not_whole_is_refused(void **state)
{
    file_t *file = *state;
    static const struct {
        const char *node, *place;
    } cases[] = {{"", "cannot be read"},
                 {"[]", "no object"},
                 {"{}", "\"name\" is missing"},
                 {NODE(""), "\"database\" is missing"},
                 {NODE(", \"database\": \"\", \"prot\": 1"), "\"prot\" is not known"},
                 {NODE(", \"database\": \"\", \"port\": 7600"), "cannot be read"},
                 {NODE(", \"database\": \"\", \"parent\": 1"), "\"parent\""},
                 {NODE(", \"database\": \"\", \"endpoints\": 1"), "\"endpoints\""},
                 {NODE(", \"database\": \"\\u0000\""), "cannot be read"},
                 {NODE(PARENT("62", SERVER)), "\"node\" is no node's name"},
                 {NODE(PARENT("62-1", "short")), "\"curve\" is no CURVE key"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[2048];
        child_write(file->folder, "node.json", cases[i].node);
        assert_int_equal(child_run(s_read_node, file->folder, text, sizeof text), 1);
        assert_non_null(strstr(text, cases[i].place));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_environment_over_file_over_fallback, s_open, s_close),
        cmocka_unit_test_setup_teardown(test_number_is_one_within_its_bounds, s_open, s_close),
        cmocka_unit_test_setup_teardown(test_bad_line_is_named, s_open, s_close),
        cmocka_unit_test_setup_teardown(test_name_of_no_table_is_a_bug, s_open, s_close),
        cmocka_unit_test_setup_teardown(test_help_names_every_setting, s_open, s_close),
        cmocka_unit_test_setup_teardown(test_node_is_read_whole, s_open, s_close),
        cmocka_unit_test_setup_teardown(test_conninfo_of_another_database, s_open, s_close),
        cmocka_unit_test_setup_teardown(test_node_that_is_not_whole_is_refused, s_open, s_close)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
