/* certificates_part - the room that an issuer has, so that a stolen key fills no other's
 *
 * Below the centre every province has two parts: one for what it issues itself, one for what all below it issue, where each district has its own again.
 * So districts cannot keep their province from renewing or revoking, nor a province the others.
 */
#include <string.h>

#include "certificates_private.h"

enum { PROVINCE = 2, DISTRICT = 3 }; /* depth of their certificates */

static bool s_same(const signed_certificate_t *left, const signed_certificate_t *right, unsigned depth)
{
    while (left->depth > depth)
        left = left->issuer;
    while (right->depth > depth)
        right = right->issuer;
    return strcmp(left->certificate.node, right->certificate.node) == 0;
}

void part_count(part_t *self, const signed_certificate_t *issuer)
{
    const signed_certificate_t *own = self->issuer;
    self->all++;
    if (!own || !issuer || own->depth < PROVINCE || issuer->depth < PROVINCE ||
        (own->depth == PROVINCE) != (issuer->depth == PROVINCE) || !s_same(own, issuer, PROVINCE))
        return;
    self->province++;
    if (own->depth > PROVINCE && s_same(own, issuer, DISTRICT))
        self->district++;
}

status_t part_judge(const part_t *self, const char *code, problem_t *ret_problem)
{
    if (self->all >= LIMIT_CERTIFICATES)
        return problem_set(ret_problem, ST_RETRY, code, "", "%d are known already", LIMIT_CERTIFICATES);
    if (self->province < LIMIT_PART_PROVINCE && self->district < LIMIT_PART_DISTRICT)
        return ST_OK;
    return problem_set(
        ret_problem, ST_RETRY, code, "issuer",
        "%s has issued as many as it may (%d a province, %d a district with all below it): was its "
        "key stolen, revoke it",
        self->issuer->certificate.node, LIMIT_PART_PROVINCE, LIMIT_PART_DISTRICT);
}
