/* token - any bytes as a token: what is read is written again as the same text, and nothing else counts
 *
 * Each text is tried twice: as it is, and with the checksum that it should have, for behind a wrong one nothing is looked at.
 *
 * shows: law-11 O2
 * cost: cpu 20
 * area: trust
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "hex.h"
#include "token.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CHECKSUM = 8 }; /* digits at the end: the first half of the bytes' SHA-256 */

static void s_read(const char *text, size_t length)
{
    char again[TOKEN_TEXT];
    token_t token;
    problem_t problem = {0};
    status_t status = token_read(text, length, &token, &problem);
    if (status != ST_OK) {
        CHECK(status == ST_INVALID && problem.code[0]);
        return;
    }
    CHECK(token_write(&token, again) == length && memcmp(again, text, length) == 0);
    CHECK(token_endpoint_is(token.endpoint));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = calloc(size + 1, 1);
    CHECK(text);
    memcpy(text, data, size);
    size_t length = token_trim(text);
    CHECK(length <= size);
    s_read(text, length);
    if (length > CHECKSUM) {
        hash_t hash = hash_of(text, length - CHECKSUM);
        hex_text(hash.bytes, CHECKSUM / 2, text + length - CHECKSUM);
        s_read(text, length);
    }
    free(text);
    return 0;
}
