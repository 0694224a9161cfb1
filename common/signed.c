/* signed - Ed25519 over a text, and the first line that names what it is */
#include <sodium.h>

#include "signed.h"
#include "signed_kind.h"

void signed_sign(const char *text, size_t length, const signing_key_t *key, signature_t *ret_signature)
{
    crypto_sign_detached(ret_signature->bytes, NULL, (const uint8_t *)text, length, key->secret_key);
}

bool signed_by(const char *text, size_t length, const signature_t *signature,
               const uint8_t public_key[KEY_BYTES])
{
    return crypto_sign_verify_detached(signature->bytes, (const uint8_t *)text, length, public_key) == 0;
}

const char *signed_kind(bool drill)
{
    return drill ? "sinergi-drill-" : "sinergi-";
}

bool signed_kind_scan(scan_t *scan, const char *line, bool *ret_drill)
{
    if (!scan_literal(scan, "sinergi-"))
        return false;
    *ret_drill = scan_literal(scan, "drill-");
    return scan_literal(scan, line);
}

bool signed_issuer_scan(scan_t *scan, char ret_issuer[NODE_NAME_TEXT])
{
    if (!scan_literal(scan, ISSUER_ROOT "\n"))
        return scan_node(scan, '\n', ret_issuer);
    for (size_t i = 0; i < sizeof ISSUER_ROOT; i++)
        ret_issuer[i] = ISSUER_ROOT[i];
    return true;
}
