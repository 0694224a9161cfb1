/* node_revoke - a revocation is made known only if it counts: who signed it stands above the node that it revokes */
#include <stdio.h>
#include <string.h>

#include "hex.h"
#include "registry.h"

static bool s_signed(const json_t *item, const char **ret_text, signature_t *ret_signature)
{
    const char *signature = json_string_value(json_object_get(item, "signature"));
    *ret_text = json_string_value(json_object_get(item, "text"));
    return hex_decode(signature, 2 * SIGNATURE_BYTES, ret_signature->bytes);
}

/* The certificates from the root down to the one that is revoked. */
static status_t s_add_all(certificates_t *certificates, const json_t *list, problem_t *problem)
{
    size_t index;
    const json_t *item;
    json_array_foreach((json_t *)list, index, item)
    {
        const char *text;
        signature_t signature;
        if (!s_signed(item, &text, &signature))
            return problem_set(problem, ST_DENIED, "certificate.signature", "",
                               "a signature is not hexadecimal");
        status_t status = certificates_add(certificates, text, strlen(text), &signature, problem);
        if (status != ST_OK)
            return status;
    }
    return ST_OK;
}

static status_t s_judge(certificates_t *certificates, const json_t *body, problem_t *problem)
{
    const char *text;
    signature_t signature;
    status_t status = s_add_all(certificates, json_object_get(body, "certificates"), problem);
    if (status != ST_OK) {
        snprintf(problem->at, sizeof problem->at, "/certificates");
        return status;
    }
    if (!s_signed(body, &text, &signature))
        return problem_set(problem, ST_DENIED, "revocation.signature", "/signature",
                           "the signature is not hexadecimal");
    status = certificates_revoke(certificates, text, strlen(text), &signature, problem);
    if (status != ST_OK)
        snprintf(problem->at, sizeof problem->at, "/text");
    return status;
}

/* The last certificate of the list is the one that the text names: the statement goes by it. */
static status_t s_last(const certificates_t *certificates, const json_t *list, problem_t *problem)
{
    const signed_revocation_t *revocation = certificates_revocation_at(certificates, 0);
    const char *last =
        json_string_value(json_object_get(json_array_get(list, json_array_size(list) - 1), "text"));
    if (strcmp(last, revocation->certificate->text) == 0)
        return ST_OK;
    return problem_set(problem, ST_MISSING, "revocation.certificate_unknown", "/certificates",
                       "the last certificate of the list is not the one that is revoked");
}

status_t node_revoke_check(serve_t *serve, call_t *call)
{
    problem_t problem = {0};
    certificates_t *certificates = own_chain(serve_node(serve)->dir, &problem);
    if (!certificates)
        return call_refuse(call, ST_BROKEN, "certificate.unreadable", "",
                           "this node's own certificates cannot be read: %s", problem.why);
    status_t status = s_judge(certificates, call->body, &problem);
    if (status == ST_OK)
        status = s_last(certificates, json_object_get(call->body, "certificates"), &problem);
    certificates_destroy(&certificates);
    return status == ST_OK ? ST_OK : call_refuse_problem(call, &problem);
}
