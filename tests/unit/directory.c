/* directory - regions, nodes, principals and grants of a real database are found in memory, and a load that fails
 * changes nothing
 *
 * shows: I2 I3 T1
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

#include "contract.h"
#include "directory.h"
#include "probe.h"

#define KEY_OWN "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
#define KEY_PARENT "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
#define KEY_OTHER "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"
#define KEY_CLERK "C++)<b]Kq:0:@D2#?6e%AcQNT@)*2ZLQF4zZSQ<A"
#define FINGERPRINT "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define ID(n) "01860f3c-5a00-7000-8000-00000000000" n

static probe_t probe;
static directory_t *directory;
static int told, good;

static void s_file(const char *path)
{
    char file[1024];
    const char *source = getenv("SINERGI_SOURCE");
    snprintf(file, sizeof file, "%s/%s", source && *source ? source : SINERGI_SOURCE_SHARE, path);
    cluster_program((const char *[]){"psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", cluster.conninfo,
                                     "-f", file, NULL});
}

static int s_open(void **state)
{
    probe_open(state);
    s_file("deploy/roles.sql");
    s_file("common/sql/001_journal.sql");
    s_file("common/sql/002_service.sql");
    s_file("common/sql/003_instant.sql");
    s_file("common/sql/004_revocation.sql");
    s_file("services/registry/sql/001_directory.sql");
    s_file("services/registry/sql/004_registry.sql");
    s_file("services/registry/sql/005_registry_life.sql");
    s_file("services/registry/sql/006_registry_goods.sql");
    /* of another migration: there a view of registry's invitations */
    cluster_sql(&cluster, "CREATE TABLE directory.invited (key text, until timestamptz); GRANT SELECT ON "
                          "directory.invited TO scheduling");
    s_file("services/registry/sql/008_certificates.sql");
    s_file("services/registry/sql/009_directory_rights.sql");
    return 0;
}

/* As a daemon does: its own role, the directory prepared on its connection. */
static int s_start(void **state)
{
    (void)state;
    char conninfo[512];
    snprintf(conninfo, sizeof conninfo, "%s user=scheduling dbname=postgres", cluster.conninfo);
    cluster_sql(&cluster,
                "TRUNCATE directory.region, directory.region_code, directory.node, directory.principal, "
                "directory.principal_key, directory.grant_behalf, directory.revocation, journal.certificate "
                "CASCADE");
    probe_make(&probe, conninfo);
    directory = directory_new("62.71-1", "62.71", KEY_OWN);
    directory_prepare(directory, probe.db);
    told = good = 0;
    db_start(probe.db, probe_state, &probe);
    assert_true(cluster_wait(probe.loop, &probe.ready, 1, SOON));
    return 0;
}

static int s_stop(void **state)
{
    (void)state;
    directory_destroy(&directory);
    assert_null(directory);
    probe_end(&probe);
    return 0;
}

static void s_done(void *argument, bool ok)
{
    (void)argument;
    told++;
    good += ok;
}

static bool s_load(void)
{
    int before = good, wanted = told + 1;
    directory_load(directory, probe.db, s_done, NULL);
    assert_true(cluster_wait(probe.loop, &told, wanted, SOON));
    return good > before;
}

/* clang-format off */
static const char fill_sql[] =
    "INSERT INTO directory.region (code, name, level, parent) VALUES ('00', 'Pusat', 'centre', NULL),"
    " ('62', 'Kalimantan Tengah', 'province', '00'), ('62.71', 'Palangka Raya', 'district', '62'),"
    " ('62.10', 'Pulang Pisau', 'district', '62');"
    "INSERT INTO directory.node"
    " SELECT n, r, p, k, '" FINGERPRINT "', '" ID("1") "', '2023-01-01Z', '2024-01-01Z', s, 1 FROM (VALUES"
    " ('62.71-1', ARRAY['62.71'], '62-1', '" KEY_OWN "', 'live'),"
    " ('62-1', ARRAY['62', NULL, 'x'], '00-1', '" KEY_PARENT "', 'live'),"
    " ('62.10-1', ARRAY['62.10'], '62-1', '" KEY_OTHER "', 'revoked'),"
    " ('62.10-2', ARRAY['62.10'], '62-1', '" KEY_CLERK "x', 'live'),"
    " ('62.10-1234567890123', ARRAY['62.10'], '62-1', '" KEY_CLERK "', 'live')) AS v (n, r, p, k, s);"
    "INSERT INTO directory.principal"
    " SELECT i::uuid, '62.71', 'it', 'person', k, '" FINGERPRINT "', '" ID("7") "', o::uuid, r, '2023-01-01Z',"
    " v::timestamptz, x::timestamptz, 1 FROM (VALUES"
    " ('" ID("2") "', '" KEY_CLERK "', NULL, ARRAY['clerk', 'leader'], '2023-02-02T02:00:00.007Z', NULL),"
    " ('" ID("3") "', 'AAAA' || substr('" KEY_CLERK "', 5), '" ID("8") "', ARRAY['verifier'], 'infinity', '-infinity'),"
    " ('" ID("4") "', '" KEY_CLERK "x', NULL, ARRAY['admin'], NULL, NULL)) AS v (i, k, o, r, v, x);"
    "INSERT INTO directory.grant_behalf"
    " VALUES ('" ID("5") "', '62.71', '62-1', '" ID("2") "', '2023-01-01Z', '2023-01-02Z', NULL, 1, '" ID("7") "', '" ID("8") "', ARRAY['report_submit']);"
    "INSERT INTO directory.principal_key VALUES"
    " ('" KEY_CLERK "', '" ID("2") "', '" FINGERPRINT "', '2023-01-01Z', NULL),"
    " ('BBBB' || substr('" KEY_CLERK "', 5), '" ID("2") "', '" FINGERPRINT "', '2022-01-01Z', '2023-01-02Z');"
    "UPDATE directory.version SET version = 7";
/* clang-format on */

static void s_fill(void)
{
    cluster_sql(&cluster, fill_sql);
}

static void test_nodes_and_regions_are_found(void **state)
{
    (void)state;
    s_fill();
    assert_true(s_load());
    assert_int_equal(directory_version(directory), 7);
    const node_t *parent = directory_node(directory, "62-1");
    assert_non_null(parent);
    assert_ptr_equal(directory_node_of_key(directory, KEY_PARENT), parent);
    assert_string_equal(parent->regions[0], "62");
    assert_null(parent->regions[1]);
    assert_string_equal(parent->parent, "00-1");
    assert_false(directory_node_of_key(directory, KEY_OTHER)->live);
    int64_t certified = directory_node(directory, "62.71-1")->since[0];
    assert_int_equal(certified, INT64_C(1672531200000));
    assert_true(directory_speaks(directory, "62.71-1", "62.71", certified));
    assert_false(directory_speaks(directory, "62-1", "62.71", certified));
    assert_true(directory_speaks(directory, "62-1", "62.71", certified - 1));
    assert_true(directory_speaks(directory, "62-1", "62.10", certified));
    assert_true(
        directory_speaks(directory, "62.10-1", "62.10", certified)); /* revoked: what it said before counts */
    assert_true(directory_speaks(directory, "14-1", "62.71", certified));
    assert_null(directory_node(directory, "62.10-1234567890123"));
    assert_null(directory_node(directory, ""));
    assert_null(directory_node_of_key(directory, KEY_CLERK));
    assert_string_equal(directory_server(directory, "62.71")->node, "62.71-1");
    assert_ptr_equal(directory_server(directory, "62.10"), parent); /* its own node is revoked */
    assert_null(directory_server(directory, "00"));
    assert_true(directory_region_known(directory, "62.10"));
    assert_false(directory_region_known(directory, "62.1"));
    const char *region = directory_region_next(directory, NULL);
    assert_string_equal(region, "00");
    assert_string_equal(directory_region_next(directory, region), "62");
    for (int i = 1; i < 4; i++)
        region = directory_region_next(directory, region);
    assert_string_equal(region, "62.71");
    assert_null(directory_region_next(directory, region));
    assert_int_equal(directory_region_tier("00"), TIER_CENTRE);
    assert_int_equal(directory_region_tier("62"), TIER_PROVINCE);
    assert_int_equal(directory_region_tier("62.71"), TIER_DISTRICT);
}

/* A certificate of this number and these regions, with a signing key of its own, from that day of January. */
static void s_certificate(int number, const char *node, const char *regions, int day)
{
    char sql[1024];
    snprintf(sql, sizeof sql,
             "INSERT INTO journal.certificate SELECT ('01860f3c-5a00-7000-8000-0000000000' || %d)::uuid, "
             "'%s', '%s',"
             " '', decode(repeat('%d', 32), 'hex'), z, make_timestamptz(2023, 1, %d, 0, 0, 0, 'UTC'), "
             "'2024-01-01Z',"
             " z, '62-1', z, z, '', z || z FROM decode(repeat('00', 32), 'hex') AS z",
             number, node, regions, number, day);
    cluster_sql(&cluster, sql);
}

/* A renewal, or another region beside the first one, opens no time of a region again; a revocation does, for nobody else spoke for it then. */
static void test_a_node_speaks_since_its_first_certificate_of_a_region(void **state)
{
    (void)state;
    const int64_t january = INT64_C(1672531200000), day = 86400000;
    s_fill();
    s_certificate(11, "62.71-1", "{62.71}", 2);
    s_certificate(12, "62.71-1", "{62.71,62.10}", 10);
    s_certificate(13, "62.71-1", "{62.71,62.10}", 20);
    s_certificate(14, "14-1", "{62.71}", 1); /* another node's */
    cluster_sql(&cluster, "UPDATE directory.node SET valid_from = '2023-01-20Z', regions = '{62.71,62.10}' "
                          "WHERE node = '62.71-1'");
    assert_true(s_load());
    assert_true(directory_speaks(directory, "62-1", "62.71", january + day - 1));
    assert_false(directory_speaks(directory, "62-1", "62.71", january + day));
    assert_true(directory_speaks(directory, "62-1", "62.10", january + 9 * day - 1));
    assert_false(directory_speaks(directory, "62-1", "62.10", january + 9 * day));
    cluster_sql(
        &cluster,
        "INSERT INTO directory.revocation SELECT certificate, '62-1', 0, node, encode(signing, 'hex'),"
        " valid_from, '2023-01-15Z', 'x' FROM journal.certificate WHERE certificate::text LIKE '%12'");
    assert_true(s_load());
    assert_true(directory_speaks(directory, "62-1", "62.71", january + 19 * day - 1));
    assert_false(directory_speaks(directory, "62-1", "62.71", january + 19 * day));
}

static void test_principals_and_grants_are_found(void **state)
{
    (void)state;
    char key[41];
    s_fill();
    assert_true(s_load());
    const principal_t *clerk = directory_principal(directory, KEY_CLERK);
    assert_non_null(clerk);
    assert_string_equal(clerk->principal, ID("2"));
    assert_string_equal(clerk->organisation, "");
    assert_int_equal(clerk->roles, ROLE_CLERK | ROLE_LEADER);
    assert_int_equal(clerk->valid_to, INT64_C(1675303200007));
    assert_int_equal(clerk->revoked_at, 0);
    assert_int_equal(clerk->key_to, 0);
    assert_false(clerk->node_own);
    snprintf(key, sizeof key, "BBBB%s", &KEY_CLERK[4]);
    const principal_t *former = directory_principal(directory, key);
    assert_string_equal(former->principal, ID("2"));
    assert_int_equal(former->key_to, INT64_C(1672617600000));
    snprintf(key, sizeof key, "AAAA%s", &KEY_CLERK[4]);
    const principal_t *verifier = directory_principal(directory, key);
    assert_string_equal(verifier->organisation, ID("8"));
    assert_int_equal(verifier->valid_to, 0);   /* infinity: none */
    assert_int_equal(verifier->revoked_at, 1); /* since ever, which is not "not" */
    const grant_t *grant = directory_grant(directory, ID("5"));
    assert_string_equal(grant->node, "62-1");
    assert_string_equal(grant->person, ID("7"));
    assert_int_equal(grant->valid_to - grant->valid_from, 86400000);
    assert_string_equal(grant->messages[0], "report_submit");
    assert_null(grant->messages[1]);
    assert_null(directory_grant(directory, ID("6")));
}

/* Before anything is recorded the node itself is known: its own key is admin, for the first steps. */
static void test_empty_directory_knows_the_node_itself(void **state)
{
    (void)state;
    for (int loaded = 0; loaded < 2; loaded++) {
        const principal_t *own = directory_principal(directory, KEY_OWN);
        assert_true(own->node_own);
        assert_int_equal(own->roles, ROLE_ADMIN);
        assert_string_equal(own->region, "62.71");
        assert_string_equal(directory_node(directory, "62.71-1")->curve, KEY_OWN);
        assert_string_equal(directory_node_of_key(directory, KEY_OWN)->node, "62.71-1");
        assert_string_equal(directory_server(directory, "62.71")->node, "62.71-1");
        assert_null(directory_server(directory, "62"));
        assert_null(directory_principal(directory, KEY_CLERK));
        assert_null(directory_region_next(directory, NULL));
        assert_true(loaded || s_load());
    }
}

static void test_failed_load_leaves_the_memory(void **state)
{
    (void)state;
    s_fill();
    assert_true(s_load());
    cluster_sql(&cluster, "REVOKE SELECT ON directory.principal FROM scheduling");
    cluster_sql(&cluster, "UPDATE directory.version SET version = 8");
    assert_false(s_load());
    assert_int_equal(directory_version(directory), 7);
    assert_non_null(directory_principal(directory, KEY_CLERK));
    db_drop(probe.db);
    cluster_sql(&cluster, "GRANT SELECT ON directory.principal TO scheduling");
    assert_false(s_load()); /* lost */
    assert_non_null(directory_principal(directory, KEY_CLERK));
    assert_true(cluster_wait(probe.loop, &probe.ready, 2, SOON));
    assert_true(s_load());
    assert_int_equal(directory_version(directory), 8);
}

/* Each is told once; those that ask while a load runs see what was written before they asked. */
static void test_many_ask_at_once(void **state)
{
    (void)state;
    s_fill();
    for (int i = 0; i < 10; i++)
        directory_load(directory, probe.db, s_done, NULL);
    assert_int_equal(told, 0);
    cluster_sql(&cluster, "UPDATE directory.version SET version = 9");
    assert_true(cluster_wait(probe.loop, &told, 10, SOON));
    assert_int_equal(good, 10);
    assert_int_equal(directory_version(directory), 9);
    for (int i = 0; i < 18; i++) /* one runs, 16 wait, one is too many */
        directory_load(directory, probe.db, s_done, NULL);
    assert_int_equal(told, 11);
    assert_true(cluster_wait(probe.loop, &told, 28, SOON));
    assert_int_equal(good, 27);
}

/* A token's key is known until 30 days after its end, whatever became of it. */
static void test_invited_keys_are_known_for_a_while(void **state)
{
    (void)state;
    const int64_t day = 86400000, end = 1675303200000; /* 2023-02-02T02:00:00Z */
    assert_false(directory_invited(directory, KEY_CLERK, end));
    cluster_sql(&cluster, "INSERT INTO directory.invited VALUES ('" KEY_CLERK
                          "', '2023-02-02T02:00:00Z'), ('short', 'infinity'), ('" KEY_OTHER
                          "', '2023-03-02T02:00:00Z')");
    assert_true(s_load());
    assert_true(directory_invited(directory, KEY_CLERK, end - day));
    assert_true(directory_invited(directory, KEY_CLERK, end + 30 * day - 1));
    assert_false(directory_invited(directory, KEY_CLERK, end + 30 * day));
    assert_true(directory_invited(directory, KEY_OTHER, end + 30 * day));
    assert_false(directory_invited(directory, KEY_OWN, end));
    assert_false(directory_invited(directory, "short", end));
    cluster_sql(&cluster, "TRUNCATE directory.invited");
    assert_true(s_load());
    assert_false(directory_invited(directory, KEY_CLERK, end));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_nodes_and_regions_are_found, s_start, s_stop),
        cmocka_unit_test_setup_teardown(test_a_node_speaks_since_its_first_certificate_of_a_region, s_start,
                                        s_stop),
        cmocka_unit_test_setup_teardown(test_principals_and_grants_are_found, s_start, s_stop),
        cmocka_unit_test_setup_teardown(test_empty_directory_knows_the_node_itself, s_start, s_stop),
        cmocka_unit_test_setup_teardown(test_failed_load_leaves_the_memory, s_start, s_stop),
        cmocka_unit_test_setup_teardown(test_invited_keys_are_known_for_a_while, s_start, s_stop),
        cmocka_unit_test_setup_teardown(test_many_ask_at_once, s_start, s_stop)};
    return cmocka_run_group_tests(tests, s_open, probe_close);
}
