/* witness - looks through this node's journal for what other nodes say of it and of each other, counts what is held of theirs, and says what is wrong */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "intake.h"
#include "log.h"
#include "sink.h"
#include "witness.h"
#include "witness_say.h"
#include "witness_words.h"

#define STEP_MS 1000
#define FAILED_MS 10000

static const array_type_t s_head_types[HEAD_COLUMNS] = {ARRAY_TEXT, ARRAY_UUID, ARRAY_BIGINT, ARRAY_BYTEA,
                                                        ARRAY_TEXT};
static const array_type_t s_checkpoint_types[CHECKPOINT_COLUMNS] = {
    ARRAY_TEXT, ARRAY_UUID, ARRAY_BIGINT, ARRAY_BYTEA, ARRAY_BIGINT, ARRAY_BIGINT, ARRAY_TEXT};

witness_t *witness_new(relay_t *relay)
{
    witness_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->relay = relay;
    self->watch = alarm_watch_new(1000 * relay->witness_seconds);
    self->parameters = db_parameters_new();
    self->rows = journal_rows_new();
    for (int i = 0; i < HEAD_COLUMNS; i++)
        self->heads[i] = array_new(s_head_types[i]);
    for (int i = 0; i < CHECKPOINT_COLUMNS; i++)
        self->checkpoints[i] = array_new(s_checkpoint_types[i]);
    return self;
}

void witness_destroy(witness_t **self_p)
{
    witness_t *self = *self_p;
    *self_p = NULL;
    if (!self)
        return;
    alarm_watch_destroy(&self->watch);
    columns_destroy(self->heads, HEAD_COLUMNS);
    columns_destroy(self->checkpoints, CHECKPOINT_COLUMNS);
    journal_rows_destroy(&self->rows);
    db_parameters_destroy(&self->parameters);
    free(self->open);
    free(self);
}

void witness_prepare(const relay_t *relay)
{
    static const char *const statements[][2] = {
        {"witness_words", "text"},
        {"witness_take",
         "text,text,timestamptz,bigint,bigint,text[],uuid[],bigint[],bytea[],bigint[],bigint[],text[]"},
        {"witness_heads_add", "timestamptz,text[],uuid[],bigint[],bytea[],text[]"},
        {"witness_compare", "text,timestamptz,text[],uuid[],bigint[],bytea[],text[]"},
        {"witness_heard", "uuid,timestamptz,timestamptz,uuid,bigint"},
        {"witness_fold", "text,text"},
        {"witness_judge", "text,text,text,timestamptz,bigint,bigint"},
        {"alarm_raise", "uuid,text,text,uuid,text,bigint,bigint,text,timestamptz"},
        {"alarm_clear", "text,text,uuid,timestamptz"},
    };
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
        relay_prepare(relay, relay->reader, statements[i][0], statements[i][1]);
    witness_say_prepare(relay);
}

static bool s_went_well(const PGresult *result, const char *step)
{
    ExecStatusType status = result ? PQresultStatus(result) : PGRES_FATAL_ERROR;
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
        return true;
    if (result && status != PGRES_PIPELINE_ABORTED) {
        const char *why = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
        log_error("witness_failed", "step", step, "code", db_sqlstate(result), "why", why ? why : "", NULL);
    }
    return false;
}

bool witness_good(witness_t *self, const PGresult *result, const char *step)
{
    if (s_went_well(result, step))
        return true;
    self->busy = false;
    self->next_at = clock_monotonic() + FAILED_MS;
    return false;
}

static void s_step(void *argument, const PGresult *result)
{
    witness_good(argument, result, "step");
}

/* Of what a HELLO calls for, which comes while a step may be under way: its failure must not end that step, or two would count the same leaves. */
static void s_beside(void *argument, const PGresult *result)
{
    (void)argument;
    s_went_well(result, "hello");
}

static void s_columns(witness_t *self, array_t **columns, int count)
{
    for (int i = 0; i < count; i++)
        db_array(self->parameters, columns[i]);
}

/* What is in the columns of heads: kept, and compared with what is known. */
static void s_heads(witness_t *self, db_result_fn *handler)
{
    char now[CLOCK_TEXT];
    clock_text(clock_now(), now);
    db_parameters_clear(self->parameters);
    db_text(self->parameters, now);
    s_columns(self, self->heads, HEAD_COLUMNS);
    db_run(self->relay->reader, "witness_heads_add", self->parameters, handler, self);
    db_parameters_clear(self->parameters);
    db_text(self->parameters, self->relay->node);
    db_text(self->parameters, now);
    s_columns(self, self->heads, HEAD_COLUMNS);
    db_run(self->relay->reader, "witness_compare", self->parameters, handler, self);
}

static void s_clear(witness_t *self, const finding_t *alarm)
{
    char now[CLOCK_TEXT];
    clock_text(clock_now(), now);
    log_info("alarm_cleared", "kind", alarm->kind, "node", alarm->node, "peer", alarm->peer, NULL);
    db_parameters_clear(self->parameters);
    db_text(self->parameters, alarm->kind);
    db_text(self->parameters, alarm->node);
    db_text(self->parameters, alarm->epoch[0] ? alarm->epoch : NULL);
    db_text(self->parameters, now);
    db_run(self->relay->reader, "alarm_clear", self->parameters, s_step, self);
}

static void s_raise(witness_t *self, const finding_t *alarm, db_result_fn *handler)
{
    char now[CLOCK_TEXT], id[UUID_TEXT];
    uuid_id_t uuid = uuid_make(clock_now());
    uuid_text(&uuid, id);
    clock_text(clock_now(), now);
    db_parameters_clear(self->parameters);
    db_text(self->parameters, id);
    db_text(self->parameters, alarm->kind);
    db_text(self->parameters, alarm->node);
    db_text(self->parameters, alarm->epoch[0] ? alarm->epoch : NULL);
    db_text(self->parameters, alarm->peer);
    db_number(self->parameters, alarm->first_seal);
    db_number(self->parameters, alarm->last_seal);
    db_text(self->parameters, alarm->why);
    db_text(self->parameters, now);
    db_run(self->relay->reader, "alarm_raise", self->parameters, handler, self);
}

enum { JUDGE_WHAT, JUDGE_KIND, JUDGE_NODE, JUDGE_EPOCH, JUDGE_PEER, JUDGE_FIRST, JUDGE_LAST, JUDGE_WHY };

static void s_finding(const PGresult *result, int row, finding_t *ret_finding)
{
    finding_t *to = ret_finding;
    snprintf(to->kind, sizeof to->kind, "%s", PQgetvalue(result, row, JUDGE_KIND));
    snprintf(to->node, sizeof to->node, "%s", PQgetvalue(result, row, JUDGE_NODE));
    snprintf(to->epoch, sizeof to->epoch, "%s", PQgetvalue(result, row, JUDGE_EPOCH));
    snprintf(to->peer, sizeof to->peer, "%s", PQgetvalue(result, row, JUDGE_PEER));
    to->first_seal = strtoll(PQgetvalue(result, row, JUDGE_FIRST), NULL, 10);
    to->last_seal = strtoll(PQgetvalue(result, row, JUDGE_LAST), NULL, 10);
    snprintf(to->why, sizeof to->why, "%s", PQgetvalue(result, row, JUDGE_WHY));
}

static bool s_same(const finding_t *one, const finding_t *other)
{
    return strcmp(one->kind, other->kind) == 0 && strcmp(one->node, other->node) == 0 &&
           strcmp(one->epoch, other->epoch) == 0;
}

/* The open alarm that is this one; NULL if there is none. */
static finding_t *s_open(witness_t *self, const finding_t *finding)
{
    for (size_t i = 0; i < self->open_count; i++)
        if (s_same(&self->open[i], finding))
            return &self->open[i];
    return NULL;
}

/* One that stands is told to reach further; one that was found no more is cleared: so `kind` is emptied in those that stand. */
static void s_judge_found(witness_t *self, finding_t *finding)
{
    finding_t *open = s_open(self, finding);
    bool due = alarm_watch_due(self->watch, finding, clock_monotonic());
    if (due && (!open || open->last_seal < finding->last_seal)) {
        alarm_watch_cause(self->watch, finding);
        s_raise(self, finding, s_step);
    }
    if (open)
        open->kind[0] = '\0';
}

static void s_judged(void *argument, const PGresult *result)
{
    witness_t *self = argument;
    if (!witness_good(self, result, "judge"))
        return;
    int rows = PQntuples(result);
    finding_t finding;
    self->open = realloc(self->open, (size_t)(rows + 1) * sizeof *self->open);
    CHECK(self->open);
    self->open_count = 0;
    for (int row = 0; row < rows; row++)
        if (strcmp(PQgetvalue(result, row, JUDGE_WHAT), "open") == 0)
            s_finding(result, row, &self->open[self->open_count++]);
    alarm_watch_begin(self->watch);
    for (int row = 0; row < rows; row++) {
        if (strcmp(PQgetvalue(result, row, JUDGE_WHAT), "found") != 0)
            continue;
        s_finding(result, row, &finding);
        s_judge_found(self, &finding);
    }
    alarm_watch_end(self->watch);
    for (size_t i = 0; i < self->open_count; i++)
        if (self->open[i].kind[0])
            s_clear(self, &self->open[i]);
    db_sync(self->relay->reader);
    witness_say(self);
}

static void s_judge(witness_t *self)
{
    const relay_t *relay = self->relay;
    char now[CLOCK_TEXT];
    clock_text(clock_now(), now);
    db_parameters_clear(self->parameters);
    db_text(self->parameters, relay->node);
    db_text(self->parameters, relay->region);
    db_run(relay->reader, "witness_fold", self->parameters, s_step, self);
    db_text(self->parameters, relay->parent);
    db_text(self->parameters, now);
    db_number(self->parameters, WITNESS_DAY_SECONDS + relay->witness_seconds);
    db_number(self->parameters, relay->witness_seconds);
    db_run(relay->reader, "witness_judge", self->parameters, s_judged, self);
    db_sync(relay->reader);
}

static void s_words(void *argument, const PGresult *result);

static void s_look(witness_t *self)
{
    db_parameters_clear(self->parameters);
    db_text(self->parameters, self->relay->node);
    db_run(self->relay->reader, "witness_words", self->parameters, s_words, self);
    db_sync(self->relay->reader);
}

static void s_taken(void *argument, const PGresult *result)
{
    witness_t *self = argument;
    if (!witness_good(self, result, "take"))
        return;
    if (self->full)
        s_look(self);
    else
        s_judge(self);
}

static void s_words(void *argument, const PGresult *result)
{
    witness_t *self = argument;
    if (!witness_good(self, result, "words"))
        return;
    if (PQntuples(result) == 0) {
        s_judge(self);
        return;
    }
    char now[CLOCK_TEXT];
    columns_clear(self->heads, HEAD_COLUMNS);
    columns_clear(self->checkpoints, CHECKPOINT_COLUMNS);
    witness_words_read(self, result);
    self->full = strcmp(PQgetvalue(result, 0, WORD_FULL), "t") == 0;
    s_heads(self, s_step);
    clock_text(clock_now(), now);
    db_parameters_clear(self->parameters);
    db_text(self->parameters, self->relay->node);
    db_text(self->parameters, self->relay->region);
    db_text(self->parameters, now);
    db_text(self->parameters, PQgetvalue(result, 0, WORD_LEAF));
    db_text(self->parameters, PQgetvalue(result, 0, WORD_SEAL));
    s_columns(self, self->checkpoints, CHECKPOINT_COLUMNS);
    db_run(self->relay->reader, "witness_take", self->parameters, s_taken, self);
    db_sync(self->relay->reader);
}

static void s_links(witness_t *self, int64_t now)
{
    int64_t clock = clock_now();
    for (const peer_t *peer = peers_first(self->relay->peers); peer; peer = peer->next)
        if (peer->kind == PEER_CHILD || peer->kind == PEER_PARENT)
            alarm_watch_link(self->watch, peer->node,
                             peer->connected && peer->sink && sink_welcomed(peer->sink), clock, now);
    alarm_watch_links_end(self->watch, clock, now);
}

void witness_tick(witness_t *self)
{
    int64_t now = clock_monotonic();
    if (now < self->next_at || self->busy || !self->relay->leading || !db_ready(self->relay->reader))
        return;
    self->next_at = now + STEP_MS;
    self->busy = true;
    s_links(self, now);
    s_look(self);
}

void witness_hello(witness_t *self, const char *peer, const link_hello_t *hello)
{
    const head_t *head = &self->relay->head;
    char epoch[UUID_TEXT];
    uuid_text(&head->epoch, epoch);
    columns_clear(self->heads, HEAD_COLUMNS);
    for (int lane = 0; lane < LANES; lane++) {
        const link_cursor_t *cursor = &hello->lanes[lane];
        if (strcmp(cursor->epoch, epoch) == 0 && cursor->seal > 0 && cursor->seal <= head->seal)
            witness_head(self, self->relay->node, epoch, cursor->seal, cursor->sealhash, peer);
    }
    if (array_count(self->heads[0]) == 0 || !db_ready(self->relay->reader))
        return;
    s_heads(self, s_beside);
    db_sync(self->relay->reader);
}

void witness_contradicted(witness_t *self, const char *node, const char *peer, const link_cursor_t *cursor,
                          const char *why)
{
    finding_t alarm = {.kind = "contradicted", .first_seal = cursor->seal, .last_seal = cursor->seal};
    snprintf(alarm.node, sizeof alarm.node, "%s", node);
    snprintf(alarm.peer, sizeof alarm.peer, "%s", peer);
    snprintf(alarm.epoch, sizeof alarm.epoch, "%s", cursor->epoch);
    snprintf(alarm.why, sizeof alarm.why, "%s", why);
    if (!db_ready(self->relay->reader))
        return;
    s_raise(self, &alarm, s_beside);
    db_sync(self->relay->reader);
}
