/* db - what is sent is answered once and in order, whatever becomes of the connection
 *
 * A real PostgreSQL is stopped and started under it.
 *
 * shows: M2 M7 law-4 law-6
 * cost: wait 10
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

static void test_answers_come_in_order(void **state)
{
    (void)state;
    probe_start(&probe);
    for (int i = 0; i < 5000; i++) {
        probe_number(&probe, i);
        if (i % 7 == 0)
            probe_sync(&probe);
        if (i % 1000 == 0)
            db_flush(probe.db);
    }
    db_send(probe.db, "SELECT 1", NULL, NULL); /* nobody wants to know */
    probe_sync(&probe);
    assert_int_equal(probe.answers, 0);
    assert_true(cluster_wait(probe.loop, &probe.answers, 5000, SOON));
    for (int i = 0; i < 5000; i++)
        assert_int_equal(strtol(probe.values[i], NULL, 10), i);
    probe_number(&probe, 1);
    probe_sync(&probe);
    assert_true(cluster_wait(probe.loop, &probe.answers, 5001, SOON));
    assert_int_equal(probe.nulls + probe.lost, 0);
    probe_end(&probe);
}

/* More than the socket takes at once, in both directions. */
static void test_large_values_pass(void **state)
{
    (void)state;
    enum { SIZE = 300000, COUNT = 100 };
    static char text[SIZE + 1];
    memset(text, 'x', SIZE);
    probe_start(&probe);
    for (int i = 0; i < COUNT; i++) {
        db_parameters_clear(probe.parameters);
        db_text(probe.parameters, text);
        db_run(probe.db, "length", probe.parameters, probe_answer, &probe);
    }
    probe_sync(&probe);
    assert_true(cluster_wait(probe.loop, &probe.answers, COUNT, SOON));
    for (int i = 0; i < COUNT; i++)
        assert_string_equal(probe.values[i], "300000");
    probe_end(&probe);
}

/* Results come after a flush while the transaction stays open; nobody else sees it before the commit. */
static void test_flush_keeps_the_transaction_open(void **state)
{
    (void)state;
    cluster_sql(&cluster, "CREATE TABLE kept (number bigint)");
    probe_start(&probe);
    probe_send(&probe, "BEGIN");
    probe_send(&probe, "INSERT INTO kept VALUES (1)");
    db_flush(probe.db);
    assert_true(cluster_wait(probe.loop, &probe.answers, 2, SOON));
    assert_string_equal(cluster_sql(&cluster, "SELECT count(*) FROM kept"), "0");
    probe_send(&probe, "COMMIT");
    probe_sync(&probe);
    assert_true(cluster_wait(probe.loop, &probe.answers, 3, SOON));
    assert_int_equal(probe.states[2], PGRES_COMMAND_OK);
    assert_string_equal(cluster_sql(&cluster, "SELECT count(*) FROM kept"), "1");
    probe_end(&probe);
}

static void test_error_aborts_the_group_alone(void **state)
{
    (void)state;
    static const int expected[] = {
        PGRES_COMMAND_OK,       PGRES_COMMAND_OK,       PGRES_FATAL_ERROR, /* group 1 */
        PGRES_PIPELINE_ABORTED, PGRES_PIPELINE_ABORTED, PGRES_FATAL_ERROR, /* the transaction is still open */
        PGRES_COMMAND_OK,       PGRES_TUPLES_OK};
    cluster_sql(&cluster, "CREATE TABLE parted (number bigint)");
    probe_start(&probe);
    probe_send(&probe, "BEGIN");
    probe_send(&probe, "INSERT INTO parted VALUES (1)");
    probe_send(&probe, "SELECT 1/0");
    probe_number(&probe, 5);
    probe_send(&probe, "COMMIT");
    probe_sync(&probe);
    probe_send(&probe, "SELECT 1");
    probe_sync(&probe);
    probe_send(&probe, "ROLLBACK");
    probe_sync(&probe);
    probe_send(&probe, "SELECT count(*) FROM parted");
    probe_sync(&probe);
    assert_true(cluster_wait(probe.loop, &probe.answers, 8, SOON));
    for (int i = 0; i < 8; i++)
        assert_int_equal(probe.states[i], expected[i]);
    assert_string_equal(probe.values[7], "0");
    assert_int_equal(probe.lost, 0);
    probe_end(&probe);
}

static void s_again(void *argument, const PGresult *result)
{
    probe_t *self = argument;
    probe_answer(argument, result);
    if (self->chain-- > 0) {
        db_parameters_clear(self->parameters);
        db_number(self->parameters, self->chain);
        db_run(self->db, "number", self->parameters, s_again, self);
        db_sync(self->db);
    }
}

static void test_handlers_send_anew(void **state)
{
    (void)state;
    probe_start(&probe);
    probe.chain = 500;
    db_send(probe.db, "SELECT 500", s_again, &probe);
    probe_number(&probe, -1);
    probe_sync(&probe);
    assert_true(cluster_wait(probe.loop, &probe.answers, 502, SOON));
    assert_string_equal(probe.values[1], "-1");
    assert_string_equal(probe.values[501], "0");
    probe_end(&probe);
}

/* Five wait for a lock when the server dies at once: each gets NULL, once, before state(false). */
static void test_server_dies_and_comes_back(void **state)
{
    (void)state;
    probe_start(&probe);
    probe_number(&probe, 1);
    probe_sync(&probe);
    assert_true(cluster_wait(probe.loop, &probe.answers, 1, SOON));
    for (int i = 0; i < 5; i++)
        probe_send(&probe, "SELECT pg_sleep(60)");
    probe_sync(&probe);
    cluster_stop(&cluster, "immediate");
    assert_true(cluster_wait(probe.loop, &probe.lost, 1, SOON));
    assert_int_equal(probe.nulls, 5);
    assert_int_equal(probe.nulls_when_lost, 5);
    assert_false(db_ready(probe.db));
    probe_number(&probe, 2); /* too late: not kept for the next connection */
    probe_sync(&probe);
    assert_true(cluster_wait(probe.loop, &probe.nulls, 6, 1000));
    cluster_start(&cluster, NULL);
    assert_true(cluster_wait(probe.loop, &probe.ready, 2, SOON));
    probe_number(&probe, 3);
    probe_send(&probe, "SELECT current_setting('statement_timeout')");
    probe_send(&probe, "SELECT current_setting('sinergi.quoted')");
    probe_send(&probe, "SELECT current_setting('application_name')");
    probe_sync(&probe);
    assert_true(cluster_wait(probe.loop, &probe.answers, 11, SOON));
    assert_string_equal(probe.values[7], "3");
    assert_string_equal(probe.values[8], "30s");
    assert_string_equal(probe.values[9], "it's \\ 'quoted'");
    assert_string_equal(probe.values[10], "probe");
    assert_int_equal(probe.lost, 1);
    probe_end(&probe);
}

/* The server's last word is no answer: whether a COMMIT came through cannot be told. */
static void test_terminated_backend_is_a_loss(void **state)
{
    (void)state;
    probe_start(&probe);
    probe_send(&probe, "SELECT pg_sleep(60)");
    probe_number(&probe, 1);
    probe_sync(&probe);
    probe_send(&probe, "COMMIT");
    probe_sync(&probe);
    while (strcmp(cluster_sql(&cluster, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE "
                                        "application_name = 'probe' AND wait_event = 'PgSleep'"),
                  "1") != 0)
        ;
    assert_true(cluster_wait(probe.loop, &probe.lost, 1, SOON));
    assert_int_equal(probe.answers, 3);
    assert_int_equal(probe.nulls, 3);
    assert_true(cluster_wait(probe.loop, &probe.ready, 2, SOON));
    probe_end(&probe);
}

static void test_dropped_connection_is_opened_again(void **state)
{
    (void)state;
    probe_start(&probe);
    probe_send(&probe, "SELECT pg_sleep(60)");
    probe_sync(&probe);
    probe.within = true;
    db_drop(probe.db);
    db_drop(probe.db);
    probe.within = false;
    assert_false(db_ready(probe.db));
    probe_number(&probe, 1); /* after the drop, before the loop's turn */
    db_flush(probe.db);
    probe_sync(&probe);
    assert_int_equal(probe.answers, 0);
    assert_true(cluster_wait(probe.loop, &probe.lost, 1, 1000));
    assert_int_equal(probe.nulls, 2);
    assert_true(cluster_wait(probe.loop, &probe.ready, 2, SOON));
    probe_end(&probe);
}

/* libpq answers these by itself: no byte comes from the server that could wake the loop. */
static void test_what_follows_a_flushed_error_is_answered(void **state)
{
    (void)state;
    probe_start(&probe);
    probe_send(&probe, "BEGIN");
    probe_send(&probe, "SELECT 1/0");
    db_flush(probe.db);
    assert_true(cluster_wait(probe.loop, &probe.answers, 2, SOON));
    probe_number(&probe, 1);
    db_flush(probe.db);
    assert_true(cluster_wait(probe.loop, &probe.answers, 3, SOON));
    assert_int_equal(probe.states[2], PGRES_PIPELINE_ABORTED);
    probe_sync(&probe);
    probe_send(&probe, "ROLLBACK");
    probe_sync(&probe);
    assert_true(cluster_wait(probe.loop, &probe.answers, 4, SOON));
    assert_int_equal(probe.states[3], PGRES_COMMAND_OK);
    probe_end(&probe);
}

/* A group without BEGIN is committed by its Sync, which may fail after all its answers. */
static void test_commit_by_sync_fails(void **state)
{
    (void)state;
    cluster_sql(&cluster, "CREATE TABLE late (number bigint UNIQUE DEFERRABLE INITIALLY DEFERRED)");
    probe_start(&probe);
    probe_send(&probe, "INSERT INTO late VALUES (1), (1)");
    probe_sync(&probe);
    probe_send(&probe, "SELECT count(*) FROM late");
    probe_sync(&probe);
    assert_true(cluster_wait(probe.loop, &probe.answers, 2, SOON));
    assert_int_equal(probe.states[0], PGRES_COMMAND_OK);
    assert_string_equal(probe.values[1], "0");
    assert_int_equal(probe.lost, 0);
    probe_end(&probe);
}

static void s_stubborn(void *argument, const PGresult *result)
{
    probe_t *self = argument;
    probe_answer(argument, result);
    if (!result && self->chain-- > 0) {
        db_send(self->db, "SELECT 1", s_stubborn, self);
        db_sync(self->db);
    }
}

/* One that sends again whenever it gets NULL holds up neither the loop nor the next connection. */
static void test_handler_that_tries_again_at_once(void **state)
{
    (void)state;
    probe_start(&probe);
    probe.chain = 5000;
    db_send(probe.db, "SELECT pg_sleep(60)", s_stubborn, &probe);
    db_sync(probe.db);
    db_drop(probe.db);
    assert_true(cluster_wait(probe.loop, &probe.ready, 2, SOON));
    assert_int_equal(probe.lost, 1);
    assert_true(probe.nulls > 1);
    probe_end(&probe);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_answers_come_in_order),
                                       cmocka_unit_test(test_large_values_pass),
                                       cmocka_unit_test(test_flush_keeps_the_transaction_open),
                                       cmocka_unit_test(test_error_aborts_the_group_alone),
                                       cmocka_unit_test(test_handlers_send_anew),
                                       cmocka_unit_test(test_server_dies_and_comes_back),
                                       cmocka_unit_test(test_terminated_backend_is_a_loss),
                                       cmocka_unit_test(test_dropped_connection_is_opened_again),
                                       cmocka_unit_test(test_what_follows_a_flushed_error_is_answered),
                                       cmocka_unit_test(test_commit_by_sync_fails),
                                       cmocka_unit_test(test_handler_that_tries_again_at_once)};
    return cmocka_run_group_tests(tests, probe_open, probe_close);
}
