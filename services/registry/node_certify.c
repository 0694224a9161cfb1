/* node_certify - a certificate is made known only if it counts: its issuer is in this node's own chain */
#include <stdio.h>
#include <string.h>

#include "hex.h"
#include "registry.h"

status_t node_certify_check(serve_t *serve, call_t *call)
{
    const char *text = json_string_value(json_object_get(call->body, "text"));
    const char *signature_text = json_string_value(json_object_get(call->body, "signature"));
    signature_t signature;
    problem_t problem = {0};
    if (!hex_decode(signature_text, 2 * SIGNATURE_BYTES, signature.bytes))
        return call_refuse(call, ST_DENIED, "certificate.signature", "/signature",
                           "the signature is not hexadecimal");
    certificates_t *certificates = own_chain(serve_node(serve)->dir, &problem);
    if (!certificates)
        return call_refuse(call, ST_BROKEN, "certificate.unreadable", "",
                           "this node's own certificates cannot be read: %s", problem.why);
    status_t status = certificates_add(certificates, text, strlen(text), &signature, &problem);
    certificates_destroy(&certificates);
    if (status == ST_OK)
        return ST_OK;
    snprintf(problem.at, sizeof problem.at, "/text");
    return call_refuse_problem(call, &problem);
}
