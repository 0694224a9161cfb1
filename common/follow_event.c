/* follow_event - one event of the journal, read once and checked against its contract */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "follow_parts.h"
#include "log.h"
#include "message.h"

static bool s_text(const follow_event_t *self, const char *member, const char **ret_text)
{
    *ret_text = json_string_value(json_object_get(self->json, member));
    return *ret_text != NULL;
}

/* The members that following needs. What lacks one was never appended by a node of ours. */
static bool s_read(follow_event_t *self)
{
    json_t *refs = json_object_get(self->json, "refs");
    self->version = json_integer_value(json_object_get(self->json, "version"));
    self->refs = json_string_value(refs);
    self->receipt = json_object_get(self->json, "receipt") != NULL;
    return s_text(self, "id", &self->id_text) &&
           uuid_of_text(self->id_text, strlen(self->id_text), &self->id) &&
           s_text(self, "subject", &self->subject) && *self->subject && self->version >= 1 &&
           s_text(self, "source", &self->source) && s_text(self, "region", &self->region) &&
           (!refs || self->refs);
}

static void s_check(follow_event_t *self)
{
    problem_t problem;
    const json_t *data = json_object_get(self->json, "data");
    if (!data)
        problem_set(&problem, ST_INVALID, "schema.required", "/data", "data is missing");
    else if (schema_check(self->type->event->data, data, SCHEMA_OPEN, &problem) == ST_OK)
        return;
    follow_event_mark(self, &problem);
}

follow_event_t *follow_event_new(const follow_t *follow, const char *bytes, size_t length, int64_t leaf,
                                 bool own)
{
    follow_event_t *self = calloc(1, sizeof *self);
    problem_t problem = {.why = "a member that following needs is missing or has not its form"};
    CHECK(self);
    self->own = own ? strndup(bytes, length) : NULL;
    self->bytes = own ? self->own : bytes;
    self->length = length;
    self->leaf = leaf;
    if (message_parse(bytes, length, &self->json, &problem) != ST_OK || !s_read(self)) {
        log_error("follow", "status", "broken", "leaf", log_number(leaf), "why", problem.why, NULL);
        follow_event_destroy(&self);
        return NULL;
    }
    const char *type = json_string_value(json_object_get(self->json, "type"));
    self->type = type ? follow_types_find(&follow->types, type) : NULL;
    if (!self->type)
        follow_event_destroy(&self);
    else
        s_check(self);
    return self;
}

void follow_event_destroy(follow_event_t **self_p)
{
    follow_event_t *self = *self_p;
    if (!self)
        return;
    json_decref(self->json);
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
