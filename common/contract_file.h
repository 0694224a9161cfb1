/* contract_file - the parts of loading proto/; only contract*.c use it */
#ifndef CONTRACT_FILE_H
#define CONTRACT_FILE_H

#include <stddef.h>

#include "contract.h"

enum { CONTRACTS_MOST = 1024, CONTRACT_NAME = 160, CONTRACT_DEPTH = 64 };

struct contracts {
    schema_set_t *set;
    json_t *types, *envelope, *codes, *form; /* documents by their file's name */
    const schema_t *form_schema;             /* of contract files themselves */
    const schema_t *request, *reply, *event; /* of envelope.json */
    contract_t *contracts;                   /* sorted by service and stem */
    size_t count, room;
    const contract_t **by_stem;
    const contract_event_t **by_type;
    size_t event_count;
    char *error; /* first defect: one sentence */
    size_t error_size;
};

/* Name of a contract's document in the set and in sentences: registry/business_register.json. */
void contract_name(const contract_t *contract, char ret_name[CONTRACT_NAME]);

/* Note the first defect; always false. */
bool contracts_defect(contracts_t *self, const char *document, const char *pointer, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Follow `$ref` from a schema of a document until it leads no further; *document_p is where that stands. NULL if it leads nowhere. */
json_t *contract_deref(const contracts_t *self, json_t *schema, const char **document_p);

/* Has every string and array that the schema allows a maximum? */
bool contract_bounded(contracts_t *self, const char *document, const char *pointer, json_t *schema);

/* Does a schema know a place that the pointer (`*` stands for any item) names? */
bool contract_pointed(const contracts_t *self, const char *document, json_t *schema, const char *pointer);

/* What no schema of one file can say: pointers, bounds, codes, examples; and, of all, kinds of subjects. */
bool contract_lint(contracts_t *self, const contract_t *contract);
bool contract_examples(contracts_t *self, const contract_t *contract);
bool contracts_roads(contracts_t *self);

#endif
