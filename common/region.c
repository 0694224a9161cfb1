/* region - codes of regions and names of nodes: their form, and who lies below whom */
#include <string.h>

#include "region.h"

static bool s_digit(char character)
{
    return character >= '0' && character <= '9';
}

bool region_is(const char *text, size_t length)
{
    if (length != 2 && length != 5)
        return false;
    return s_digit(text[0]) && s_digit(text[1]) &&
           (length == 2 || (text[2] == '.' && s_digit(text[3]) && s_digit(text[4])));
}

bool node_name_is(const char *text, size_t length)
{
    const char *dash = memchr(text, '-', length);
    if (!dash || !region_is(text, (size_t)(dash - text)))
        return false;
    size_t digits = length - (size_t)(dash + 1 - text);
    if (digits < 1 || digits > 9 || dash[1] == '0')
        return false;
    for (size_t i = 1; i <= digits; i++)
        if (!s_digit(dash[i]))
            return false;
    return true;
}

bool region_below(const char *region, const char *top)
{
    size_t length = strlen(top);
    if (strcmp(top, "00") == 0)
        return true;
    return strncmp(region, top, length) == 0 && (region[length] == '\0' || region[length] == '.');
}
