/* proof - any bytes as a proof and as each signed text: what is read is written again as the same bytes
 *
 * shows: law-11 M9
 * cost: cpu 25
 */
#include <string.h>

#include "check.h"
#include "hex.h"
#include "proof.h"

/* Root of proto/examples. */
#define ROOT "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void s_texts(const char *text, size_t length)
{
    seal_t seal;
    certificate_t certificate;
    revocation_t revocation;
    char again[CERTIFICATE_TEXT];
    if (seal_read(text, length, &seal, NULL) == ST_OK)
        CHECK(seal_write(&seal, again) == length && memcmp(again, text, length) == 0);
    if (certificate_read(text, length, &certificate, NULL) == ST_OK)
        CHECK(certificate_write(&certificate, again) == length && memcmp(again, text, length) == 0);
    if (revocation_read(text, length, &revocation, NULL) == ST_OK)
        CHECK(revocation_write(&revocation, again) == length && memcmp(again, text, length) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    uint8_t root[KEY_BYTES];
    proof_t proof;
    problem_t problem = {0};
    CHECK(hex_decode(ROOT, 2 * KEY_BYTES, root));
    s_texts(text, size);
    status_t status = proof_check(text, size, root, false, &proof, &problem);
    CHECK(status == ST_OK ? proof.event_length > 0 : problem.code[0] && problem.status == status);
    return 0;
}
