/* migrate - brings the database of a node to this release: numbered files, each once, each in one transaction
 */
#include <dirent.h>
#include <glob.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "contract.h"
#include "ctl.h"
#include "hex.h"
#include "log.h"
#include "node.h"

/* In the order in which they need each other (proto and journal first, then whoever writes the directory). */
static const char *const services[] = {"common", "registry", "relay", "scheduling", "reporting", "portal"};

typedef struct {
    PGconn *connection;
    bool dry;
    int done;
} migration_t;

static PGresult *s_query(PGconn *connection, const char *sql, int count, const char *const *values)
{
    PGresult *result = PQexecParams(connection, sql, count, NULL, values, NULL, NULL, 0);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        fatal("migrate: %s", PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
    return result;
}

static void s_command(PGconn *connection, const char *sql)
{
    PGresult *result = PQexec(connection, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
        fatal("migrate: %s", PQerrorMessage(connection));
    PQclear(result);
}

/* The record of what was done lies in schema migration, apart from what it makes. */
static void s_record_make(PGconn *connection)
{
    s_command(connection,
              "SET client_min_messages = warning;"
              "CREATE SCHEMA IF NOT EXISTS migration;"
              "COMMENT ON SCHEMA migration IS 'which numbered files this database has been through';"
              "CREATE TABLE IF NOT EXISTS migration.done ("
              " service text NOT NULL, number integer NOT NULL, name text NOT NULL, digest text NOT NULL,"
              " at timestamptz NOT NULL, PRIMARY KEY (service, number));"
              "COMMENT ON TABLE migration.done IS 'each file once';"
              "COMMENT ON COLUMN migration.done.service IS 'folder under services/, or common';"
              "COMMENT ON COLUMN migration.done.number IS 'number of the file';"
              "COMMENT ON COLUMN migration.done.name IS 'name of the file';"
              "COMMENT ON COLUMN migration.done.digest IS 'SHA-256 of the file when it ran';"
              "COMMENT ON COLUMN migration.done.at IS 'when, by the node''s clock';");
}

/* 002_directory.region.csv is copied into directory.region; its first line names the columns. */
static void s_copy(PGconn *connection, const char *name, const char *text, size_t length)
{
    char table[128], sql[1024];
    const char *end = strchr(text, '\n');
    if (snprintf(table, sizeof table, "%s", name + 4) >= (int)sizeof table || !end)
        fatal("migrate: %s is no table of rows", name);
    *strrchr(table, '.') = '\0';
    snprintf(sql, sizeof sql, "COPY %s (%.*s) FROM STDIN (FORMAT csv, HEADER)", table,
             (int)strcspn(text, "\r\n"), text);
    PGresult *result = PQexec(connection, sql);
    if (PQresultStatus(result) != PGRES_COPY_IN)
        fatal("migrate: %s: %s", name, PQerrorMessage(connection));
    PQclear(result);
    if (PQputCopyData(connection, text, (int)length) != 1 || PQputCopyEnd(connection, NULL) != 1)
        fatal("migrate: %s: %s", name, PQerrorMessage(connection));
    while ((result = PQgetResult(connection)) != NULL) {
        if (PQresultStatus(result) != PGRES_COMMAND_OK)
            fatal("migrate: %s: %s", name, PQerrorMessage(connection));
        PQclear(result);
    }
}

static void s_file(migration_t *self, const char *service, const char *path, const char *name)
{
    size_t length;
    char *text = file_read(path, &length);
    unsigned char hash[crypto_hash_sha256_BYTES];
    char digest[65], number[8], now[CLOCK_TEXT];
    crypto_hash_sha256(hash, (const unsigned char *)text, length);
    hex_text(hash, sizeof hash, digest);
    snprintf(number, sizeof number, "%.3s", name); /* 002_..., so "002": an integer to PostgreSQL */
    clock_text(clock_now(), now);
    const char *values[] = {service, number, name, digest, now};
    PGresult *known =
        s_query(self->connection,
                "SELECT name, digest FROM migration.done WHERE service = $1 AND number = $2", 2, values);
    if (PQntuples(known) == 1) {
        if (strcmp(PQgetvalue(known, 0, 1), digest) != 0)
            fatal("migrate: %s/%s has changed since this database went through it; a change is a new file",
                  service, name);
    } else if (!self->dry) {
        s_command(self->connection, "BEGIN");
        if (strcmp(strrchr(name, '.'), ".csv") == 0)
            s_copy(self->connection, name, text, length);
        else
            s_command(self->connection, text);
        PQclear(s_query(
            self->connection,
            "INSERT INTO migration.done (service, number, name, digest, at) VALUES ($1, $2, $3, $4, $5)", 5,
            values));
        s_command(self->connection, "COMMIT");
    }
    if (PQntuples(known) == 0) {
        self->done++;
        printf("migrate: %s/%s\n", service, name);
    }
    PQclear(known);
    free(text);
}

static void s_service(migration_t *self, const char *service)
{
    char pattern[1024];
    bool common = strcmp(service, "common") == 0;
    snprintf(pattern, sizeof pattern, "%s/%s%s/sql/[0-9][0-9][0-9]_*", share_folder(),
             common ? "" : "services/", service);
    glob_t files;
    if (glob(pattern, 0, NULL, &files) == 0)
        for (size_t i = 0; i < files.gl_pathc; i++)
            s_file(self, service, files.gl_pathv[i], strrchr(files.gl_pathv[i], '/') + 1);
    globfree(&files);
}

/* One row of directory.right_of_message for each role that a contract allows. */
static void s_rights_of(json_t *rights, const contract_t *contract)
{
    const json_t *allow = json_object_get(contract->document, "allow");
    size_t index;
    json_t *role;
    json_array_foreach(json_object_get(allow, "roles"), index, role)
    {
        json_array_append_new(
            rights,
            json_pack("{s:s, s:s, s:O, s:O, s:O, s:O, s:O, s:s?}", "stem", contract->stem, "service",
                      contract->service, "kind", json_object_get(contract->document, "kind"), "role", role,
                      "tiers", json_object_get(allow, "tiers"), "scope", json_object_get(allow, "scope"),
                      "behalf", json_object_get(allow, "behalf"), "four_eyes", contract->four_eyes));
    }
}

/* Who may send what stands in proto/ alone; the database is told it, so that SQL can answer the same question. */
static void s_rights(PGconn *connection)
{
    char error[512], proto[1024];
    snprintf(proto, sizeof proto, "%s/proto", share_folder());
    contracts_t *contracts = contracts_load(proto, error, sizeof error);
    if (!contracts)
        fatal("migrate: %s", error);
    json_t *rights = json_array();
    for (const contract_t *contract = NULL; (contract = contracts_next(contracts, contract)) != NULL;)
        s_rights_of(rights, contract);
    char *text = json_dumps(rights, JSON_COMPACT);
    const char *values[] = {text};
    s_command(connection, "BEGIN; DELETE FROM directory.right_of_message");
    PQclear(s_query(
        connection,
        "INSERT INTO directory.right_of_message (stem, service, kind, role, tiers, scope, behalf, four_eyes)"
        " SELECT stem, service, kind, role, tiers, scope, behalf, four_eyes"
        " FROM jsonb_populate_recordset(NULL::directory.right_of_message, $1::jsonb)",
        1, values));
    s_command(connection, "COMMIT");
    free(text);
    json_decref(rights);
    contracts_destroy(&contracts);
}

static int s_run(int argc, char **argv)
{
    const char *dir = NULL, *database = getenv("SINERGI_DB");
    migration_t self = {0};
    option_t options[] = {{"dir", &dir, NULL}, {"dry-run", NULL, &self.dry}, {0}};
    options_take(&command_migrate, argc, argv, options);
    if (database && *database && !dir) {
        clock_open("", false);
        self.connection = PQconnectdb(database);
        if (PQstatus(self.connection) != CONNECTION_OK)
            fatal("migrate: %s", PQerrorMessage(self.connection));
    } else {
        dir = node_folder(dir);
        node_config_t *node = node_config_of_folder(dir);
        clock_open(dir, node->drill);
        node_config_destroy(&node);
        self.connection = database_open("sinergi");
    }
    s_command(self.connection, "SET client_min_messages = warning; SET timezone = 'UTC'");
    PQclear(PQexec(self.connection, "SELECT pg_advisory_lock(7600)"));
    s_record_make(self.connection);
    for (size_t i = 0; i < sizeof services / sizeof *services; i++)
        s_service(&self, services[i]);
    char now[CLOCK_TEXT];
    clock_text(clock_now(), now);
    const char *values[] = {now};
    PQclear(s_query(self.connection, "SELECT journal.partitions_ahead($1, 3)", 1, values));
    if (!self.dry) {
        s_rights(self.connection);
        s_command(self.connection, "SELECT directory.journal_close()");
    }
    if (self.done == 0)
        printf("migrate: nothing to do\n");
    PQfinish(self.connection);
    return EXIT_OK;
}

const command_t command_migrate = {
    "migrate", "bring the node's database to this release",
    "sinergi migrate [--dir DIR] [--dry-run]\n\n"
    "Runs every numbered file of common/sql and services/*/sql that this "
    "database has not been through, each in one transaction, and makes the\n"
    "month partitions ahead, and tells the database the rights of proto/ (directory.right_of_message). Safe "
    "to run again. Connects as role sinergi, or "
    "by SINERGI_DB where no DIR is named.\n",
    s_run};
