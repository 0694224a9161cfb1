/* proof - does a seal, an event, a whole proof count? */
#include <jansson.h>
#include <string.h>

#include "proof.h"

status_t proof_seal(certificates_t *certificates, const char *text, size_t length,
                    const signature_t *signature, seal_t *ret_seal, problem_t *ret_problem)
{
    seal_t seal;
    status_t status = seal_read(text, length, &seal, ret_problem);
    if (status != ST_OK)
        return status;
    const signed_certificate_t *signer = certificates_find(certificates, seal.node, &seal.key, NULL);
    if (!signer)
        return problem_set(ret_problem, ST_MISSING, "seal.certificate_unknown", "key",
                           "no certificate of the seal's node with that key is here");
    if (seal.drill != signer->certificate.drill)
        return problem_set(ret_problem, ST_DENIED, "seal.drill", "kind", "the seal was signed %s an exercise",
                           seal.drill ? "in" : "outside of");
    if (!signed_by(text, length, signature, signer->certificate.signing))
        return problem_set(ret_problem, ST_DENIED, "seal.signature", "signature",
                           "the seal's signature does not hold");
    const signed_revocation_t *refuses = NULL;
    if (certificates_revocation_count(certificates) > 0) {
        hash_t hash = hash_of(text, length);
        refuses = certificates_refuse(certificates, &seal, &hash);
    }
    if (refuses)
        return problem_set(ret_problem, ST_DENIED, "seal.revoked", "number",
                           "the key was revoked by %s: of its seals the last that counts is number %lld",
                           refuses->revocation.issuer, (long long)refuses->revocation.number);
    *ret_seal = seal;
    return ST_OK;
}

/* Does the path lead from the event's bytes to the seal's root? */
static status_t s_tree(const seal_t *seal, const batch_item_t *event, problem_t *problem)
{
    hash_t leaf = merkle_leaf(event->bytes, event->length), root;
    if (event->index >= seal->count)
        return problem_set(problem, ST_INVALID, "proof.index", "index", "the seal has no leaf of that index");
    if (!merkle_climb(event->index, seal->count, &leaf, event->path, event->path_length, &root))
        return problem_set(problem, ST_INVALID, "proof.path", "path",
                           "the path is not as long as index and count demand");
    if (!hash_same(&root, &seal->root))
        return problem_set(problem, ST_DENIED, "proof.root", "path",
                           "the path does not lead to the seal's root");
    return ST_OK;
}

bool proof_names(const batch_item_t *event, const seal_t *seal)
{
    return strcmp(event->node, seal->node) == 0 && event->seal == seal->number &&
           memcmp(event->epoch.bytes, seal->epoch.bytes, sizeof seal->epoch.bytes) == 0;
}

status_t proof_event(certificates_t *certificates, const seal_t *seal, const batch_item_t *event,
                     const char *source, const char *region, bool behalf, problem_t *ret_problem)
{
    if (!proof_names(event, seal))
        return problem_set(ret_problem, ST_INVALID, "proof.seal", "seal", "the event names another seal");
    status_t status = s_tree(seal, event, ret_problem);
    if (status != ST_OK)
        return status;
    if (strcmp(source, seal->node) != 0)
        return problem_set(ret_problem, ST_DENIED, "proof.source", "source",
                           "the event's source is not the node that sealed it");
    if (!behalf && !certificates_find(certificates, seal->node, &seal->key, region))
        return problem_set(ret_problem, ST_DENIED, "proof.region", "region",
                           "the node that sealed the event does not speak for its region");
    return ST_OK;
}

/* A string member that fits, or false. */
static bool s_member(const json_t *event, const char *name, char *ret_text, size_t size)
{
    const json_t *value = json_object_get(event, name);
    size_t length = json_string_length(value);
    if (!json_is_string(value) || length >= size)
        return false;
    memcpy(ret_text, json_string_value(value), length + 1);
    return true;
}

/* What the event's bytes say of themselves. */
static status_t s_members(const batch_item_t *item, char ret_source[NODE_NAME_TEXT],
                          char ret_region[REGION_TEXT], bool *ret_behalf, problem_t *problem)
{
    json_t *event = json_loadb(item->bytes, item->length, JSON_REJECT_DUPLICATES, NULL);
    bool good = json_is_object(event) && s_member(event, "source", ret_source, NODE_NAME_TEXT) &&
                s_member(event, "region", ret_region, REGION_TEXT) &&
                region_is(ret_region, strlen(ret_region));
    *ret_behalf = json_is_string(json_object_get(event, "behalf"));
    json_decref(event);
    return good ? ST_OK
                : problem_set(problem, ST_INVALID, "proof.event", "event",
                              "the event is no JSON object with source and region");
}

static status_t s_event(certificates_t *certificates, const batch_item_t *item, proof_t *proof,
                        problem_t *problem)
{
    char source[NODE_NAME_TEXT];
    status_t status = s_members(item, source, proof->region, &proof->behalf, problem);
    if (status != ST_OK)
        return status;
    status = proof_event(certificates, &proof->seal, item, source, proof->region, proof->behalf, problem);
    if (status != ST_OK)
        return status;
    if (item->leaf != proof->seal.first + item->index)
        return problem_set(problem, ST_INVALID, "proof.leaf", "leaf",
                           "the event's leaf is not the one that its index tells");
    proof->event = item->bytes;
    proof->event_length = item->length;
    proof->leaf = item->leaf;
    return ST_OK;
}

/* Items come in the order certificate, seal, event: `stage` is the kind that is due. */
static status_t s_item(certificates_t *certificates, const batch_item_t *item, int *stage, proof_t *proof,
                       problem_t *problem)
{
    status_t status = ST_OK;
    bool chain = item->kind == BATCH_CERTIFICATE && *stage == BATCH_CERTIFICATE;
    bool seal =
        item->kind == BATCH_SEAL && *stage == BATCH_CERTIFICATE && certificates_count(certificates) > 0;
    bool event = item->kind == BATCH_EVENT && *stage == BATCH_EVENT;
    if (chain)
        status = certificates_add(certificates, item->bytes, item->length, &item->signature, problem);
    else if (seal)
        status = proof_seal(certificates, item->bytes, item->length, &item->signature, &proof->seal, problem);
    else if (event)
        status = s_event(certificates, item, proof, problem);
    else
        return problem_set(problem, ST_INVALID, "proof.order", "",
                           "a proof is certificates, one seal, one event");
    if (status == ST_OK && seal) {
        proof->seal_hash = hash_of(item->bytes, item->length);
        *stage = BATCH_EVENT;
    }
    if (status == ST_OK && event)
        *stage = BATCH_EVENT + 1;
    return status;
}

static status_t s_items(batch_reader_t *reader, certificates_t *certificates, proof_t *proof,
                        problem_t *problem)
{
    batch_item_t item;
    int stage = BATCH_CERTIFICATE;
    while (batch_reader_next(reader, &item)) {
        status_t status = s_item(certificates, &item, &stage, proof, problem);
        if (status != ST_OK)
            return status;
    }
    const problem_t *malformed = batch_reader_problem(reader);
    if (malformed)
        return problem_set(problem, malformed->status, malformed->code, malformed->at, "%s", malformed->why);
    if (stage <= BATCH_EVENT)
        return problem_set(problem, ST_INVALID, "proof.order", "", "the proof ends before its event");
    proof->certificates = certificates_count(certificates);
    return ST_OK;
}

status_t proof_check(const char *text, size_t length, const uint8_t root[KEY_BYTES], bool drill,
                     proof_t *ret_proof, problem_t *ret_problem)
{
    proof_t proof = {0};
    batch_reader_t *reader = batch_reader_new();
    certificates_t *certificates = certificates_new(root, drill);
    status_t status = batch_reader_open_proof(reader, text, length, ret_problem);
    if (status == ST_OK)
        status = s_items(reader, certificates, &proof, ret_problem);
    certificates_destroy(&certificates);
    batch_reader_destroy(&reader);
    if (status == ST_OK)
        *ret_proof = proof;
    return status;
}
