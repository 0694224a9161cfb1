/* schema_reference - follows $ref: a document's name, `#` and a JSON pointer, each of which may be absent */
#include <string.h>

#include "schema_tree.h"

static int s_hexadecimal_digit(char digit)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *found = digit ? strchr(digits, digit) : NULL;
    return found ? (int)(found - digits) % 16 : -1;
}

/* Undo %XX in the fragment of a URI reference, in place. */
static bool s_percent_decode(char *text)
{
    char *to = text;
    for (const char *from = text; *from; from++) {
        *to = *from;
        if (*from == '%') {
            int high = s_hexadecimal_digit(from[1]), low = high < 0 ? -1 : s_hexadecimal_digit(from[2]);
            if (low < 0 || high + low == 0)
                return false;
            *to = (char)(high * 16 + low);
            from += 2;
        }
        to++;
    }
    *to = '\0';
    return true;
}

bool schema_refer(schema_set_t *set, schema_t *schema, const char *text)
{
    char *document = schema_text(set, "%s", text);
    char *pointer = strchr(document, '#');
    if (pointer)
        *pointer++ = '\0';
    else
        pointer = document + strlen(document);
    const char *name = *document ? document : schema->document;
    if (!s_percent_decode(pointer) || !schema_stands(set, name, pointer))
        return schema_refuse(set, schema->document, schema->pointer, "$ref %s leads nowhere", text);
    schema->reference = schema_at(set, name, pointer);
    return schema->reference != NULL;
}
