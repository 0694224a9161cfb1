/* serve_recent - ids that were answered ok lately, so that a repeated request is looked up before it is run
 *
 * Only a hint: what is not here any more is found by the transaction that would store its reply.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "serve_private.h"

enum { SETS = 4096, WAYS = 4 };

struct recent {
    hash_t entries[SETS][WAYS]; /* of principal and id; the newest first */
};

recent_t *recent_new(void)
{
    recent_t *self = calloc(1, sizeof *self);
    CHECK(self);
    return self;
}

void recent_destroy(recent_t **self_p)
{
    free(*self_p);
    *self_p = NULL;
}

/* Principal and id side by side; the id's last bytes are random and choose the set. */
static hash_t s_mark(const call_t *call, size_t *ret_set)
{
    hash_t mark = {{0}};
    uuid_id_t principal = {{0}};
    uuid_of_text(call->principal.principal, strlen(call->principal.principal), &principal);
    memcpy(mark.bytes, principal.bytes, 16);
    memcpy(mark.bytes + 16, call->id.bytes, 16);
    *ret_set = ((size_t)call->id.bytes[14] << 8 | call->id.bytes[15]) % SETS;
    return mark;
}

void recent_add(recent_t *self, const call_t *call)
{
    size_t set;
    hash_t mark = s_mark(call, &set);
    memmove(&self->entries[set][1], &self->entries[set][0], (WAYS - 1) * sizeof mark);
    self->entries[set][0] = mark;
}

bool recent_has(const recent_t *self, const call_t *call)
{
    size_t set;
    hash_t mark = s_mark(call, &set);
    for (int way = 0; way < WAYS; way++)
        if (hash_same(&self->entries[set][way], &mark))
            return true;
    return false;
}
