/* certificates_revoke - which certificates were revoked, and which seals that refuses */
#include <stdlib.h>
#include <string.h>

#include "certificates_private.h"
#include "check.h"

/* Whoever has a node's key can certify another one of that name and number below it: the nearest to the root is meant. */
static const signed_certificate_t *s_named(const certificates_t *self, const revocation_t *revocation)
{
    const signed_certificate_t *named = NULL;
    for (size_t i = self->count; i > 0; i--) {
        const certificate_t *certificate = &self->items[i - 1]->certificate;
        if (memcmp(&certificate->certificate, &revocation->certificate, sizeof certificate->certificate) ==
                0 &&
            strcmp(certificate->node, revocation->node) == 0 &&
            (!named || self->items[i - 1]->depth < named->depth))
            named = self->items[i - 1];
    }
    return named;
}

/* The key of whoever speaks in the revocation: one of those that stand above the certificate, or of the same node
 * under another certificate that is not revoked. NULL if it is none. */
static const uint8_t *s_key(const certificates_t *self, const signed_certificate_t *certificate,
                            const revocation_t *revocation, const signed_certificate_t **ret_issuer)
{
    hash_t root = signing_fingerprint(self->root);
    if (strcmp(revocation->issuer, ISSUER_ROOT) == 0)
        return hash_same(&root, &revocation->key) ? self->root : NULL;
    for (const signed_certificate_t *above = certificate->issuer; above; above = above->issuer) {
        if (strcmp(above->certificate.node, revocation->issuer) != 0)
            continue;
        /* its key may have been renewed since it certified */
        for (size_t i = self->count; i > 0; i--) {
            const signed_certificate_t *item = self->items[i - 1];
            if (strcmp(item->certificate.node, revocation->issuer) == 0 &&
                hash_same(&item->fingerprint, &revocation->key) &&
                !certificates_revoked(self, revocation->issuer, &item->fingerprint)) {
                *ret_issuer = above;
                return item->certificate.signing;
            }
        }
    }
    return NULL;
}

static status_t s_judge(const certificates_t *self, const char *text, size_t length,
                        const signature_t *signature, signed_revocation_t *item, problem_t *problem)
{
    const revocation_t *revocation = &item->revocation;
    if (revocation->drill != self->drill)
        return problem_set(problem, ST_DENIED, "revocation.drill", "kind",
                           "the revocation was signed %s an exercise", self->drill ? "outside of" : "in");
    item->certificate = s_named(self, revocation);
    if (!item->certificate)
        return problem_set(problem, ST_MISSING, "revocation.certificate_unknown", "certificate",
                           "the certificate of %s that it revokes is not known here", revocation->node);
    const uint8_t *key = s_key(self, item->certificate, revocation, &item->issuer);
    if (!key)
        return problem_set(problem, ST_DENIED, "revocation.issuer", "issuer",
                           "%s stands not above %s with that key: only who certified a node, or certified "
                           "that one, may revoke",
                           revocation->issuer, revocation->node);
    if (!signed_by(text, length, signature, key))
        return problem_set(problem, ST_DENIED, "revocation.signature", "signature",
                           "the revocation's signature does not hold");
    return ST_OK;
}

/* Has the issuer said this of the certificate already, or something stricter? */
static bool s_said(const certificates_t *self, const signed_revocation_t *item)
{
    for (size_t i = 0; i < self->revocation_count; i++) {
        const signed_revocation_t *kept = self->revocations[i];
        if (kept->certificate == item->certificate &&
            strcmp(kept->revocation.issuer, item->revocation.issuer) == 0 &&
            kept->revocation.number <= item->revocation.number)
            return true;
    }
    return false;
}

static status_t s_room(const certificates_t *self, const signed_revocation_t *item, problem_t *problem)
{
    part_t part = {.issuer = item->issuer};
    for (size_t i = 0; i < self->revocation_count; i++)
        part_count(&part, self->revocations[i]->issuer);
    return part_judge(&part, "revocation.full", problem);
}

static void s_keep(certificates_t *self, const signed_revocation_t *item)
{
    self->revocations = realloc(self->revocations, (self->revocation_count + 1) * sizeof *self->revocations);
    signed_revocation_t *kept = malloc(sizeof *kept);
    CHECK(self->revocations && kept);
    *kept = *item;
    self->revocations[self->revocation_count++] = kept;
}

status_t certificates_revoke(certificates_t *self, const char *text, size_t length,
                             const signature_t *signature, problem_t *ret_problem)
{
    for (size_t i = 0; i < self->revocation_count; i++)
        if (self->revocations[i]->length == length && memcmp(self->revocations[i]->text, text, length) == 0)
            return ST_OK;
    signed_revocation_t item = {.length = length, .signature = *signature};
    status_t status = revocation_read(text, length, &item.revocation, ret_problem);
    if (status == ST_OK)
        status = s_judge(self, text, length, signature, &item, ret_problem);
    if (status != ST_OK || s_said(self, &item))
        return status;
    status = s_room(self, &item, ret_problem);
    if (status != ST_OK)
        return status;
    memcpy(item.text, text, length);
    s_keep(self, &item);
    return ST_OK;
}

/* Does the key fall under it: as the revoked certificate's own, or as that of one that is not younger? */
static bool s_falls(const certificates_t *self, const signed_revocation_t *item, const hash_t *fingerprint)
{
    if (hash_same(&item->certificate->fingerprint, fingerprint))
        return true;
    for (size_t i = 0; i < self->count; i++) {
        const signed_certificate_t *other = self->items[i];
        if (hash_same(&other->fingerprint, fingerprint) &&
            strcmp(other->certificate.node, item->revocation.node) == 0 &&
            strcmp(other->certificate.from, item->certificate->certificate.from) <= 0)
            return true;
    }
    return false;
}

const signed_revocation_t *certificates_revoked(const certificates_t *self, const char *node,
                                                const hash_t *fingerprint)
{
    const signed_revocation_t *lowest = NULL;
    for (size_t i = 0; i < self->revocation_count; i++) {
        const signed_revocation_t *item = self->revocations[i];
        if (strcmp(item->revocation.node, node) == 0 && s_falls(self, item, fingerprint) &&
            (!lowest || item->revocation.number < lowest->revocation.number))
            lowest = item;
    }
    return lowest;
}

const signed_revocation_t *certificates_refuse(const certificates_t *self, const seal_t *seal,
                                               const hash_t *hash)
{
    const signed_revocation_t *item = certificates_revoked(self, seal->node, &seal->key);
    if (!item || seal->number < item->revocation.number)
        return NULL;
    return seal->number == item->revocation.number && hash_same(hash, &item->revocation.hash) ? NULL : item;
}

size_t certificates_revocation_count(const certificates_t *self)
{
    return self->revocation_count;
}

const signed_revocation_t *certificates_revocation_at(const certificates_t *self, size_t index)
{
    CHECK(index < self->revocation_count);
    return self->revocations[index];
}
