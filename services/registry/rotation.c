/* rotation - the node's personal key is replaced every 30 days, and the one before destroyed 5 days later
 *
 * A new key goes into DIR/keys/personal.json first; then all subjects' keys are wrapped by it, a page at a time. What is left to do stands in the database, so a
 * rotation that was cut short goes on where it was. Both keys open meanwhile. Once nothing is wrapped by the old key any more and 5 days are over, it leaves the file:
 * a dump of the database that is older than that opens nothing, also not what was erased since.
 *
 * `sinergi key rotate-personal` only adds a key. Every process looks whether the file is another one; the first alone wraps and destroys.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "check.h"
#include "clock.h"
#include "hex.h"
#include "log.h"
#include "registry.h"

#define DAY_MS INT64_C(86400000)
#define PERIOD_MS (30 * DAY_MS)
#define GRACE_MS (5 * DAY_MS)
enum { ROUND_MS = 60000, COLUMNS = 5 };

enum { REGION, SUBJECT, PLACE, OLD, FRESH };
static const array_type_t types[COLUMNS] = {ARRAY_TEXT, ARRAY_TEXT, ARRAY_TEXT, ARRAY_BYTEA, ARRAY_BYTEA};

struct rotation {
    serve_t *serve;
    db_t *db;
    char path[NODE_DIR_TEXT + 32];
    struct stat file;      /* the one that was loaded */
    bool busy;             /* a page is under way */
    bool left;             /* a round was begun, or is due at once */
    int64_t not_before;    /* ms, clock_monotonic: of the next round */
    int64_t failed_until;  /* and of the next try of what failed: nothing is done before it */
    char *after[3];        /* region, subject and place: where the round stands */
    size_t wrapped, total; /* in this round; since it was last told */
    array_t *columns[COLUMNS];
    db_parameters_t *parameters;
};

rotation_t *rotation_new(serve_t *serve, db_t *db)
{
    rotation_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->serve = serve;
    self->db = db;
    self->left = true;
    snprintf(self->path, sizeof self->path, "%s/keys/personal.json", serve_node(serve)->dir);
    for (int i = 0; i < COLUMNS; i++)
        self->columns[i] = array_new(types[i]);
    self->parameters = db_parameters_new();
    registry_prepare(serve, db, "personal_stale", "integer,integer,text,text,text");
    registry_prepare(serve, db, "personal_rewrap", "text[],text[],text[],bytea[],bytea[],integer");
    return self;
}

static void s_stand(rotation_t *self, const char *region, const char *subject, const char *place)
{
    const char *const texts[] = {region, subject, place};
    for (int i = 0; i < 3; i++) {
        free(self->after[i]);
        self->after[i] = strdup(texts[i]);
        CHECK(self->after[i]);
    }
}

void rotation_destroy(rotation_t **self_p)
{
    rotation_t *self = *self_p;
    if (!self)
        return;
    for (int i = 0; i < COLUMNS; i++)
        array_destroy(&self->columns[i]);
    for (int i = 0; i < 3; i++)
        free(self->after[i]);
    db_parameters_destroy(&self->parameters);
    free(self);
    *self_p = NULL;
}

void rotation_lost(rotation_t *self)
{
    self->busy = false;
    self->left = true;
}

static void s_failed(rotation_t *self, const char *what, const problem_t *problem)
{
    self->failed_until = clock_monotonic() + ROUND_MS;
    log_error("personal_key", "state", what, "code", problem->code, "why", problem->why, NULL);
}

/* The file was written by this process, another one or an operator: it is replaced, never written in place. */
static void s_look(rotation_t *self)
{
    struct stat now;
    problem_t problem;
    if (stat(self->path, &now) != 0 ||
        (now.st_ino == self->file.st_ino && now.st_mtim.tv_sec == self->file.st_mtim.tv_sec &&
         now.st_mtim.tv_nsec == self->file.st_mtim.tv_nsec))
        return;
    self->file = now;
    if (serve_vault_load(self->serve, &problem) != ST_OK) {
        s_failed(self, "unreadable", &problem);
        return;
    }
    self->left = true;
    self->failed_until = 0;
    const vault_t *vault = serve_vault(self->serve);
    log_info("personal_key", "state", "loaded", "version", log_number(vault_version(vault)), "oldest",
             log_number(vault_oldest(vault)), NULL);
}

static int64_t s_age(const rotation_t *self)
{
    int64_t since = 0;
    CHECK(clock_parse(vault_since(serve_vault(self->serve)), &since));
    return clock_now() - since;
}

static void s_renew(rotation_t *self)
{
    char now[CLOCK_TEXT];
    problem_t problem;
    clock_text(clock_now(), now);
    if (vault_renew(self->path, now, &problem) != ST_OK)
        s_failed(self, "not_replaced", &problem);
    else
        s_look(self);
}

static void s_forget(rotation_t *self)
{
    problem_t problem;
    int version = vault_version(serve_vault(self->serve));
    if (vault_forget(self->path, version, &problem) != ST_OK) {
        s_failed(self, "not_destroyed", &problem);
        return;
    }
    log_info("personal_key", "state", "destroyed", "below", log_number(version), NULL);
    s_look(self);
}

/* A key that does not open under its node key is lost whatever is done: it is told once a round, and holds up nothing. */
static void s_rewrap(rotation_t *self, const PGresult *rows, int row)
{
    const char *text = PQgetvalue(rows, row, 3), *subject = PQgetvalue(rows, row, 1);
    uint8_t old[VAULT_WRAPPED], fresh[VAULT_WRAPPED], key[VAULT_KEY];
    problem_t problem;
    const vault_t *vault = serve_vault(self->serve);
    if (strlen(text) != 2 * VAULT_WRAPPED || !hex_decode(text, strlen(text), old) ||
        vault_unwrap(vault, subject, (int)strtol(PQgetvalue(rows, row, 4), NULL, 10), old, key, &problem) !=
            ST_OK) {
        log_error("personal_key", "state", "damaged", "subject", subject, "place", PQgetvalue(rows, row, 2),
                  NULL);
        return;
    }
    vault_wrap(vault, subject, key, fresh);
    sodium_memzero(key, sizeof key);
    array_text(self->columns[REGION], PQgetvalue(rows, row, 0));
    array_text(self->columns[SUBJECT], subject);
    array_text(self->columns[PLACE], PQgetvalue(rows, row, 2));
    array_bytes(self->columns[OLD], old, sizeof old);
    array_bytes(self->columns[FRESH], fresh, sizeof fresh);
    self->wrapped++;
}

static void s_page(rotation_t *self);

static bool s_went_wrong(rotation_t *self, const PGresult *result)
{
    problem_t problem;
    if (result && PQresultStatus(result) != PGRES_FATAL_ERROR)
        return false;
    self->busy = false;
    self->left = true;
    if (result) {
        db_problem(self->db, result, &problem);
        s_failed(self, "not_wrapped", &problem);
    }
    return true;
}

static void s_on_wrapped(void *argument, const PGresult *result)
{
    rotation_t *self = argument;
    if (!s_went_wrong(self, result))
        s_page(self);
}

/* The round's end. Only when it found nothing that opens is the old key of no use any more. */
static void s_round_done(rotation_t *self)
{
    self->busy = false;
    self->total += self->wrapped;
    self->left = self->wrapped > 0;
    self->not_before = self->left ? 0 : clock_monotonic() + ROUND_MS;
    if (self->left)
        return;
    if (s_age(self) >= GRACE_MS)
        s_forget(self);
    if (self->total > 0)
        log_info("personal_key", "state", "wrapped", "fields", log_number((long long)self->total), NULL);
    self->total = 0;
}

static void s_on_page(void *argument, const PGresult *result)
{
    rotation_t *self = argument;
    if (s_went_wrong(self, result))
        return;
    int rows = PQntuples(result);
    if (rows == 0) {
        s_round_done(self);
        return;
    }
    for (int i = 0; i < COLUMNS; i++)
        array_clear(self->columns[i]);
    for (int row = 0; row < rows; row++)
        s_rewrap(self, result, row);
    s_stand(self, PQgetvalue(result, rows - 1, 0), PQgetvalue(result, rows - 1, 1),
            PQgetvalue(result, rows - 1, 2));
    db_parameters_clear(self->parameters);
    for (int i = 0; i < COLUMNS; i++)
        db_array(self->parameters, self->columns[i]);
    db_number(self->parameters, vault_version(serve_vault(self->serve)));
    db_run(self->db, "personal_rewrap", self->parameters, s_on_wrapped, self);
    db_sync(self->db);
}

static void s_page(rotation_t *self)
{
    const vault_t *vault = serve_vault(self->serve);
    db_parameters_clear(self->parameters);
    db_number(self->parameters, vault_oldest(vault));
    db_number(self->parameters, vault_version(vault));
    for (int i = 0; i < 3; i++)
        db_text(self->parameters, self->after[i]);
    db_run(self->db, "personal_stale", self->parameters, s_on_page, self);
    db_sync(self->db);
}

void rotation_tick(rotation_t *self)
{
    s_look(self);
    if (serve_process(self->serve) != 0 || self->busy || !db_ready(self->db) || clock_doubt() ||
        clock_monotonic() < self->failed_until)
        return;
    const vault_t *vault = serve_vault(self->serve);
    bool old = vault_oldest(vault) < vault_version(vault), early = clock_monotonic() < self->not_before;
    if (s_age(self) >= PERIOD_MS) {
        s_renew(self);
    } else if (old && (self->left || s_age(self) >= GRACE_MS || !early)) {
        self->busy = true;
        self->wrapped = 0;
        s_stand(self, "", "", "");
        s_page(self);
    }
}
