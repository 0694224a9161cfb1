/* append - put a text together in a buffer that is known to be large enough */
#include <string.h>

#include "append.h"

char *append_bytes(char *to, const void *bytes, size_t length)
{
    memcpy(to, bytes, length);
    return to + length;
}

char *append_text(char *to, const char *text)
{
    return append_bytes(to, text, strlen(text));
}

char *append_number(char *to, int64_t number)
{
    char digits[20];
    size_t at = sizeof digits;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do
        digits[--at] = (char)('0' + rest % 10);
    while (rest /= 10);
    if (number < 0)
        digits[--at] = '-';
    return append_bytes(to, digits + at, sizeof digits - at);
}
