/* contract_lint - what the form of a contract file cannot say: its pointers, bounds, codes and examples */
#include <string.h>

#include "contract_file.h"

static bool s_pointer(contracts_t *self, const contract_t *contract, const char *at, json_t *schema,
                      const char *pointer)
{
    char name[CONTRACT_NAME];
    contract_name(contract, name);
    return contract_pointed(self, name, schema, pointer) ||
           contracts_defect(self, name, at, "%s is no place of the schema", pointer);
}

static json_t *s_part(const contract_t *contract, const char *part)
{
    return json_object_get(contract->document, part);
}

/* A command's event changes what its reply, its request or the event itself names; that of an event made elsewhere is named by its statement. */
static bool s_subject(contracts_t *self, const contract_t *contract, const contract_event_t *event,
                      json_t *data)
{
    if (contract->kind == KIND_EVENT)
        return true;
    char name[CONTRACT_NAME];
    contract_name(contract, name);
    return contract_pointed(self, name, s_part(contract, "reply"), event->subject) ||
           contract_pointed(self, name, s_part(contract, "request"), event->subject) ||
           contract_pointed(self, name, data, event->subject) ||
           contracts_defect(self, name, "/events", "subject %s is in neither reply, request nor data",
                            event->subject);
}

static bool s_audience(contracts_t *self, const contract_t *contract, const contract_event_t *event,
                       json_t *data)
{
    const char *place;
    json_t *word;
    json_object_foreach(event->audience, place, word)
    {
        if (strcmp(place, "*") != 0 && !s_pointer(self, contract, "/events/audience", data, place))
            return false;
    }
    return true;
}

static bool s_events(contracts_t *self, const contract_t *contract)
{
    char name[CONTRACT_NAME];
    contract_name(contract, name);
    for (size_t i = 0; contract->events[i]; i++) {
        const contract_event_t *event = contract->events[i];
        json_t *data = json_object_get(json_array_get(s_part(contract, "events"), i), "data");
        if (!contract_bounded(self, name, "/events/data", data) || !s_subject(self, contract, event, data) ||
            !s_audience(self, contract, event, data))
            return false;
        if (event->to && !s_pointer(self, contract, "/events/route/to", data, event->to))
            return false;
        if (contract->kind == KIND_EVENT && strcmp(event->type, contract->stem) != 0)
            return contracts_defect(self, name, "/events/0/type", "an event's own file has the event's name");
    }
    return true;
}

static bool s_personal(contracts_t *self, const contract_t *contract)
{
    json_t *personal = s_part(contract, "personal"), *encrypt = json_object_get(personal, "encrypt");
    json_t *request = s_part(contract, "request"), *value;
    char name[CONTRACT_NAME];
    contract_name(contract, name);
    size_t index;
    json_array_foreach(encrypt, index, value)
    {
        if (!s_pointer(self, contract, "/personal/encrypt", request, json_string_value(value)))
            return false;
    }
    const char *place;
    json_object_foreach(json_object_get(personal, "digest"), place, value)
    {
        if (!s_pointer(self, contract, "/personal/digest", request, place))
            return false;
    }
    const char *subject = json_string_value(json_object_get(personal, "subject"));
    if (json_array_size(encrypt) && !subject)
        return contracts_defect(self, name, "/personal/subject", "whose fields are they?");
    return !subject || contract_pointed(self, name, s_part(contract, "reply"), subject) ||
           s_pointer(self, contract, "/personal/subject", request, subject);
}

static bool s_codes(contracts_t *self, const contract_t *contract)
{
    char name[CONTRACT_NAME];
    contract_name(contract, name);
    size_t index, other;
    json_t *code, *example;
    json_t *refused = json_object_get(s_part(contract, "examples"), "refused");
    json_array_foreach(s_part(contract, "codes"), index, code)
    {
        const char *word = json_string_value(code);
        if (!json_object_get(self->codes, word))
            return contracts_defect(self, name, "/codes", "%s is not in codes.json", word);
        bool shown = false;
        json_array_foreach(refused, other, example) shown =
            shown || json_equal(json_object_get(example, "code"), code);
        if (!shown)
            return contracts_defect(self, name, "/examples/refused", "no example of %s", word);
    }
    return true;
}

bool contract_lint(contracts_t *self, const contract_t *contract)
{
    char name[CONTRACT_NAME];
    contract_name(contract, name);
    json_t *request = s_part(contract, "request"), *reply = s_part(contract, "reply");
    if (request && !contract_bounded(self, name, "/request", request))
        return false;
    if (reply && !contract_bounded(self, name, "/reply", reply))
        return false;
    return s_events(self, contract) && s_personal(self, contract) && s_codes(self, contract);
}

static bool s_valid(contracts_t *self, const char *name, const schema_t *schema, schema_flags_t flags,
                    json_t *value, const char *at, size_t index)
{
    problem_t problem;
    if (!schema || !value || schema_check(schema, value, flags, &problem) == ST_OK)
        return true;
    return contracts_defect(self, name, at, "number %zu breaks the schema at %s: %s", index, problem.at,
                            problem.why);
}

/* A bad example must fail, and one of the problems must be at the place it names. */
static bool s_fails(contracts_t *self, const char *name, const schema_t *schema, schema_flags_t flags,
                    json_t *example, json_t *value, size_t index)
{
    problem_t problems[SCHEMA_PROBLEMS];
    const char *at = json_string_value(json_object_get(example, "at"));
    size_t count = schema_check_all(schema, value, flags, problems, SCHEMA_PROBLEMS);
    for (size_t i = 0; i < count; i++)
        if (strcmp(problems[i].at, at) == 0)
            return true;
    return contracts_defect(self, name, "/examples/invalid", "number %zu is not refused at %s", index, at);
}

bool contract_examples(contracts_t *self, const contract_t *contract)
{
    char name[CONTRACT_NAME];
    contract_name(contract, name);
    bool fact = contract->kind == KIND_EVENT;
    const schema_t *schema = fact ? contract->events[0]->data : contract->request;
    schema_flags_t flags = fact ? SCHEMA_OPEN : SCHEMA_CLOSED;
    const char *member = fact ? "data" : "request";
    json_t *examples = s_part(contract, "examples"), *example;
    size_t index;
    json_array_foreach(json_object_get(examples, "ok"), index, example)
    {
        if (!s_valid(self, name, schema, flags, json_object_get(example, member), "/examples/ok", index) ||
            !s_valid(self, name, contract->reply, SCHEMA_CLOSED, json_object_get(example, "reply"),
                     "/examples/ok", index))
            return false;
    }
    json_array_foreach(json_object_get(examples, "refused"), index, example)
    {
        if (!s_valid(self, name, schema, flags, json_object_get(example, member), "/examples/refused", index))
            return false;
    }
    json_array_foreach(json_object_get(examples, "invalid"), index, example)
    {
        if (!s_fails(self, name, schema, flags, example, json_object_get(example, member), index))
            return false;
    }
    return true;
}

/* The kind of subject is the last word of the pointer: all events of one kind share lane and route, so that one order holds for them. */
bool contracts_roads(contracts_t *self)
{
    for (size_t i = 0; i < self->event_count; i++) {
        const contract_event_t *event = self->by_type[i];
        const char *kind = strrchr(event->subject, '/');
        for (size_t other = 0; other < i; other++) {
            const contract_event_t *first = self->by_type[other];
            if (strcmp(strrchr(first->subject, '/'), kind) != 0)
                continue;
            if (strcmp(first->lane, event->lane) != 0 || strcmp(first->up, event->up) != 0 ||
                strcmp(first->down, event->down) != 0)
                return contracts_defect(self, event->type, "",
                                        "another lane or route than %s, of the same kind of subject %s",
                                        first->type, kind + 1);
        }
    }
    return true;
}
