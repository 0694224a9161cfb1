/* follow_event - one event of the journal, read once; if it is another node's, checked against its contract */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "follow_parts.h"
#include "log.h"
#include "message.h"

/* The members that following needs. */
static void s_take(follow_event_t *self, const envelope_t *envelope)
{
    self->id = envelope->id;
    uuid_text(&envelope->id, self->id_text);
    memcpy(self->source, envelope->source, sizeof self->source);
    memcpy(self->region, envelope->region, sizeof self->region);
    memcpy(self->subject, envelope->subject, sizeof self->subject);
    self->refs = *envelope->refs ? strdup(envelope->refs) : NULL;
    CHECK(self->refs || !*envelope->refs);
    self->version = envelope->version;
    self->receipt = envelope->receipt;
    self->behalf = envelope->behalf;
    self->has_principal = envelope->has_principal;
    self->principal = envelope->principal;
    self->has_person = envelope->has_person;
    self->person = envelope->person;
    self->time = envelope->time;
    if (!self->behalf)
        return;
    self->grant_id = envelope->grant;
    memcpy(self->grant, "grant/", sizeof "grant/");
    uuid_text(&self->grant_id, self->grant + strlen(self->grant));
}

/* What another node says is held against our contract; the own node's commands were, before they were written. What stays at its node by its contract
 * can only have been sent to deceive: a principal of a child would speak here too. */
static void s_check(follow_event_t *self, const envelope_t *envelope)
{
    problem_t problem;
    json_t *data = NULL;
    const contract_event_t *contract = self->type->event;
    if (strcmp(contract->up, "none") == 0 && strcmp(contract->down, "none") == 0)
        problem_set(&problem, ST_DENIED, "event.stays", "/route",
                    "an event of this type stays at its node, and this one came from %s", self->source);
    else if (!envelope->data)
        problem_set(&problem, ST_INVALID, "schema.required", "/data", "data is missing");
    else if (message_parse(envelope->data, envelope->data_length, &data, &problem) == ST_OK &&
             schema_check(self->type->event->data, data, SCHEMA_OPEN, &problem) == ST_OK) {
        json_decref(data);
        return;
    }
    json_decref(data);
    follow_event_mark(self, &problem);
}

follow_event_t *follow_event_new(const follow_t *follow, const char *bytes, size_t length, int64_t leaf,
                                 bool own)
{
    envelope_t envelope;
    problem_t problem;
    if (envelope_read(bytes, length, &envelope, &problem) != ST_OK) {
        log_error("follow", "status", "broken", "leaf", log_number(leaf), "why", problem.why, NULL);
        return NULL;
    }
    const follow_type_t *type = follow_types_find(&follow->types, envelope.type);
    if (!type)
        return NULL;
    follow_event_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->own = own ? strndup(bytes, length) : NULL;
    self->bytes = own ? self->own : bytes;
    self->length = length;
    self->leaf = leaf;
    self->type = type;
    s_take(self, &envelope);
    if (!follow_event_own(self, &follow->config))
        s_check(self, &envelope);
    return self;
}

void follow_event_destroy(follow_event_t **self_p)
{
    follow_event_t *self = *self_p;
    if (!self)
        return;
    free(self->refs);
    free(self->problem);
    free(self->waits_text);
    free(self->own);
    free(self);
    *self_p = NULL;
}

void follow_event_mark(follow_event_t *self, const problem_t *problem)
{
    if (!self->problem)
        self->problem = malloc(sizeof *self->problem);
    CHECK(self->problem);
    *self->problem = *problem;
}

bool follow_event_own(const follow_event_t *self, const follow_config_t *config)
{
    return strcmp(self->source, config->node) == 0;
}
