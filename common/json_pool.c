/* json_pool - memory for JSON values, which are small and are made and freed in great numbers
 *
 * A region of fixed size, of which a page belongs to one size of pieces for ever; freed pieces wait in a list of
 * their size. Larger pieces, and what does not fit into the region, are malloc's.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "check.h"
#include "json_pool.h"

enum { PAGE = 4096, PAGES = 2048, STEP = 16, LARGEST = 256, SIZES = LARGEST / STEP };

typedef struct piece {
    struct piece *next;
} piece_t;

static _Alignas(PAGE) char region[PAGES][PAGE];
static uint8_t sizes[PAGES]; /* in steps, less one, of the pieces of each page */
static size_t pages_used;
static piece_t *freed[SIZES];

/* One more page of pieces of this size; NULL if the region is used up. */
static piece_t *s_page(size_t size)
{
    size_t step = (size + 1) * STEP;
    piece_t *first = NULL;
    if (pages_used == PAGES)
        return NULL;
    sizes[pages_used] = (uint8_t)size;
    char *page = region[pages_used++];
    for (size_t at = PAGE / step * step; at > 0; at -= step) {
        piece_t *piece = (piece_t *)(void *)(page + at - step);
        piece->next = first;
        first = piece;
    }
    return first;
}

static void *s_take(size_t bytes)
{
    if (bytes == 0 || bytes > LARGEST)
        return malloc(bytes);
    size_t size = (bytes - 1) / STEP;
    piece_t *piece = freed[size] ? freed[size] : s_page(size);
    if (!piece)
        return malloc(bytes);
    freed[size] = piece->next;
    return piece;
}

static void s_give(void *memory)
{
    uintptr_t offset = (uintptr_t)memory - (uintptr_t)region;
    if (offset >= sizeof region) {
        free(memory);
        return;
    }
    piece_t *piece = memory;
    size_t size = sizes[offset / PAGE];
    piece->next = freed[size];
    freed[size] = piece;
}

static bool s_watched(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    return true;
#else
    return false;
#endif
#else
    return false;
#endif
}

void json_pool_use(void)
{
    if (!s_watched())
        json_set_alloc_funcs(s_take, s_give);
}

char *json_text(const json_t *value, size_t flags)
{
    size_t length = json_dumpb(value, NULL, 0, flags);
    char *text = length > 0 ? malloc(length + 1) : NULL;
    if (!text)
        return NULL;
    CHECK(json_dumpb(value, text, length, flags) == length);
    text[length] = '\0';
    return text;
}
