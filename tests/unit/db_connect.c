/* db_connect - a connection is found among several hosts, prepared before it is used, and an unusable start told
 *
 * shows: M7 law-6
 * cost: wait 12
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <cmocka.h>

#include "probe.h"

static probe_t probe;

static void test_starts_before_its_server(void **state)
{
    (void)state;
    cluster_stop(&cluster, "fast");
    probe_make(&probe, cluster.conninfo);
    db_start(probe.db, probe_state, &probe);
    probe_number(&probe, 1);
    probe_sync(&probe);
    assert_true(cluster_wait(probe.loop, &probe.nulls, 1, 1000));
    assert_false(cluster_wait(probe.loop, &probe.ready, 1, 300));
    cluster_start(&cluster, NULL);
    assert_true(cluster_wait(probe.loop, &probe.ready, 1, SOON));
    assert_int_equal(probe.lost, 0);
    probe_end(&probe);
}

/* Three hosts: one takes connections and never answers, one is read-only, one is the right one. */
static void test_several_hosts(void **state)
{
    (void)state;
    cluster_t other;
    char conninfo[1200], *silent = child_folder();
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    CHECK(snprintf(address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.5432", silent) <
          (int)sizeof address.sun_path);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 100), 0);
    cluster_open(&other);
    cluster_stop(&other, "fast");
    cluster_start(&other, "default_transaction_read_only=on");
    snprintf(conninfo, sizeof conninfo,
             "host=%s,/nowhere,%s,%s user=postgres target_session_attrs=read-write connect_timeout=2", silent,
             other.folder, cluster.folder);
    probe_make(&probe, conninfo);
    db_start(probe.db, probe_state, &probe);
    assert_true(cluster_wait(probe.loop, &probe.ready, 1, SOON));
    probe_send(&probe, "SELECT current_setting('default_transaction_read_only')");
    probe_sync(&probe);
    assert_true(cluster_wait(probe.loop, &probe.answers, 1, SOON));
    assert_string_equal(probe.values[0], "off");
    probe_end(&probe);
    cluster_close(&other);
    close(listener);
    child_unlink(silent, ".s.PGSQL.5432");
    rmdir(silent);
    free(silent);
}

static void s_wrong_statement(void *argument)
{
    probe_make(&probe, cluster.conninfo);
    db_prepare(probe.db, "wrong_one", argument, "text");
    db_start(probe.db, probe_state, &probe);
    cluster_wait(probe.loop, &probe.ready, 1, SOON);
}

static void s_wrong_conninfo(void *argument)
{
    probe_make(&probe, argument);
    db_start(probe.db, probe_state, &probe);
}

static void test_unusable_start(void **state)
{
    (void)state;
    char text[4096];
    assert_int_equal(child_run(s_wrong_statement, "SELECT nothing FROM nowhere", text, sizeof text), 1);
    assert_non_null(
        strstr(text, "statement wrong_one does not prepare: relation \"nowhere\" does not exist\n"));
    assert_int_equal(child_run(s_wrong_conninfo, "host=a sslmode", text, sizeof text), 1);
    assert_non_null(strstr(text, "the conninfo of the database cannot be read"));
}

/* Once it has run, a statement that does not fit the schema is waited for. */
static void test_schema_in_the_middle_of_a_change(void **state)
{
    (void)state;
    cluster_sql(&cluster, "CREATE TABLE moved (number bigint)");
    probe_make(&probe, cluster.conninfo);
    db_prepare(probe.db, "moved", "SELECT count(*) FROM moved", "");
    db_start(probe.db, probe_state, &probe);
    assert_true(cluster_wait(probe.loop, &probe.ready, 1, SOON));
    cluster_sql(&cluster, "ALTER TABLE moved RENAME TO away");
    db_drop(probe.db);
    assert_false(cluster_wait(probe.loop, &probe.ready, 2, 1500));
    assert_int_equal(probe.lost, 1);
    cluster_sql(&cluster, "ALTER TABLE away RENAME TO moved");
    assert_true(cluster_wait(probe.loop, &probe.ready, 2, SOON));
    db_run(probe.db, "moved", NULL, probe_answer, &probe);
    probe_sync(&probe);
    assert_true(cluster_wait(probe.loop, &probe.answers, 1, SOON));
    assert_string_equal(probe.values[0], "0");
    probe_end(&probe);
}

static void s_warn(void *argument)
{
    probe_make(&probe, cluster.conninfo);
    db_start(probe.db, probe_state, &probe);
    CHECK(cluster_wait(probe.loop, &probe.ready, 1, SOON));
    probe_send(&probe, argument);
    probe_sync(&probe);
    CHECK(cluster_wait(probe.loop, &probe.answers, 1, SOON));
    probe_end(&probe);
}

static void test_notice_is_logged_without_detail(void **state)
{
    (void)state;
    char text[4096];
    assert_int_equal(
        child_run(s_warn,
                  "DO $$ BEGIN RAISE WARNING 'take care' USING DETAIL = 'secret', HINT = 'more'; "
                  "END $$",
                  text, sizeof text),
        0);
    assert_non_null(strstr(text, "level=warn daemon=sinergi event=database connection=probe severity=WARNING "
                                 "notice=\"take care\"\n"));
    assert_null(strstr(text, "secret"));
    assert_null(strstr(text, "more"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_starts_before_its_server), cmocka_unit_test(test_several_hosts),
        cmocka_unit_test(test_unusable_start), cmocka_unit_test(test_schema_in_the_middle_of_a_change),
        cmocka_unit_test(test_notice_is_logged_without_detail)};
    return cmocka_run_group_tests(tests, probe_open, probe_close);
}
