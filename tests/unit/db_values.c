/* db_values - what is put into parameters and arrays is what PostgreSQL has, and its errors are told as refusals
 *
 * shows: law-8 law-10 F1
 * cost: wait 5
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "probe.h"

static probe_t probe;
static array_t *array;

static char text[4096]; /* the elements as text, each followed by | */
static char state[8];   /* SQLSTATE */
static status_t status; /* and what db_problem says of the error */
static problem_t problem;
static bool data_error;

static void s_taken(void *argument, const PGresult *result)
{
    CHECK(result);
    snprintf(state, sizeof state, "%s", db_sqlstate(result));
    status = PQresultStatus(result) == PGRES_TUPLES_OK || PQresultStatus(result) == PGRES_COMMAND_OK
                 ? ST_OK
                 : db_problem(probe.db, result, &problem);
    data_error = db_is_data_error(result);
    *text = '\0';
    for (int i = 0; i < PQntuples(result); i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s|", PQgetvalue(result, i, 0));
    probe_answer(argument, result);
}

static void s_run(const char *statement)
{
    int wanted = probe.answers + 1;
    db_run(probe.db, statement, probe.parameters, s_taken, &probe);
    db_sync(probe.db);
    assert_true(cluster_wait(probe.loop, &probe.answers, wanted, SOON));
}

static void s_array(const char *statement)
{
    db_parameters_clear(probe.parameters);
    db_array(probe.parameters, array);
    s_run(statement);
    array_destroy(&array);
}

#define ELEMENTS                                                                                             \
    "SELECT coalesce(element::text, 'none') FROM unnest($1) WITH ORDINALITY AS u (element, place) ORDER BY " \
    "place"

static int s_start(void **unused)
{
    static const char *const types[] = {"text",  "uuid", "bigint", "integer",
                                        "bytea", "json", "jsonb",  "timestamptz"};
    (void)unused;
    probe_make(&probe, cluster.conninfo);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        char list[32];
        snprintf(list, sizeof list, "%s[]", types[i]);
        db_prepare(probe.db, types[i], ELEMENTS, list);
    }
    db_option(probe.db, "search_path", "trial");
    db_prepare(probe.db, "parameters",
               "SELECT coalesce($1, 'none') UNION ALL SELECT $2::text UNION ALL SELECT encode($3, 'hex')"
               " UNION ALL SELECT $4::text UNION ALL SELECT $5::text UNION ALL SELECT coalesce($6, 'none')",
               "text,bigint,bytea,json,uuid,text");
    db_prepare(probe.db, "add", "INSERT INTO thing VALUES ($1, $2, $3)", "bigint,text,bigint");
    db_prepare(probe.db, "cast", "SELECT ($1::text)::integer", "text");
    db_start(probe.db, probe_state, &probe);
    assert_true(cluster_wait(probe.loop, &probe.ready, 1, SOON));
    return 0;
}

static int s_stop(void **unused)
{
    (void)unused;
    probe_end(&probe);
    return 0;
}

static void test_parameters(void **unused)
{
    (void)unused;
    static const uint8_t id[] = "0123456789abcdef";
    db_text(probe.parameters, "it's \"\\ {,} é");
    db_number(probe.parameters, INT64_MIN);
    db_bytes(probe.parameters, "\0\xff'\\", 4);
    db_bytes(probe.parameters, "{\"a\": 1}tail", 8);
    db_bytes(probe.parameters, id, 16);
    db_text(probe.parameters, NULL);
    s_run("parameters");
    assert_string_equal(text, "it's \"\\ {,} é|-9223372036854775808|00ff275c|{\"a\": 1}|"
                              "30313233-3435-3637-3839-616263646566|none|");
}

static void test_arrays_of_text(void **unused)
{
    (void)unused;
    array = array_new(ARRAY_TEXT);
    array_text(array, "it's \"quoted\"");
    array_text(array, "back\\slash \\N {,}");
    array_text(array, "Palangka Räya 日本 😀\n\t");
    array_text(array, "");
    array_text(array, NULL);
    array_text(array, "NULL");
    array_bytes(array, "cut here", 3);
    s_array("text");
    assert_string_equal(text, "it's \"quoted\"|back\\slash \\N {,}|Palangka Räya 日本 😀\n\t||none|NULL|cut|");
    array = array_new(ARRAY_BYTEA);
    array_bytes(array, "\0\xff\\'\"", 5);
    array_bytes(array, NULL, 0);
    array_bytes(array, "", 0);
    s_array("bytea");
    assert_string_equal(text, "\\x00ff5c2722|none|\\x|");
    array = array_new(ARRAY_JSON);
    array_text(array, "{\"b\" : \"it's \\\"\\\\ \\u00e9\", \"a\":1}");
    array_text(array, NULL);
    s_array("json");
    assert_string_equal(text, "{\"b\" : \"it's \\\"\\\\ \\u00e9\", \"a\":1}|none|");
    array = array_new(ARRAY_JSONB);
    array_text(array, "{\"b\" : \"\\\"é\", \"a\":1}");
    array_text(array, NULL);
    array_text(array, "null");
    s_array("jsonb");
    assert_string_equal(text, "{\"a\": 1, \"b\": \"\\\"é\"}|none|null|");
}

static void test_arrays_of_numbers_ids_and_instants(void **unused)
{
    (void)unused;
    array = array_new(ARRAY_BIGINT);
    array_number(array, INT64_MIN);
    array_number(array, INT64_MAX);
    array_null(array);
    s_array("bigint");
    assert_string_equal(text, "-9223372036854775808|9223372036854775807|none|");
    array = array_new(ARRAY_INTEGER);
    array_number(array, INT32_MIN);
    array_null(array);
    array_number(array, INT32_MAX);
    s_array("integer");
    assert_string_equal(text, "-2147483648|none|2147483647|");
    array = array_new(ARRAY_UUID);
    array_uuid(array, (const uint8_t *)"0123456789abcdef");
    array_uuid(array, NULL);
    s_array("uuid");
    assert_string_equal(text, "30313233-3435-3637-3839-616263646566|none|");
    array = array_new(ARRAY_TIMESTAMPTZ);
    array_instant(array, 0);
    array_instant(array, INT64_C(1675303200007));
    array_null(array);
    array_instant(array, -1);
    s_array("timestamptz");
    assert_string_equal(text,
                        "1970-01-01 00:00:00+00|2023-02-02 02:00:00.007+00|none|1969-12-31 23:59:59.999+00|");
    array = array_new(ARRAY_TIMESTAMPTZ);
    s_array("timestamptz"); /* an empty array */
    assert_string_equal(text, "");
    assert_int_equal(status, ST_OK);
}

static void test_large_array(void **unused)
{
    (void)unused;
    db_parameters_clear(probe.parameters);
    array = array_new(ARRAY_TEXT);
    for (int i = 0; i < 20000; i++)
        array_text(array, "0123456789012345678901234567890123456789");
    array_null(array);
    s_array("text");
    assert_int_equal(strlen(text), sizeof text - 1);
    assert_int_equal(status, ST_OK);
}

static void s_refused(const char *statement, const char *expected)
{
    s_array(statement);
    assert_string_equal(state, expected);
    assert_int_equal(status, ST_INVALID);
    assert_string_equal(problem.code, "database.invalid");
    assert_true(data_error);
}

static void test_what_a_type_does_not_take_is_refused(void **unused)
{
    (void)unused;
    array = array_new(ARRAY_TEXT);
    array_text(array, "\xff secret");
    s_refused("text", "22021");
    assert_null(strstr(problem.why, "secret"));
    array = array_new(ARRAY_TEXT);
    array_bytes(array, "a\0b", 3);
    s_refused("text", "22021");
    array = array_new(ARRAY_JSON);
    array_text(array, "{secret}");
    s_refused("json", "22P02");
    assert_null(strstr(problem.why, "secret"));
    array = array_new(ARRAY_TIMESTAMPTZ);
    array_instant(array, INT64_MAX);
    s_refused("timestamptz", "22008");
    array = array_new(ARRAY_TIMESTAMPTZ);
    array_instant(array, INT64_MIN);
    s_refused("timestamptz", "22008");
}

static void s_add(long long number, const char *name, long long part)
{
    db_parameters_clear(probe.parameters);
    db_number(probe.parameters, number);
    db_text(probe.parameters, name);
    db_number(probe.parameters, part);
    s_run("add");
}

/* A constraint's comment is the answer, in the role's own schema too; without one the class of the error is. */
static void test_constraints_answer(void **unused)
{
    (void)unused;
    static const struct {
        long long number;
        const char *name;
        long long part;
        status_t status;
        const char *code, *why;
    } cases[] = {
        {1, "a", 1, ST_OK, "", ""},
        {1, "b", 1, ST_CONFLICT, "thing.number_taken", "the number is taken: choose another"},
        {2, "a", 1, ST_DENIED, "thing.name_2", "the name is reserved"},
        {3, "", 1, ST_INVALID, "database.invalid",
         "new row for relation \"thing\" violates check constraint \"thing_named\""},
        {3, NULL, 1, ST_INVALID, "database.invalid",
         "null value in column \"name\" of relation \"thing\" violates not-null constraint"},
        {3, "c", 9, ST_MISSING, "database.missing",
         "insert or update on table \"thing\" violates foreign key constraint \"thing_part_fkey\""},
        {-1, "d", 1, ST_BROKEN, "database.failed", "the database refused the statement (SQLSTATE P0001)"},
        {4, "d", -1, ST_CONFLICT, "database.conflict",
         "duplicate key value violates unique constraint \"thing_part_once\""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        s_add(cases[i].number, cases[i].name, cases[i].part);
        assert_int_equal(status, cases[i].status);
        if (status == ST_OK)
            continue;
        assert_string_equal(problem.code, cases[i].code);
        assert_string_equal(problem.why, cases[i].why);
        assert_string_equal(problem.at, "");
    }
}

static void s_command(const char *command)
{
    int wanted = probe.answers + 1;
    db_send(probe.db, command, s_taken, &probe);
    db_sync(probe.db);
    assert_true(cluster_wait(probe.loop, &probe.answers, wanted, SOON));
}

static void test_other_errors(void **unused)
{
    (void)unused;
    db_parameters_clear(probe.parameters);
    db_text(probe.parameters, "secret");
    s_run("cast");
    assert_int_equal(status, ST_INVALID);
    assert_null(strstr(problem.why, "secret")); /* PostgreSQL's message quotes it */
    s_command("SET ROLE stranger");
    s_command("SELECT * FROM trial.thing");
    assert_int_equal(status, ST_DENIED);
    s_command("RESET ROLE");
    s_command("SET statement_timeout = '20ms'");
    s_command("SELECT pg_sleep(60)");
    assert_int_equal(status, ST_RETRY);
    assert_string_equal(state, "57014");
    assert_false(data_error);
    assert_int_equal(db_problem(probe.db, NULL, &problem), ST_RETRY);
    assert_string_equal(problem.code, "database.gone");
    assert_int_equal(db_problem(probe.db, NULL, NULL), ST_RETRY);
    assert_string_equal(db_sqlstate(NULL), "");
    s_command("SELECT nothing");
    assert_int_equal(status, ST_BROKEN);
    db_send(probe.db, "SELECT 1/0", NULL, NULL);
    s_command("SELECT 1");
    assert_int_equal(status, ST_RETRY); /* it was not tried */
}

static int s_open(void **unused)
{
    probe_open(unused);
    cluster_sql(
        &cluster,
        "CREATE ROLE stranger; CREATE SCHEMA trial;"
        "CREATE TABLE trial.part (number bigint PRIMARY KEY); INSERT INTO trial.part VALUES (1), (-1);"
        "CREATE TABLE trial.thing (number bigint PRIMARY KEY, name text NOT NULL, part bigint REFERENCES "
        "trial.part, CONSTRAINT thing_named CHECK (name <> ''));"
        "CREATE UNIQUE INDEX thing_name ON trial.thing (lower(name));"
        "CREATE UNIQUE INDEX thing_part_once ON trial.thing ((part < 0)) WHERE part < 0;"
        "COMMENT ON CONSTRAINT thing_pkey ON trial.thing IS 'conflict thing.number_taken: the number is "
        "taken: choose another';"
        "COMMENT ON INDEX trial.thing_name IS 'denied thing.name_2: the name is reserved';"
        "COMMENT ON CONSTRAINT thing_named ON trial.thing IS 'a thing has a name';"
        "CREATE FUNCTION trial.refuse() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'secret'; END $$;"
        "ALTER TABLE trial.thing ADD CHECK (number >= 0 OR trial.refuse());"
        "INSERT INTO trial.thing VALUES (100, 'first', -1)");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_parameters, s_start, s_stop),
        cmocka_unit_test_setup_teardown(test_arrays_of_text, s_start, s_stop),
        cmocka_unit_test_setup_teardown(test_arrays_of_numbers_ids_and_instants, s_start, s_stop),
        cmocka_unit_test_setup_teardown(test_large_array, s_start, s_stop),
        cmocka_unit_test_setup_teardown(test_what_a_type_does_not_take_is_refused, s_start, s_stop),
        cmocka_unit_test_setup_teardown(test_constraints_answer, s_start, s_stop),
        cmocka_unit_test_setup_teardown(test_other_errors, s_start, s_stop)};
    return cmocka_run_group_tests(tests, s_open, probe_close);
}
