/* contract - proto/ in memory: what each message may contain, who may send it, what event it makes */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "contract_file.h"

static const char *const roles[] = {"clerk",  "verifier", "secretariat", "campaign_manager",
                                    "leader", "vertical", "auditor",     "admin"};
static const char *const tiers[] = {"centre", "province", "district"};

static unsigned s_bit(const char *const *words, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i], word) == 0)
            return 1U << i;
    return 0;
}

unsigned contract_role(const char *word)
{
    return s_bit(roles, sizeof roles / sizeof *roles, word);
}

const char *contract_role_word(unsigned role)
{
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (role == 1U << i)
            return roles[i];
    CHECK(!"one role");
    return "";
}

unsigned contract_tier(const char *word)
{
    return s_bit(tiers, sizeof tiers / sizeof *tiers, word);
}

void contract_name(const contract_t *contract, char ret_name[CONTRACT_NAME])
{
    snprintf(ret_name, CONTRACT_NAME, "%s/%s.json", contract->service, contract->stem);
}

bool contracts_defect(contracts_t *self, const char *document, const char *pointer, const char *format, ...)
{
    if (*self->error)
        return false;
    int used = snprintf(self->error, self->error_size, "%s%s%s: ", document, *pointer ? " " : "", pointer);
    if (used < 0 || (size_t)used >= self->error_size)
        return false;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(self->error + used, self->error_size - (size_t)used, format, arguments);
    va_end(arguments);
    return false;
}

static void s_contract_free(contract_t *contract)
{
    for (size_t i = 0; contract->events && contract->events[i]; i++)
        free(contract->events[i]);
    free(contract->events);
    free((char *)contract->stem);
    free((char *)contract->service);
    json_decref(contract->document);
}

void contracts_destroy(contracts_t **self_p)
{
    contracts_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < self->count; i++)
        s_contract_free(&self->contracts[i]);
    free(self->contracts);
    free(self->by_stem);
    free(self->by_type);
    schema_set_destroy(&self->set);
    json_decref(self->types);
    json_decref(self->envelope);
    json_decref(self->codes);
    json_decref(self->form);
    free(self);
    *self_p = NULL;
}

static int s_stem_compare(const void *stem, const void *element)
{
    return strcmp(stem, (*(const contract_t *const *)element)->stem);
}

const contract_t *contracts_find(const contracts_t *self, const char *stem)
{
    const contract_t **found =
        bsearch(stem, self->by_stem, self->count, sizeof *self->by_stem, s_stem_compare);
    return found ? *found : NULL;
}

static int s_type_compare(const void *type, const void *element)
{
    return strcmp(type, (*(const contract_event_t *const *)element)->type);
}

const contract_event_t *contracts_event(const contracts_t *self, const char *type)
{
    const contract_event_t **found =
        bsearch(type, self->by_type, self->event_count, sizeof *self->by_type, s_type_compare);
    return found ? *found : NULL;
}

const contract_t *contracts_next(const contracts_t *self, const contract_t *after)
{
    size_t index = after ? (size_t)(after - self->contracts) + 1 : 0;
    return index < self->count ? &self->contracts[index] : NULL;
}

const schema_t *contracts_envelope(const contracts_t *self, const char *definition)
{
    if (strcmp(definition, "request") == 0)
        return self->request;
    if (strcmp(definition, "reply") == 0)
        return self->reply;
    CHECK(strcmp(definition, "event") == 0);
    return self->event;
}

json_t *contracts_codes(const contracts_t *self)
{
    return self->codes;
}
