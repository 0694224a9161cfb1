/* archive - months of the journal into files, and out of the database: `sinergi archive`
 *
 * For each month: nobody needs it any more (journal.month_needed), its file is written under NAME.new, synced, read
 * back and checked; then one transaction notes the file and drops the rows; then the file gets its name. Cut
 * anywhere, the next run goes on: a file that is not noted is written again, one that is noted gets its name.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "clock.h"
#include "ctl.h"
#include "fault.h"
#include "log.h"
#include "verify.h"

enum { DROP_TRIES = 5 };

typedef struct {
    verify_t *verify;
    PGconn *owner;
    char folder[1024];
    const char *force;
    bool forced; /* the month at hand was needed by it */
    int64_t now;
    int done;
} archive_t;

static PGresult *s_owner(const archive_t *self, const char *sql, int count, const char *const *values)
{
    PGresult *result = PQexecParams(self->owner, sql, count, NULL, values, NULL, NULL, 0);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        fatal("archive: %s", PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
    return result;
}

static void s_sync_folder(const archive_t *self)
{
    int folder = open(self->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0 || fsync(folder) != 0)
        fatal("archive: %s: %s", self->folder, strerror(errno));
    close(folder);
}

/* A run that was cut behind its commit left the file under its first name. */
static void s_finish_names(const archive_t *self)
{
    PGresult *files = s_owner(self, "SELECT file FROM journal.archive ORDER BY month, part", 0, NULL);
    for (int row = 0; row < PQntuples(files); row++) {
        char path[1200], fresh[1210];
        snprintf(path, sizeof path, "%s/%s", self->folder, PQgetvalue(files, row, 0));
        snprintf(fresh, sizeof fresh, "%s.new", path);
        if (access(path, F_OK) != 0 && access(fresh, F_OK) == 0 && rename(fresh, path) != 0)
            fatal("archive: %s: %s", path, strerror(errno));
    }
    PQclear(files);
    s_sync_folder(self);
}

/* Who still needs the month; --force names one neighbour that is not waited for. */
static void s_needed(archive_t *self, const month_t *month, const char *start)
{
    const char *values[] = {start};
    PGresult *rows = s_owner(self, "SELECT who, why FROM journal.month_needed($1::timestamptz)", 1, values);
    bool needed = self->forced = false;
    for (int row = 0; row < PQntuples(rows); row++) {
        const char *who = PQgetvalue(rows, row, 0);
        if (self->force && strcmp(who, self->force) == 0) {
            self->forced = true;
            continue;
        }
        fprintf(stderr, "sinergi: archive: %s is still needed: %s: %s\n", month->header.month, who,
                PQgetvalue(rows, row, 1));
        needed = true;
    }
    PQclear(rows);
    if (needed)
        fatal(
            "archive: %s stays. A neighbour that will not come again: revoke its node, or --force NODE, and "
            "what it has not taken it does not get from here any more",
            month->header.month);
    if (self->forced)
        fprintf(stderr, "sinergi: archive: %s is archived without %s having taken all of it\n",
                month->header.month, self->force);
}

static const char s_note[] = "INSERT INTO journal.archive (month, part, file, digest, bytes, events, "
                             "first_leaf, last_leaf, at, without)"
                             " VALUES ($1, $2, $3, decode($4, 'hex'), $5, $6, $7, $8, $9, $10)";

/* Note the file, drop the rows: one transaction. False if a lock could not be had. */
static bool s_drop(const archive_t *self, const month_t *month, const char *name, const char *start)
{
    char part[24], bytes[24], events[24], first[24], last[24], now[CLOCK_TEXT], digest[HASH_TEXT];
    snprintf(part, sizeof part, "%lld", (long long)month->header.part);
    snprintf(bytes, sizeof bytes, "%lld", (long long)month->bytes);
    snprintf(events, sizeof events, "%lld", (long long)month->header.events);
    snprintf(first, sizeof first, "%lld", (long long)month->first);
    snprintf(last, sizeof last, "%lld", (long long)month->last);
    clock_text(self->now, now);
    hash_text(&month->digest, digest);
    const char *note[] = {month->header.month,
                          part,
                          name,
                          digest,
                          bytes,
                          events,
                          first,
                          last,
                          now,
                          self->forced ? self->force : NULL};
    const char *drop[] = {start, events};
    PQclear(s_owner(self, "BEGIN", 0, NULL));
    PQclear(s_owner(self, "SET LOCAL lock_timeout = '5s'", 0, NULL));
    PGresult *result = PQexecParams(self->owner, "SELECT journal.month_drop($1::timestamptz, $2::bigint)", 2,
                                    NULL, drop, NULL, NULL, 0);
    bool good = PQresultStatus(result) == PGRES_TUPLES_OK;
    if (!good && strcmp(PQresultErrorField(result, PG_DIAG_SQLSTATE), "55P03") != 0)
        fatal("archive: %s", PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
    PQclear(result);
    if (good && month->header.events > 0)
        PQclear(s_owner(self, s_note, 10, note));
    FAULT("archive.dropping");
    PQclear(s_owner(self, good ? "COMMIT" : "ROLLBACK", 0, NULL));
    return good;
}

static void s_number_part(const archive_t *self, month_t *month, char *name, size_t size)
{
    const char *values[] = {month->header.month};
    PGresult *row =
        s_owner(self, "SELECT coalesce(max(part), 0) + 1 FROM journal.archive WHERE month = $1", 1, values);
    month->header.part = number_of("journal.archive.part", PQgetvalue(row, 0, 0));
    PQclear(row);
    snprintf(name, size, "%s_%s_%lld.sinergi.zst", self->verify->node->name, month->header.month,
             (long long)month->header.part);
    snprintf(month->path, sizeof month->path, "%s/%s", self->folder, name);
    if (access(month->path, F_OK) == 0)
        fatal("archive: %s is there, and this database does not know it: after a restore it may hold more "
              "than the database; "
              "move it to a safe place",
              month->path);
    snprintf(month->path, sizeof month->path, "%s/%s.new", self->folder, name);
}

static void s_month(archive_t *self, month_t *month, const char *start)
{
    char name[128], path[1200];
    s_needed(self, month, start);
    s_number_part(self, month, name, sizeof name);
    memcpy(month->header.node, self->verify->node->name, sizeof month->header.node);
    PQclear(PQexec(self->verify->connection, "COMMIT"));
    verify_snapshot(self->verify);
    archive_write(self->verify, month);
    PQclear(
        PQexec(self->verify->connection, "COMMIT")); /* its locks would keep the month from being dropped */
    if (month->header.events > 0)
        s_sync_folder(self);
    FAULT("archive.written");
    int tries = 0;
    while (!s_drop(self, month, name, start))
        if (++tries == DROP_TRIES)
            fatal("archive: the month could not be locked for its drop; its file is %s; run it again",
                  month->path);
    FAULT("archive.dropped");
    if (month->header.events == 0)
        return;
    snprintf(path, sizeof path, "%s/%s", self->folder, name);
    if (rename(month->path, path) != 0)
        fatal("archive: %s: %s", path, strerror(errno));
    s_sync_folder(self);
    printf("%s: %lld events in %s, %lld bytes, read back and verified; dropped\n", month->header.month,
           (long long)month->header.events, name, (long long)month->bytes);
    self->done++;
}

/* The months before the one of `before` that hold anything, oldest first. */
static void s_months(archive_t *self, const char *before)
{
    static const char sql[] = "SELECT journal.instant(m), to_char(m AT TIME ZONE 'UTC', 'YYYY-MM'), "
                              "journal.month_low(m), journal.month_low(m + interval '32 days')"
                              "  FROM (SELECT id FROM journal.event ORDER BY id LIMIT 1) e,"
                              "       generate_series(date_trunc('month', to_timestamp(('x' || "
                              "translate(left(e.id::text, 13), '-', ''))::bit(48)::bigint / 1000.0), 'UTC'),"
                              "                       date_trunc('month', $1::timestamptz, 'UTC') - interval "
                              "'1 month', interval '1 month') AS m"
                              " WHERE EXISTS (SELECT FROM journal.event n JOIN journal.leaf l ON l.id = n.id"
                              "                WHERE n.id >= journal.month_low(m) AND n.id < "
                              "journal.month_low(m + interval '32 days'))"
                              " ORDER BY m";
    const char *values[] = {before};
    PGresult *rows = s_owner(self, sql, 1, values);
    for (int row = 0; row < PQntuples(rows); row++) {
        month_t month = {0};
        snprintf(month.header.month, sizeof month.header.month, "%s", PQgetvalue(rows, row, 1));
        snprintf(month.low, sizeof month.low, "%s", PQgetvalue(rows, row, 2));
        snprintf(month.high, sizeof month.high, "%s", PQgetvalue(rows, row, 3));
        s_month(self, &month, PQgetvalue(rows, row, 0));
    }
    PQclear(rows);
}

/* Replies for 24 months, refusals for 60, whatever --before says. */
static void s_expire(const archive_t *self)
{
    static const struct {
        const char *table, *months;
    } terms[] = {{"reply", "24 months"}, {"refusal", "60 months"}};
    char now[CLOCK_TEXT];
    clock_text(self->now, now);
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        const char *values[] = {terms[i].table, now, terms[i].months};
        PGresult *result =
            s_owner(self, "SELECT journal.month_expire($1, $2::timestamptz - $3::interval)", 3, values);
        if (strcmp(PQgetvalue(result, 0, 0), "0") != 0)
            printf("%s: %s months dropped, older than %s\n", terms[i].table, PQgetvalue(result, 0, 0),
                   terms[i].months);
        PQclear(result);
    }
}

static int s_list(const archive_t *self)
{
    PGresult *rows = s_owner(
        self,
        "SELECT json_build_object('month', month, 'part', part, 'file', file, 'sha256', encode(digest, "
        "'hex'), 'bytes', bytes,"
        " 'events', events, 'first_leaf', first_leaf, 'last_leaf', last_leaf, 'at', journal.instant(at), "
        "'without', without)"
        " FROM journal.archive ORDER BY month, part",
        0, NULL);
    for (int row = 0; row < PQntuples(rows); row++)
        printf("%s\n", PQgetvalue(rows, row, 0));
    PQclear(rows);
    return EXIT_OK;
}

/* The day as an instant: never later than the node's month, which is not over. */
static void s_before(const archive_t *self, const char *day, char ret_instant[CLOCK_TEXT])
{
    int64_t instant;
    char text[64], now[CLOCK_TEXT];
    clock_text(self->now, now);
    snprintf(text, sizeof text, "%.32s%sT00:00:00.000Z", day, strlen(day) == 7 ? "-01" : "");
    if (!clock_parse(text, &instant))
        fatal("archive: --before is '%s', which is no day: 2023-07-01", day);
    if (strncmp(text, now, 7) > 0)
        fatal("archive: --before %s lies ahead; the month that is not over stays", day);
    memcpy(ret_instant, text, CLOCK_TEXT - 1);
    ret_instant[CLOCK_TEXT - 1] = '\0';
}

/* Floors only rise and replies do not come back: nothing is dropped by a clock that may be wrong. */
static void s_clock(archive_t *self)
{
    char now[CLOCK_TEXT];
    self->now = clock_now();
    clock_text(self->now, now);
    const char *values[] = {now};
    PGresult *doubt = s_owner(self, "SELECT journal.archive_doubt($1::timestamptz)", 1, values);
    if (!PQgetisnull(doubt, 0, 0))
        fatal("archive: the clock says %s, and nothing is archived by it: %s", now, PQgetvalue(doubt, 0, 0));
    PQclear(doubt);
}

static void s_folder(archive_t *self, const char *dir, const char *to)
{
    if (to)
        snprintf(self->folder, sizeof self->folder, "%s", to);
    else
        snprintf(self->folder, sizeof self->folder, "%s/archive", dir);
    if (mkdir(self->folder, 0700) != 0 && errno != EEXIST)
        fatal("archive: %s: %s", self->folder, strerror(errno));
}

static int s_run(int argc, char **argv)
{
    const char *dir = NULL, *before = NULL, *to = NULL;
    bool list = false;
    char instant[CLOCK_TEXT];
    archive_t self = {0};
    const option_t options[] = {{"dir", &dir, NULL},          {"before", &before, NULL}, {"to", &to, NULL},
                                {"force", &self.force, NULL}, {"list", NULL, &list},     {0}};
    if (options_take(&command_archive, argc, argv, options) > 0 || (!before && !list))
        fatal("archive: `sinergi archive --before DATE` or `sinergi archive --list`");
    if (self.force && !node_name_is(self.force, strlen(self.force)))
        fatal("archive: --force is '%s', and names a neighbour node, 62.71-1: the node's own daemons are "
              "waited "
              "for",
              self.force);
    dir = node_folder(dir);
    self.owner = database_open("sinergi");
    if (list)
        return s_list(&self);
    PQclear(s_owner(&self, "SET client_min_messages = warning", 0, NULL));
    PQclear(s_owner(&self, "SELECT pg_advisory_lock(7601)", 0, NULL));
    self.verify = verify_begin(dir, false);
    clock_open(dir, self.verify->node->drill);
    s_clock(&self);
    s_before(&self, before, instant);
    s_folder(&self, dir, to);
    s_finish_names(&self);
    verify_seals(self.verify);
    s_months(&self, instant);
    s_expire(&self);
    if (self.done == 0)
        printf("archive: no month before %.7s holds anything\n", instant);
    verify_end(self.verify);
    PQfinish(self.owner);
    return EXIT_OK;
}

const command_t command_archive = {
    "archive", "move months of the journal into files, and list them",
    "sinergi archive [--dir DIR] --before DATE [--to FOLDER] [--force NODE]\n"
    "sinergi archive [--dir DIR] --list\n\n"
    "For each month of the journal that ends before DATE (2023-07-01): writes NODE_MONTH_PART.sinergi.zst "
    "with its "
    "events, their proofs, the seals and certificates\n"
    "(proto/README.md section 9) to FOLDER (DIR/archive), reads it back, checks all of it from the root's "
    "key, and only "
    "then drops the month. Cut anywhere, it is run again.\n"
    "A month stays while a follower has not acknowledged past it, or a timer or an event that waits needs "
    "it; --force "
    "NODE does not wait for that neighbour:\n"
    "what it has not taken it does not get from here any more, which audit.archive_untaken lists. A run that "
    "was cut behind the drop leaves the file as NAME.new; the next\n"
    "with the same --to gives it its name. Nothing is archived by a clock that no seal of the last days "
    "bears "
    "out. Replies older than 24 months and refusals older than 60 are dropped. Connects as "
    "roles sinergi "
    "and auditor.\n\n"
    "  sinergi archive --before 2025-01-01\n"
    "  sinergi verify --archive DIR/archive/*.zst       the whole journal, from its first leaf\n"
    "  sinergi prove EVENT-ID --archive FILE            one event out of a file\n",
    s_run};
