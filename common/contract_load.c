/* contract_load - reads proto/ at start; every defect ends it with one sentence that names file and place */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "contract_file.h"

static json_t *s_read(contracts_t *self, const char *proto, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", proto, name);
    json_error_t error;
    json_t *document = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!json_is_object(document)) {
        contracts_defect(self, name, "", "line %d: %s", error.line, document ? "not an object" : error.text);
        json_decref(document);
        return NULL;
    }
    if (!schema_set_add(self->set, name, document)) {
        contracts_defect(self, name, "", "there twice");
        json_decref(document);
        return NULL;
    }
    return document;
}

static const schema_t *s_compile(contracts_t *self, const char *name, const char *pointer)
{
    char error[512];
    const schema_t *schema = schema_compile(self->set, name, pointer, error, sizeof error);
    if (!schema)
        contracts_defect(self, name, pointer, "%s", error);
    return schema;
}

static contract_kind_t s_kind(const char *word)
{
    return strcmp(word, "command") == 0 ? KIND_COMMAND
           : strcmp(word, "query") == 0 ? KIND_QUERY
           : strcmp(word, "event") == 0 ? KIND_EVENT
                                        : KIND_TIMER;
}

static contract_scope_t s_scope(const char *word)
{
    return strcmp(word, "own") == 0         ? SCOPE_OWN
           : strcmp(word, "subtree") == 0   ? SCOPE_SUBTREE
           : strcmp(word, "addressee") == 0 ? SCOPE_ADDRESSEE
                                            : SCOPE_ANY;
}

static unsigned s_bits(const json_t *words, unsigned (*bit)(const char *word))
{
    unsigned bits = 0;
    size_t index;
    json_t *word;
    json_array_foreach(words, index, word) bits |= bit(json_string_value(word));
    return bits;
}

static const char *s_text(const json_t *object, const char *member)
{
    return json_string_value(json_object_get(object, member));
}

static contract_event_t *s_event(contracts_t *self, const contract_t *contract, const json_t *entry,
                                 size_t index)
{
    contract_event_t *event = calloc(1, sizeof *event);
    CHECK(event);
    const json_t *route = json_object_get(entry, "route");
    char name[CONTRACT_NAME], pointer[48];
    contract_name(contract, name);
    snprintf(pointer, sizeof pointer, "/events/%zu/data", index);
    event->type = s_text(entry, "type");
    event->service = contract->service;
    event->subject = s_text(entry, "subject");
    event->lane = s_text(entry, "lane");
    event->up = s_text(route, "up");
    event->down = s_text(route, "down");
    event->to = s_text(route, "to");
    event->receipt = strcmp(s_text(entry, "receipt"), "applied") == 0;
    event->read = s_bits(json_object_get(entry, "read"), contract_role);
    event->audience = json_object_get(entry, "audience");
    /* an event that says what the request said is checked once */
    const json_t *data = json_object_get(entry, "data");
    const char *reference = json_object_size(data) == 1 ? s_text(data, "$ref") : NULL;
    event->data =
        s_compile(self, name, reference && strcmp(reference, "#/request") == 0 ? "/request" : pointer);
    return event;
}

static bool s_compile_parts(contracts_t *self, contract_t *contract)
{
    char name[CONTRACT_NAME];
    contract_name(contract, name);
    if (json_object_get(contract->document, "request") &&
        !(contract->request = s_compile(self, name, "/request")))
        return false;
    if (json_object_get(contract->document, "reply") && !(contract->reply = s_compile(self, name, "/reply")))
        return false;
    const json_t *events = json_object_get(contract->document, "events");
    contract->events = calloc(json_array_size(events) + 1, sizeof *contract->events);
    CHECK(contract->events);
    for (size_t i = 0; i < json_array_size(events); i++) {
        contract->events[i] = s_event(self, contract, json_array_get(events, i), i);
        if (!contract->events[i]->data)
            return false;
        self->event_count++;
    }
    return true;
}

/* Its form first: what follows may rely on it. */
static bool s_fill(contracts_t *self, contract_t *contract)
{
    char name[CONTRACT_NAME];
    contract_name(contract, name);
    problem_t problem;
    if (schema_check(self->form_schema, contract->document, SCHEMA_OPEN, &problem) != ST_OK)
        return contracts_defect(self, name, problem.at, "%s", problem.why);
    const json_t *allow = json_object_get(contract->document, "allow");
    contract->kind = s_kind(s_text(contract->document, "kind"));
    contract->four_eyes = s_text(contract->document, "four_eyes");
    if (allow) {
        contract->roles = s_bits(json_object_get(allow, "roles"), contract_role);
        contract->tiers = s_bits(json_object_get(allow, "tiers"), contract_tier);
        contract->scope = s_scope(s_text(allow, "scope"));
        contract->behalf = json_is_true(json_object_get(allow, "behalf"));
    }
    json_t *personal = json_object_get(contract->document, "personal");
    if (json_array_size(json_object_get(personal, "encrypt")) ||
        json_object_size(json_object_get(personal, "digest")))
        contract->personal = personal;
    return s_compile_parts(self, contract);
}

static bool s_add(contracts_t *self, const char *proto, const char *service, const char *file)
{
    if (self->count == CONTRACTS_MOST)
        return contracts_defect(self, service, "", "more than %d contracts", CONTRACTS_MOST);
    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : 64;
        self->contracts = realloc(self->contracts, self->room * sizeof *self->contracts);
        CHECK(self->contracts);
    }
    contract_t *contract = &self->contracts[self->count];
    memset(contract, 0, sizeof *contract);
    char name[CONTRACT_NAME];
    if (snprintf(name, sizeof name, "%s/%s", service, file) >= (int)sizeof name)
        return contracts_defect(self, service, "", "a file's name is too long");
    contract->document = s_read(self, proto, name);
    if (!contract->document)
        return false;
    contract->service = strdup(service);
    contract->stem = strndup(file, strlen(file) - strlen(".json"));
    self->count++;
    return true;
}

static int s_contract_file(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return *entry->d_name != '.' && dot && strcmp(dot, ".json") == 0;
}

static int s_folder(const struct dirent *entry)
{
    return *entry->d_name != '.' && !strchr(entry->d_name, '.') && strcmp(entry->d_name, "examples") != 0;
}

static bool s_read_service(contracts_t *self, const char *proto, const char *service)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", proto, service);
    struct dirent **files;
    int count = scandir(path, &files, s_contract_file, alphasort);
    bool good = true;
    for (int i = 0; i < count; i++) {
        good = good && s_add(self, proto, service, files[i]->d_name);
        free(files[i]);
    }
    if (count >= 0)
        free(files);
    return good;
}

static bool s_read_services(contracts_t *self, const char *proto)
{
    struct dirent **folders;
    int count = scandir(proto, &folders, s_folder, alphasort);
    if (count < 0)
        return contracts_defect(self, proto, "", "no such folder");
    bool good = true;
    for (int i = 0; i < count; i++) {
        good = good && s_read_service(self, proto, folders[i]->d_name);
        free(folders[i]);
    }
    free(folders);
    return good && (self->count || contracts_defect(self, proto, "", "holds no contract"));
}

static int s_by_stem(const void *one, const void *other)
{
    return strcmp((*(const contract_t *const *)one)->stem, (*(const contract_t *const *)other)->stem);
}

static int s_by_type(const void *one, const void *other)
{
    return strcmp((*(const contract_event_t *const *)one)->type,
                  (*(const contract_event_t *const *)other)->type);
}

/* A stem and a type stand alone on the wire: each may be there once. */
static bool s_index(contracts_t *self)
{
    self->by_stem = calloc(self->count + 1, sizeof *self->by_stem);
    self->by_type = calloc(self->event_count + 1, sizeof *self->by_type);
    CHECK(self->by_stem && self->by_type);
    size_t events = 0;
    for (size_t i = 0; i < self->count; i++) {
        self->by_stem[i] = &self->contracts[i];
        for (contract_event_t **event = self->contracts[i].events; *event; event++)
            self->by_type[events++] = *event;
    }
    qsort(self->by_stem, self->count, sizeof *self->by_stem, s_by_stem);
    qsort(self->by_type, events, sizeof *self->by_type, s_by_type);
    for (size_t i = 1; i < self->count; i++)
        if (s_by_stem(&self->by_stem[i - 1], &self->by_stem[i]) == 0)
            return contracts_defect(self, self->by_stem[i]->stem, "", "two services have this message");
    for (size_t i = 1; i < events; i++)
        if (s_by_type(&self->by_type[i - 1], &self->by_type[i]) == 0)
            return contracts_defect(self, self->by_type[i]->type, "",
                                    "two contracts declare this event: it has to have a file of its own");
    return true;
}

static bool s_shared(contracts_t *self, const char *proto)
{
    return (self->types = s_read(self, proto, "types.json")) &&
           (self->envelope = s_read(self, proto, "envelope.json")) &&
           (self->codes = s_read(self, proto, "codes.json")) &&
           (self->form = s_read(self, proto, "contract.schema.json")) &&
           (self->form_schema = s_compile(self, "contract.schema.json", "")) &&
           (self->request = s_compile(self, "envelope.json", "/request")) &&
           (self->reply = s_compile(self, "envelope.json", "/reply")) &&
           (self->event = s_compile(self, "envelope.json", "/event"));
}

static bool s_load(contracts_t *self, const char *proto)
{
    if (!s_shared(self, proto) || !s_read_services(self, proto))
        return false;
    for (size_t i = 0; i < self->count; i++)
        if (!s_fill(self, &self->contracts[i]))
            return false;
    for (size_t i = 0; i < self->count; i++)
        if (!contract_lint(self, &self->contracts[i]) || !contract_examples(self, &self->contracts[i]))
            return false;
    return s_index(self) && contracts_roads(self);
}

contracts_t *contracts_load(const char *proto, char *ret_error, size_t size)
{
    contracts_t *self = calloc(1, sizeof *self);
    CHECK(self && size);
    *ret_error = '\0';
    self->error = ret_error;
    self->error_size = size;
    self->set = schema_set_new();
    if (!s_load(self, proto))
        contracts_destroy(&self);
    return self;
}
