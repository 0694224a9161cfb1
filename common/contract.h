/* contract - proto/ in memory: what each message may contain, who may send it, what event it makes
 *
 * Loaded once at start from SINERGI_SHARE/proto; every defect is an unusable start with one sentence naming
 * file and place.
 */
#ifndef CONTRACT_H
#define CONTRACT_H

#include <jansson.h>
#include <stdbool.h>

#include "schema.h"

typedef enum { KIND_COMMAND, KIND_QUERY, KIND_EVENT, KIND_TIMER } contract_kind_t;
typedef enum { SCOPE_OWN, SCOPE_SUBTREE, SCOPE_ADDRESSEE, SCOPE_ANY } contract_scope_t;
enum {
    ROLE_CLERK = 1,
    ROLE_VERIFIER = 2,
    ROLE_SECRETARIAT = 4,
    ROLE_CAMPAIGN_MANAGER = 8,
    ROLE_LEADER = 16,
    ROLE_VERTICAL = 32,
    ROLE_AUDITOR = 64,
    ROLE_ADMIN = 128
};
enum { TIER_CENTRE = 1, TIER_PROVINCE = 2, TIER_DISTRICT = 4 };

typedef struct {
    const char *type;    /* business_registered */
    const char *service; /* folder of proto/ whose contract declares it: who may write it */
    const char *subject; /* JSON pointer, or NULL: the statement names it */
    const char *lane;
    const char *up, *down;
    const char *to; /* pointer to the addressed regions in the event's data, or NULL */
    bool receipt;   /* applied */
    unsigned read;  /* roles that may tail it */
    const schema_t *data;
    json_t *audience;
} contract_event_t;

typedef struct {
    const char *stem;
    const char *service;
    contract_kind_t kind;
    unsigned roles, tiers;
    contract_scope_t scope;
    bool behalf;
    const schema_t *request; /* NULL for kind event */
    const schema_t *reply;
    contract_event_t **events; /* ended by NULL */
    json_t *personal;          /* {subject, encrypt, digest, travel} or NULL */
    const char *four_eyes;     /* constraint, or NULL */
    json_t *document;          /* the whole file */
} contract_t;

typedef struct contracts contracts_t;

/* Load every proto/<service>/<stem>.json, types.json, envelope.json and codes.json below `proto`. Returns
 * NULL with a sentence in ret_error. */
contracts_t *contracts_load(const char *proto, char *ret_error, size_t size);
void contracts_destroy(contracts_t **self_p);

/* Borrowed; NULL if there is none. */
const contract_t *contracts_find(const contracts_t *self, const char *stem);
const contract_event_t *contracts_event(const contracts_t *self, const char *type);
const contract_t *contracts_next(const contracts_t *self,
                                 const contract_t *after); /* sorted by service and stem; NULL begins */
const schema_t *contracts_envelope(const contracts_t *self,
                                   const char *definition); /* "request", "reply", "event" of envelope.json */
json_t *contracts_codes(const contracts_t *self);           /* borrowed: code -> {en, id, status} */

/* The bit of a role's or tier's word, 0 if unknown. */
unsigned contract_role(const char *word);
unsigned contract_tier(const char *word);

/* The word of one role's bit. */
const char *contract_role_word(unsigned role);

#endif
