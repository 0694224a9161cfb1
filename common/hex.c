/* hex - bytes as lower-case hexadecimal and back */
#include "hex.h"

static const char digits[16] = "0123456789abcdef";

/* value + 1 of each digit, 0 for every other character: one look-up per character, one check per text */
static const uint8_t values[256] = {
    ['0'] = 1, ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9, ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
};

char *hex_append(char *to, const void *bytes, size_t length)
{
    const uint8_t *from = bytes;
    for (size_t i = 0; i < length; i++) {
        *to++ = digits[from[i] >> 4];
        *to++ = digits[from[i] & 15];
    }
    return to;
}

void hex_text(const void *bytes, size_t length, char *ret_text)
{
    *hex_append(ret_text, bytes, length) = '\0';
}

bool hex_decode(const char *text, size_t length, void *ret_bytes)
{
    const uint8_t *from = (const uint8_t *)text;
    uint8_t *to = ret_bytes;
    bool good = length % 2 == 0;
    for (size_t i = 0; i + 1 < length; i += 2) {
        unsigned high = values[from[i]], low = values[from[i + 1]];
        good = good && high && low;
        *to++ = (uint8_t)(((high - 1) << 4) | ((low - 1) & 15));
    }
    return good;
}
