/* certificates - the certificates that count: each has a chain up to the root's key */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "certificates_private.h"
#include "check.h"
#include "clock.h"

certificates_t *certificates_new(const uint8_t root[KEY_BYTES], bool drill)
{
    certificates_t *self = calloc(1, sizeof *self);
    CHECK(self);
    memcpy(self->root, root, KEY_BYTES);
    self->drill = drill;
    return self;
}

void certificates_destroy(certificates_t **self_p)
{
    certificates_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < self->count; i++)
        free(self->items[i]);
    for (size_t i = 0; i < self->revocation_count; i++)
        free(self->revocations[i]);
    free(self->revocations);
    free(self->items);
    free(self);
    *self_p = NULL;
}

static bool s_matches(const signed_certificate_t *item, const char *node, const hash_t *fingerprint,
                      const char *region)
{
    return hash_same(&item->fingerprint, fingerprint) && strcmp(item->certificate.node, node) == 0 &&
           (!region || certificate_speaks_for(&item->certificate, region));
}

const signed_certificate_t *certificates_find(certificates_t *self, const char *node,
                                              const hash_t *fingerprint, const char *region)
{
    if (self->found && s_matches(self->found, node, fingerprint, region))
        return self->found;
    for (size_t i = self->count; i > 0; i--)
        if (s_matches(self->items[i - 1], node, fingerprint, region))
            return self->found = self->items[i - 1];
    return NULL;
}

const signed_certificate_t *certificates_of_node(const certificates_t *self, const char *node)
{
    const signed_certificate_t *newest = NULL;
    for (size_t i = 0; i < self->count; i++)
        if (strcmp(self->items[i]->certificate.node, node) == 0 &&
            (!newest || strcmp(self->items[i]->certificate.from, newest->certificate.from) >= 0))
            newest = self->items[i];
    return newest;
}

const signed_certificate_t *certificates_by_hash(const certificates_t *self, const hash_t *hash)
{
    for (size_t i = self->count; i > 0; i--)
        if (hash_same(&self->items[i - 1]->hash, hash))
            return self->items[i - 1];
    return NULL;
}

/* A name counts as the region that it begins with: otherwise a district could certify keys of its own under the name of its province. */
static bool s_regions_below(const certificate_t *certificate, const certificate_t *issuer)
{
    char named[NODE_NAME_TEXT];
    for (size_t i = 0; i < certificate->region_count; i++)
        if (!certificate_speaks_for(issuer, certificate->regions[i]))
            return false;
    snprintf(named, sizeof named, "%.*s", (int)strcspn(certificate->node, "-"), certificate->node);
    return certificate_speaks_for(issuer, named);
}

/* The issuer's certificate under which this one counts. Of several with one key (a renewal, other regions)
 * one that holds all its regions. */
static status_t s_issuer(const certificates_t *self, const certificate_t *certificate,
                         const signed_certificate_t **ret_issuer, problem_t *problem)
{
    bool known = false;
    for (size_t i = self->count; i > 0; i--) {
        const signed_certificate_t *item = self->items[i - 1];
        if (!s_matches(item, certificate->issuer, &certificate->key, NULL))
            continue;
        known = true;
        if (s_regions_below(certificate, &item->certificate)) {
            *ret_issuer = item;
            return ST_OK;
        }
    }
    if (known)
        return problem_set(
            problem, ST_DENIED, "certificate.region", "regions",
            "the certificate names a node of, or speaks for, a region that is not its issuer's");
    return problem_set(problem, ST_MISSING, "certificate.issuer_unknown", "issuer",
                       "no certificate of the issuer with that key is here");
}

/* Does it count? On ok the fields of `item` but the text and the signature are set. */
static status_t s_judge(const certificates_t *self, const char *text, size_t length,
                        const signature_t *signature, signed_certificate_t *item, problem_t *problem)
{
    const certificate_t *certificate = &item->certificate;
    const uint8_t *key = self->root;
    if (certificate->drill != self->drill)
        return problem_set(problem, ST_DENIED, "certificate.drill", "kind",
                           "the certificate was signed %s an exercise", self->drill ? "outside of" : "in");
    if (strcmp(certificate->issuer, ISSUER_ROOT) != 0) {
        status_t status = s_issuer(self, certificate, &item->issuer, problem);
        if (status != ST_OK)
            return status;
        if (certificates_revoked(self, certificate->issuer, &certificate->key))
            return problem_set(
                problem, ST_DENIED, "certificate.revoked", "issuer",
                "the key of %s that signed it was revoked before the certificate was known here",
                certificate->issuer);
        key = item->issuer->certificate.signing;
        item->depth = item->issuer->depth;
    }
    hash_t fingerprint = signing_fingerprint(key);
    if (!hash_same(&fingerprint, &certificate->key))
        return problem_set(problem, ST_DENIED, "certificate.key", "key",
                           "another key than the root's signed the certificate");
    if (++item->depth > LIMIT_CHAIN_CERTIFICATES)
        return problem_set(problem, ST_DENIED, "certificate.chain", "issuer",
                           "more than %d certificates stand between it and the root",
                           LIMIT_CHAIN_CERTIFICATES);
    if (!signed_by(text, length, signature, key))
        return problem_set(problem, ST_DENIED, "certificate.signature", "signature",
                           "the certificate's signature does not hold");
    item->fingerprint = signing_fingerprint(certificate->signing);
    return ST_OK;
}

static status_t s_room(const certificates_t *self, const signed_certificate_t *item, problem_t *problem)
{
    part_t part = {.issuer = item->issuer};
    for (size_t i = 0; i < self->count; i++)
        part_count(&part, self->items[i]->issuer);
    return part_judge(&part, "certificate.full", problem);
}

static void s_keep(certificates_t *self, const signed_certificate_t *item)
{
    if (self->count == self->capacity) {
        self->capacity = self->capacity ? 2 * self->capacity : 16;
        self->items = realloc(self->items, self->capacity * sizeof *self->items);
        CHECK(self->items);
    }
    signed_certificate_t *kept = malloc(sizeof *kept);
    CHECK(kept);
    *kept = *item;
    self->items[self->count++] = kept;
    self->found = NULL; /* the newest comes first */
}

status_t certificates_add(certificates_t *self, const char *text, size_t length, const signature_t *signature,
                          problem_t *ret_problem)
{
    signed_certificate_t item = {.length = length, .signature = *signature};
    item.hash = hash_of(text, length);
    if (certificates_by_hash(self, &item.hash))
        return ST_OK;
    status_t status = certificate_read(text, length, &item.certificate, ret_problem);
    if (status == ST_OK)
        status = s_judge(self, text, length, signature, &item, ret_problem);
    if (status == ST_OK)
        status = s_room(self, &item, ret_problem);
    if (status != ST_OK)
        return status;
    memcpy(item.text, text, length);
    s_keep(self, &item);
    return ST_OK;
}

certificate_t certificate_after(const signed_certificate_t *old, const uuid_id_t *cause, int64_t from)
{
    certificate_t next = old->certificate;
    next.certificate = uuid_derive(cause, "certificate");
    next.replaces = old->hash;
    clock_text(from, next.from);
    clock_text(from + CERTIFICATE_DAYS * INT64_C(86400000), next.to);
    return next;
}

size_t certificates_chain(const signed_certificate_t *certificate,
                          const signed_certificate_t *ret_chain[LIMIT_CHAIN_CERTIFICATES])
{
    size_t length = certificate->depth;
    for (size_t i = length; i > 0; i--, certificate = certificate->issuer)
        ret_chain[i - 1] = certificate;
    return length;
}

size_t certificates_count(const certificates_t *self)
{
    return self->count;
}

const signed_certificate_t *certificates_at(const certificates_t *self, size_t index)
{
    CHECK(index < self->count);
    return self->items[index];
}
