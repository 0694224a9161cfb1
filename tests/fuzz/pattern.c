/* pattern - any text is a pattern or refused, and matches any string in bounded time
 *
 * shows: law-11
 * cost: cpu 20
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "pattern.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The pattern, a zero byte, the string. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *zero = size ? memchr(data, 0, size) : NULL;
    if (!zero)
        return 0;
    const char *why = NULL;
    pattern_t *pattern = pattern_new((const char *)data, &why);
    CHECK(!pattern == (why != NULL));
    if (pattern) {
        size_t length = size - (size_t)(zero - data) - 1;
        char *string = malloc(length + 1);
        CHECK(string);
        memcpy(string, zero + 1, length);
        pattern_matches(pattern, string, length);
        free(string);
    }
    pattern_destroy(&pattern);
    return 0;
}
