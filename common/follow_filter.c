/* follow_filter - up to where each type was followed: the text of cursor.filter
 *
 * A word per type, sorted, separated by one space: `type`, with `-` behind it where the service only counts
 * the versions, and `@leaf` while a type that is new in the filter is being caught up: it was followed up to
 * that leaf, not up to the cursor.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "follow_parts.h"

/* The word of a type in a filter, or NULL; ret_length: of the word. */
static const char *s_word(const char *filter, const char *type, size_t *ret_length)
{
    size_t length = strlen(type);
    for (const char *at = filter; *at;) {
        size_t word = strcspn(at, " ");
        if (word >= length && strncmp(at, type, length) == 0 &&
            (word == length || strchr("-@", at[length]))) {
            *ret_length = word;
            return at;
        }
        at += word + strspn(at + word, " ");
    }
    return NULL;
}

/* A type that was only counted and is handled now begins anew; one that is handled no more goes on. */
static int64_t s_followed(const follow_type_t *type, const char *filter)
{
    size_t length, name = strlen(type->event->type);
    const char *word = s_word(filter, type->event->type, &length);
    if (!word || (word[name] == '-' && type->handled))
        return 0;
    const char *leaf = memchr(word, '@', length);
    return leaf ? strtoll(leaf + 1, NULL, 10) : -1;
}

void follow_filter_take(follow_types_t *types, lane_t lane, const char *filter)
{
    for (size_t i = 0; i < types->count; i++)
        types->types[i].followed[lane] = s_followed(&types->types[i], filter);
}

char *follow_filter_text(const follow_types_t *types, lane_t lane, int64_t upto)
{
    buffer_t *buffer = buffer_new();
    for (size_t i = 0; i < types->count; i++) {
        const follow_type_t *type = &types->types[i];
        buffer_text(buffer, i > 0 ? " " : "");
        buffer_text(buffer, type->event->type);
        buffer_text(buffer, type->handled ? "" : "-");
        if (lane < LANES && type->followed[lane] >= 0) {
            buffer_text(buffer, "@");
            buffer_number(buffer, type->followed[lane] > upto ? type->followed[lane] : upto);
        }
    }
    char *text = strdup(buffer->bytes ? buffer->bytes : "");
    CHECK(text);
    buffer_destroy(&buffer);
    return text;
}
