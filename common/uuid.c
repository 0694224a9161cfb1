/* uuid - UUIDs of RFC 9562: made from a clock (version 7), derived from a cause, read and written */
#include <sodium.h>
#include <string.h>

#include "check.h"
#include "hash.h"
#include "hex.h"
#include "uuid.h"

#define TIME_MOST ((INT64_C(1) << 48) - 1)
#define BACK_MOST 10000 /* a clock further behind than this was set, and is believed */
#define COUNTER_START                                                                                        \
    0x7ff /* counters begin in the lower half, so that each millisecond has room for 2,048 ids */
#define COUNTER_MOST 0xfff

enum { STORE = 256 * sizeof(uuid_id_t) }; /* random bytes kept ready */

/* Each group of the text form: bytes, then a dash but after the last. */
static const uint8_t groups[5] = {4, 2, 2, 2, 6};

static void s_time(uuid_id_t *self, int64_t time)
{
    for (int i = 0; i < 6; i++)
        self->bytes[i] = (uint8_t)(time >> (40 - 8 * i));
}

static void s_marks(uuid_id_t *self)
{
    self->bytes[6] = (self->bytes[6] & 0x0f) | 0x70;
    self->bytes[8] = (self->bytes[8] & 0x3f) | 0x80;
}

/* Random bytes for one id, from a store that is filled for many: a call for each would cost more than all the rest. */
static void s_random(uuid_id_t *id)
{
    static _Thread_local uint8_t store[STORE];
    static _Thread_local size_t left;
    if (left == 0) {
        CHECK(sodium_init() >= 0);
        randombytes_buf(store, sizeof store);
        left = sizeof store;
    }
    left -= sizeof id->bytes;
    memcpy(id->bytes, store + left, sizeof id->bytes);
}

uuid_id_t uuid_make(int64_t now)
{
    static _Thread_local int64_t last = -1;
    static _Thread_local unsigned counter;
    uuid_id_t id;
    s_random(&id);
    now = now < 0 ? 0 : now > TIME_MOST ? TIME_MOST : now;
    if (last >= 0 && now <= last && last - now <= BACK_MOST && counter < COUNTER_MOST)
        counter++;
    else {
        bool full = last >= 0 && now <= last && last - now <= BACK_MOST && last < TIME_MOST;
        last = full ? last + 1 : now;
        counter = (unsigned)(id.bytes[6] << 8 | id.bytes[7]) & COUNTER_START;
    }
    s_time(&id, last);
    id.bytes[6] = (uint8_t)(counter >> 8);
    id.bytes[7] = (uint8_t)counter;
    s_marks(&id);
    return id;
}

int64_t uuid_time_ms(const uuid_id_t *self)
{
    int64_t time = 0;
    for (int i = 0; i < 6; i++)
        time = time << 8 | self->bytes[i];
    return time;
}

uuid_id_t uuid_derive(const uuid_id_t *cause, const char *text)
{
    hash_t hash = hash_of_two(cause->bytes, sizeof cause->bytes, text, strlen(text));
    uuid_id_t id;
    memcpy(id.bytes, cause->bytes, 6);
    memcpy(id.bytes + 6, hash.bytes, 10);
    s_marks(&id);
    return id;
}

void uuid_text(const uuid_id_t *self, char ret_text[UUID_TEXT])
{
    const uint8_t *from = self->bytes;
    for (int i = 0; i < 5; i++) {
        ret_text = hex_append(ret_text, from, groups[i]);
        from += groups[i];
        *ret_text++ = i < 4 ? '-' : '\0';
    }
}

bool uuid_of_text(const char *text, size_t length, uuid_id_t *ret_uuid)
{
    uuid_id_t id;
    uint8_t *to = id.bytes;
    if (length != UUID_TEXT - 1)
        return false;
    for (int i = 0; i < 5; i++) {
        if (!hex_decode(text, 2u * groups[i], to))
            return false;
        to += groups[i];
        text += 2 * groups[i];
        if (i < 4 && *text++ != '-')
            return false;
    }
    *ret_uuid = id;
    return true;
}
