/* serve_refusals - rows of journal.refusal (law 10): those of the requests of a transaction, and those that belong to no request
 *
 * The latter are counted together per key, type and code: the first is written at once, what follows within the hour as one row at its end. So
 * whoever knocks with a wrong key a thousand times a second makes two rows an hour. Keys that are not let in are counted apart from those that are:
 * beyond 511 of them in an hour further ones are one row a minute, and no principal's refusal is lost among them.
 *
 * Of the requests of one principal, or of a key that is let in and is none (a node's, a token's at the relay), that are refused by one code the first
 * 60 in an hour have a row each; further ones are counted, and once a minute a row says how many came since the last. So a flood leaves a bounded
 * number of rows, and hides no refusal of another kind. A daemon that is killed loses the counts of a minute at most (an hour's of wrong keys, each of
 * which is in its log); one that is told to end writes them.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "clock.h"
#include "log.h"
#include "serve_private.h"

enum { ID, AT, PRINCIPAL, KEY, REQUEST, TYPE, REGION, STATUS, CODE, PLACE, WHY, COUNT, COLUMNS };
enum { PLACES = 512, SINGLE_MOST = 60 };
#define MINUTE_MS INT64_C(60000)
#define HOUR_MS INT64_C(3600000)

static const array_type_t types[COLUMNS] = {
    [ID] = ARRAY_UUID,      [AT] = ARRAY_TIMESTAMPTZ, [PRINCIPAL] = ARRAY_UUID, [KEY] = ARRAY_TEXT,
    [REQUEST] = ARRAY_TEXT, [TYPE] = ARRAY_TEXT,      [REGION] = ARRAY_TEXT,    [STATUS] = ARRAY_TEXT,
    [CODE] = ARRAY_TEXT,    [PLACE] = ARRAY_TEXT,     [WHY] = ARRAY_TEXT,       [COUNT] = ARRAY_BIGINT};

/* Each has places of its own: whoever knocks with ever new keys takes none from those who were let in. */
typedef enum { REQUEST_REFUSED, NOTE, HANDSHAKE, KINDS } kind_t;

typedef struct {
    kind_t kind;
    bool shared;         /* by all that found no place of their own */
    char key[HASH_TEXT]; /* fingerprint; "" if shared */
    char type[32];       /* "" for requests, which are counted whatever their type */
    uuid_id_t principal; /* zeros if the key is no principal's */
    problem_t problem;
    int64_t since;   /* clock_monotonic of the first, then of the last row */
    int64_t pause;   /* ms from one row to the next */
    int64_t hour;    /* clock_monotonic of the hour's first */
    int64_t single;  /* how many have a row of their own in this hour */
    int64_t begun;   /* further such, in the transaction that is under way */
    int64_t asked;   /* and those of that transaction that are counted */
    int64_t waiting; /* refusals that no row stands for yet */
    int64_t taken;   /* of these: in the transaction that is under way */
    bool first;      /* its first row is not written yet */
} noted_t;

static const uuid_id_t nobody;

struct refusals {
    serve_t *serve;
    array_t *columns[COLUMNS];
    noted_t *noted;
    size_t noted_count;
    size_t taken[KINDS]; /* places of each kind */
};

refusals_t *refusals_new(serve_t *serve)
{
    refusals_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->serve = serve;
    self->noted = calloc(KINDS * PLACES, sizeof *self->noted);
    CHECK(self->noted);
    for (int column = 0; column < COLUMNS; column++)
        self->columns[column] = array_new(types[column]);
    return self;
}

void refusals_destroy(refusals_t **self_p)
{
    refusals_t *self = *self_p;
    if (!self)
        return;
    for (int column = 0; column < COLUMNS; column++)
        array_destroy(&self->columns[column]);
    free(self->noted);
    free(self);
    *self_p = NULL;
}

void refusals_prepare(refusals_t *self)
{
    db_prepare(
        self->serve->db, "refusals_add",
        "INSERT INTO journal.refusal (id, at, principal, key, requestid, type, region, status, code, place, "
        "why, count)"
        " SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::text[], $5::text[], "
        "$6::text[], $7::text[],"
        " $8::text[], $9::text[], $10::text[], $11::text[], $12::bigint[])",
        "uuid[],timestamptz[],uuid[],text[],text[],text[],text[],text[],text[],text[],text[],bigint[]");
}

static const char *s_or_null(const char *text)
{
    return *text ? text : NULL;
}

static void s_problem(refusals_t *self, const problem_t *problem, int64_t count)
{
    array_text(self->columns[STATUS], status_word(problem->status));
    array_text(self->columns[CODE], problem->code);
    array_text(self->columns[PLACE], problem->at);
    array_text(self->columns[WHY], problem->why);
    array_number(self->columns[COUNT], count);
}

static void s_now(refusals_t *self, int64_t now)
{
    uuid_id_t id = uuid_make(now);
    array_uuid(self->columns[ID], id.bytes);
    array_instant(self->columns[AT], now);
}

static bool s_same(const uuid_id_t *one, const uuid_id_t *other)
{
    return memcmp(one->bytes, other->bytes, sizeof one->bytes) == 0;
}

/* A new entry; the last place of a kind is shared. */
static noted_t *s_take(refusals_t *self, kind_t kind, const uuid_id_t *principal, const char *key,
                       bool shared)
{
    noted_t *noted = &self->noted[self->noted_count++];
    self->taken[kind]++;
    memset(noted, 0, sizeof *noted);
    noted->kind = kind;
    noted->shared = shared;
    if (!shared) {
        snprintf(noted->key, sizeof noted->key, "%s", key);
        noted->principal = *principal;
    }
    noted->since = noted->hour = clock_monotonic();
    noted->first = kind != REQUEST_REFUSED;
    noted->pause = noted->first && !shared ? HOUR_MS : MINUTE_MS;
    return noted;
}

/* The entry for such a refusal: its own, a new one, or, when all are taken, the one for all that find none. */
static noted_t *s_noted(refusals_t *self, kind_t kind, const uuid_id_t *principal, const char *key,
                        const char *type, const problem_t *problem)
{
    noted_t *shared = NULL;
    for (size_t i = 0; i < self->noted_count; i++) {
        noted_t *noted = &self->noted[i];
        if (noted->kind != kind)
            continue;
        if (noted->shared)
            shared = noted;
        else if (s_same(&noted->principal, principal) && strcmp(noted->key, key) == 0 &&
                 strcmp(noted->type, type) == 0 && strcmp(noted->problem.code, problem->code) == 0)
            return noted;
    }
    bool full = self->taken[kind] + !shared == PLACES; /* one place is kept for what is shared */
    if (full && shared)
        return shared;
    noted_t *noted = s_take(self, kind, principal, key, full);
    snprintf(noted->type, sizeof noted->type, "%s", type);
    noted->problem = *problem;
    return noted;
}

/* Has this refused request a row of its own? If not, it is counted. */
static bool s_single(refusals_t *self, const uuid_id_t *principal, const char *key, const problem_t *problem)
{
    noted_t *noted = s_noted(self, REQUEST_REFUSED, principal, key, "", problem);
    int64_t now = clock_monotonic();
    if (!noted->begun && now - noted->hour >= HOUR_MS) {
        noted->hour = now;
        noted->single = 0;
    }
    bool single = noted->single + noted->begun < SINGLE_MOST;
    if (single)
        noted->begun++;
    else
        noted->asked++;
    return single;
}

void refusals_call(refusals_t *self, const call_t *call)
{
    uuid_id_t principal;
    bool known =
        call->known && uuid_of_text(call->principal.principal, strlen(call->principal.principal), &principal);
    hash_t fingerprint;
    char key[HASH_TEXT] = "";
    if (curve_fingerprint(call->key, &fingerprint))
        hash_text(&fingerprint, key);
    if (!s_single(self, known ? &principal : &nobody, key, &call->problems[0]))
        return;
    s_now(self, call->now);
    array_uuid(self->columns[PRINCIPAL], known ? principal.bytes : NULL);
    array_text(self->columns[KEY], s_or_null(key));
    array_text(self->columns[REQUEST], s_or_null(call->requestid));
    array_text(self->columns[TYPE], s_or_null(call->type));
    array_text(self->columns[REGION], s_or_null(call->region));
    s_problem(self, &call->problems[0], 1);
}

static void s_note(refusals_t *self, kind_t kind, const char *key, const char *type, const problem_t *problem)
{
    hash_t fingerprint;
    char text[HASH_TEXT] = "";
    if (key && curve_fingerprint(key, &fingerprint))
        hash_text(&fingerprint, text);
    log_warn("refused", "type", type, "key", text, "code", problem->code, "why", problem->why, NULL);
    s_noted(self, kind, &nobody, text, type, problem)->waiting++;
}

void refusals_note(refusals_t *self, const char *key, const char *type, const problem_t *problem)
{
    s_note(self, NOTE, key, type, problem);
}

void refusals_handshake(refusals_t *self, const char *key, const problem_t *problem)
{
    s_note(self, HANDSHAKE, key, "handshake", problem);
}

static bool s_is_due(const refusals_t *self, const noted_t *noted)
{
    return noted->waiting &&
           (noted->first || self->serve->stopping || clock_monotonic() - noted->since >= noted->pause);
}

/* An hour without a further refusal ends an entry. */
static void s_expire(refusals_t *self)
{
    for (size_t i = self->noted_count; i-- > 0;)
        if (!self->noted[i].waiting && clock_monotonic() - self->noted[i].since >= HOUR_MS &&
            clock_monotonic() - self->noted[i].hour >= HOUR_MS) {
            self->taken[self->noted[i].kind]--;
            self->noted[i] = self->noted[--self->noted_count];
        }
}

bool refusals_wait(const refusals_t *self)
{
    for (size_t i = 0; i < self->noted_count; i++)
        if (s_is_due(self, &self->noted[i]))
            return true;
    return false;
}

bool refusals_parameters(refusals_t *self, db_parameters_t *parameters)
{
    int64_t now = clock_now();
    for (size_t i = 0; i < self->noted_count; i++) {
        noted_t *noted = &self->noted[i];
        if (!s_is_due(self, noted))
            continue;
        noted->taken = noted->waiting;
        s_now(self, now);
        array_uuid(self->columns[PRINCIPAL],
                   s_same(&noted->principal, &nobody) ? NULL : noted->principal.bytes);
        array_text(self->columns[KEY], s_or_null(noted->key));
        array_text(self->columns[REQUEST], NULL);
        array_text(self->columns[TYPE], s_or_null(noted->type));
        array_text(self->columns[REGION], NULL);
        s_problem(self, &noted->problem, noted->taken);
    }
    for (int column = 0; column < COLUMNS; column++)
        db_array(parameters, self->columns[column]);
    return array_count(self->columns[ID]) > 0;
}

void refusals_written(refusals_t *self, bool committed)
{
    for (int column = 0; column < COLUMNS; column++)
        array_clear(self->columns[column]);
    for (size_t i = 0; i < self->noted_count; i++) {
        noted_t *noted = &self->noted[i];
        if (committed && noted->taken) {
            noted->waiting -= noted->taken;
            noted->since = noted->first ? noted->since : clock_monotonic();
            noted->first = false;
        }
        noted->waiting += committed ? noted->asked : 0;
        noted->single += committed ? noted->begun : 0;
        noted->taken = noted->asked = noted->begun = 0;
    }
    if (committed)
        s_expire(self);
}
