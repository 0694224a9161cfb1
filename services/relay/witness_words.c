/* witness_words - what checkpoints and heads_seen say, taken apart and checked by their contracts */
#include <string.h>

#include "check.h"
#include "log.h"
#include "message.h"
#include "witness_words.h"

void witness_head(witness_t *self, const char *node, const char *epoch, int64_t number, const char *hash,
                  const char *witness)
{
    uuid_id_t epoch_id;
    hash_t hash_bytes;
    if (!uuid_of_text(epoch, strlen(epoch), &epoch_id) || !hash_of_text(hash, strlen(hash), &hash_bytes))
        return;
    array_text(self->heads[0], node);
    array_uuid(self->heads[1], epoch_id.bytes);
    array_number(self->heads[2], number);
    array_bytes(self->heads[3], hash_bytes.bytes, HASH_BYTES);
    array_text(self->heads[4], witness);
}

static void s_head(witness_t *self, const json_t *head, const char *witness)
{
    witness_head(self, json_string_value(json_object_get(head, "node")),
                 json_string_value(json_object_get(head, "epoch")),
                 json_integer_value(json_object_get(head, "number")),
                 json_string_value(json_object_get(head, "hash")), witness);
}

static void s_checkpoint(witness_t *self, const json_t *data, const char *source, const char *via)
{
    const char *node = json_string_value(json_object_get(data, "node")),
               *epoch = json_string_value(json_object_get(data, "epoch"));
    const json_t *before = json_object_get(data, "before");
    uuid_id_t epoch_id;
    hash_t hash;
    const char *text = json_string_value(json_object_get(data, "hash"));
    if (strcmp(node, source) != 0 || !uuid_of_text(epoch, strlen(epoch), &epoch_id) ||
        !hash_of_text(text, strlen(text), &hash))
        return;
    s_head(self, data, source);
    if (before)
        witness_head(self, node, epoch, json_integer_value(json_object_get(before, "number")),
                     json_string_value(json_object_get(before, "hash")), source);
    array_text(self->checkpoints[0], node);
    array_uuid(self->checkpoints[1], epoch_id.bytes);
    array_number(self->checkpoints[2], json_integer_value(json_object_get(data, "number")));
    array_bytes(self->checkpoints[3], hash.bytes, HASH_BYTES);
    array_number(self->checkpoints[4], json_integer_value(json_object_get(data, "up")));
    array_number(self->checkpoints[5], json_integer_value(json_object_get(data, "whole")));
    array_text(self->checkpoints[6], via);
    size_t index;
    json_t *seen;
    json_array_foreach(json_object_get(data, "seen"), index, seen) s_head(self, seen, source);
}

/* The centre names this node's head, or does not. */
static void s_heard(witness_t *self, const json_t *data, const char *time)
{
    char now[CLOCK_TEXT];
    const char *epoch = NULL;
    json_int_t number = 0;
    size_t index;
    json_t *head;
    json_array_foreach(json_object_get(data, "heads"), index, head)
    {
        if (strcmp(json_string_value(json_object_get(head, "node")), self->relay->node) != 0)
            continue;
        epoch = json_string_value(json_object_get(head, "epoch"));
        number = json_integer_value(json_object_get(head, "number"));
    }
    clock_text(clock_now(), now);
    db_parameters_clear(self->parameters);
    db_text(self->parameters, json_string_value(json_object_get(data, "round")));
    db_text(self->parameters, now);
    db_text(self->parameters, time);
    db_text(self->parameters, epoch);
    db_number(self->parameters, number);
    db_run(self->relay->reader, "witness_heard", self->parameters, NULL, NULL);
}

/* Only the centre tells heads: whatever node's name begins so lies nowhere else in the tree. */
static void s_heads(witness_t *self, const json_t *data, const char *source, const char *time)
{
    if (strncmp(source, "00-", 3) != 0)
        return;
    size_t index;
    json_t *head;
    json_array_foreach(json_object_get(data, "heads"), index, head) s_head(self, head, source);
    if (strcmp(source, self->relay->node) != 0)
        s_heard(self, data, time);
}

static void s_word(witness_t *self, const PGresult *result, int row)
{
    const char *type = PQgetvalue(result, row, WORD_TYPE), *source = PQgetvalue(result, row, WORD_SOURCE);
    const contract_event_t *event = contracts_event(self->relay->contracts, type);
    CHECK(event); /* these types stand in proto/journal */
    json_t *body =
        message_of_database(PQgetvalue(result, row, WORD_BODY), (size_t)PQgetlength(result, row, WORD_BODY));
    const json_t *data = json_object_get(body, "data");
    problem_t problem = {0};
    if (!data || schema_check(event->data, data, SCHEMA_OPEN, &problem) != ST_OK)
        log_warn("word_not_understood", "type", type, "node", source, "at", problem.at, "why", problem.why,
                 NULL);
    else if (strcmp(type, "heads_seen") == 0)
        s_heads(self, data, source, PQgetvalue(result, row, WORD_TIME));
    else
        s_checkpoint(self, data, source, PQgetvalue(result, row, WORD_VIA));
    json_decref(body);
}

void witness_words_read(witness_t *self, const PGresult *result)
{
    for (int row = 0; row < PQntuples(result); row++)
        if (!PQgetisnull(result, row, WORD_ID))
            s_word(self, result, row);
}
