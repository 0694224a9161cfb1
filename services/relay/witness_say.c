/* witness_say - what this node itself has to say: checkpoints, the centre's heads_seen, alarms */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "log.h"
#include "message.h"
#include "numbering.h"
#include "witness_say.h"

void witness_say_prepare(const relay_t *relay)
{
    static const char *const statements[][2] = {
        {"witness_checkpoint", "text,timestamptz,bigint,bigint,text"},
        {"witness_heads", "text,timestamptz,bigint,bigint,bigint"},
        {"witness_said", "text,text,timestamptz,bigint,uuid,bigint"},
        {"alarms_untold", ""},
        {"alarm_told", "uuid"},
    };
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
        relay_prepare(relay, relay->reader, statements[i][0], statements[i][1]);
    db_prepare(relay->reader, "journal_append", JOURNAL_APPEND, JOURNAL_APPEND_TYPES);
}

static void s_appended(void *argument, const PGresult *result)
{
    witness_t *self = argument;
    if (witness_good(self, result, "append"))
        numbering_nudge(self->relay->numbering);
}

static void s_step(void *argument, const PGresult *result)
{
    witness_good(argument, result, "say");
}

/* Append one event of this node; `data` is taken over. Each is a subject of its own, of version 1. */
static void s_append(witness_t *self, const char *type, const char *kind, const char *region, json_t *data)
{
    const relay_t *relay = self->relay;
    int64_t now = clock_now();
    uuid_id_t id = uuid_make(now);
    char subject[64], text[UUID_TEXT];
    uuid_text(&id, text);
    snprintf(subject, sizeof subject, "%s/%s", kind, text);
    json_t *entry =
        json_pack("{s:s, s:s, s:i, s:o}", "type", type, "subject", subject, "version", 1, "data", data);
    CHECK(entry);
    journal_origin_t origin = {
        .node = relay->node, .service = "relay", .now = now, .doubt = clock_doubt(), .region = region};
    problem_t problem;
    journal_rows_clear(self->rows);
    if (journal_rows_event(self->rows, &origin, relay->contracts, entry, &id, NULL, &problem) == ST_OK) {
        db_parameters_clear(self->parameters);
        journal_rows_parameters(self->rows, self->parameters);
        db_run(relay->reader, "journal_append", self->parameters, s_appended, self);
    } else {
        log_error("word_not_said", "type", type, "code", problem.code, "at", problem.at, "why", problem.why,
                  NULL);
    }
    json_decref(entry);
}

static void s_said(witness_t *self, const char *kind, const char *region, const char *leaf, const char *epoch,
                   const char *seal)
{
    char now[CLOCK_TEXT];
    clock_text(clock_now(), now);
    db_parameters_clear(self->parameters);
    db_text(self->parameters, kind);
    db_text(self->parameters, region);
    db_text(self->parameters, now);
    db_text(self->parameters, leaf);
    db_text(self->parameters, epoch);
    db_text(self->parameters, seal);
    db_run(self->relay->reader, "witness_said", self->parameters, s_step, self);
}

static json_int_t s_number(const PGresult *result, int row, int column)
{
    return strtoll(PQgetvalue(result, row, column), NULL, 10);
}

static json_t *s_json(const PGresult *result, int row, int column)
{
    return message_of_database(PQgetvalue(result, row, column), (size_t)PQgetlength(result, row, column));
}

enum {
    CHECKPOINT_LEAF,
    CHECKPOINT_EPOCH,
    CHECKPOINT_NUMBER,
    CHECKPOINT_HASH,
    CHECKPOINT_UP,
    CHECKPOINT_DOWN,
    CHECKPOINT_WHOLE,
    CHECKPOINT_BEFORE,
    CHECKPOINT_BEFORE_HASH,
    CHECKPOINT_SEEN
};

static void s_checkpoint(void *argument, const PGresult *result)
{
    witness_t *self = argument;
    if (!witness_good(self, result, "checkpoint") || PQntuples(result) == 0)
        return;
    const char *epoch = PQgetvalue(result, 0, CHECKPOINT_EPOCH);
    json_t *data = json_pack(
        "{s:s, s:s, s:I, s:s, s:I, s:I, s:I, s:o}", "node", self->relay->node, "epoch", epoch, "number",
        s_number(result, 0, CHECKPOINT_NUMBER), "hash", PQgetvalue(result, 0, CHECKPOINT_HASH), "up",
        s_number(result, 0, CHECKPOINT_UP), "down", s_number(result, 0, CHECKPOINT_DOWN), "whole",
        s_number(result, 0, CHECKPOINT_WHOLE), "seen", s_json(result, 0, CHECKPOINT_SEEN));
    CHECK(data);
    if (!PQgetisnull(result, 0, CHECKPOINT_BEFORE))
        json_object_set_new(data, "before",
                            json_pack("{s:I, s:s}", "number", s_number(result, 0, CHECKPOINT_BEFORE), "hash",
                                      PQgetvalue(result, 0, CHECKPOINT_BEFORE_HASH)));
    s_append(self, "journal_checkpointed", "checkpoint", self->relay->region, data);
    s_said(self, "checkpoint", self->relay->region, PQgetvalue(result, 0, CHECKPOINT_LEAF), epoch,
           PQgetvalue(result, 0, CHECKPOINT_NUMBER));
    db_sync(self->relay->reader);
}

enum { HEADS_REGION, HEADS_PART, HEADS_PARTS, HEADS_HEADS };

static void s_heads(void *argument, const PGresult *result)
{
    witness_t *self = argument;
    if (!witness_good(self, result, "heads") || PQntuples(result) == 0)
        return;
    char round[UUID_TEXT];
    uuid_id_t id = uuid_make(clock_now());
    uuid_text(&id, round);
    for (int row = 0; row < PQntuples(result); row++) {
        const char *region = PQgetvalue(result, row, HEADS_REGION);
        json_t *data =
            json_pack("{s:s, s:I, s:I, s:o}", "round", round, "part", s_number(result, row, HEADS_PART),
                      "parts", s_number(result, row, HEADS_PARTS), "heads", s_json(result, row, HEADS_HEADS));
        CHECK(data);
        s_append(self, "heads_seen", "heads", region, data);
        s_said(self, "heads", region, "0", NULL, "0");
    }
    db_sync(self->relay->reader);
}

enum { ALARM_ID, ALARM_KIND, ALARM_NODE, ALARM_EPOCH, ALARM_PEER, ALARM_FIRST, ALARM_LAST, ALARM_WHY };

static void s_alarm(witness_t *self, const PGresult *result, int row)
{
    const char *kind = PQgetvalue(result, row, ALARM_KIND), *node = PQgetvalue(result, row, ALARM_NODE),
               *peer = PQgetvalue(result, row, ALARM_PEER), *why = PQgetvalue(result, row, ALARM_WHY);
    log_error("alarm_raised", "kind", kind, "node", node, "peer", peer, "first_seal",
              PQgetvalue(result, row, ALARM_FIRST), "last_seal", PQgetvalue(result, row, ALARM_LAST), "why",
              why, NULL);
    json_t *data = json_pack("{s:s, s:s, s:s, s:I, s:I, s:s}", "kind", kind, "node", node, "peer", peer,
                             "first_seal", s_number(result, row, ALARM_FIRST), "last_seal",
                             s_number(result, row, ALARM_LAST), "why", why);
    CHECK(data);
    if (!PQgetisnull(result, row, ALARM_EPOCH))
        json_object_set_new(data, "epoch", json_string(PQgetvalue(result, row, ALARM_EPOCH)));
    s_append(self, "journal_alarmed", "alarm", self->relay->region, data);
    db_parameters_clear(self->parameters);
    db_text(self->parameters, PQgetvalue(result, row, ALARM_ID));
    db_run(self->relay->reader, "alarm_told", self->parameters, s_step, self);
}

static void s_alarms(void *argument, const PGresult *result)
{
    witness_t *self = argument;
    if (!witness_good(self, result, "alarms"))
        return;
    for (int row = 0; row < PQntuples(result); row++)
        s_alarm(self, result, row);
    if (PQntuples(result) > 0)
        db_sync(self->relay->reader);
    self->busy = false;
}

/* The lines in the order in which they are asked: the step is over when alarms are told, and what was sent before is answered before. */
void witness_say(witness_t *self)
{
    const relay_t *relay = self->relay;
    char now[CLOCK_TEXT];
    clock_text(clock_now(), now);
    db_parameters_clear(self->parameters);
    db_text(self->parameters, relay->node);
    db_text(self->parameters, now);
    db_number(self->parameters, relay->checkpoint_seconds);
    db_number(self->parameters, WITNESS_DAY_SECONDS);
    db_text(self->parameters, relay->region);
    db_run(relay->reader, "witness_checkpoint", self->parameters, s_checkpoint, self);
    if (!relay->parent[0]) {
        db_parameters_clear(self->parameters);
        db_text(self->parameters, relay->node);
        db_text(self->parameters, now);
        db_number(self->parameters, relay->checkpoint_seconds);
        db_number(self->parameters, WITNESS_DAY_SECONDS);
        db_number(self->parameters, relay->witness_seconds);
        db_run(relay->reader, "witness_heads", self->parameters, s_heads, self);
    }
    db_parameters_clear(self->parameters);
    db_run(relay->reader, "alarms_untold", self->parameters, s_alarms, self);
    db_sync(relay->reader);
}
