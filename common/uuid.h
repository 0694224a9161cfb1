/* uuid - UUIDs of RFC 9562: made from a clock (version 7), derived from a cause, read and written
 *
 *   uuid_id_t id = uuid_make(clock_now());
 *   uuid_id_t receipt = uuid_derive(&event, "receipt 62.71-1");
 *   char text[UUID_TEXT];
 *   uuid_text(&id, text);
 *
 * The names keep clear of libuuid's, which czmq links.
 */
#ifndef UUID_H
#define UUID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UUID_TEXT 37 /* 36 characters and a NUL */

typedef struct {
    uint8_t bytes[16];
} uuid_id_t;

/* A version 7 id of this instant (milliseconds since 1970, 0 to 2^48 - 1; what lies outside is moved to the
   nearer end). Ids of one thread rise: within a millisecond, and while the clock stands up to 10 seconds
   behind the last id, a counter of 12 bits goes on. */
uuid_id_t uuid_make(int64_t now);

/* Milliseconds since 1970 that a version 7 id holds. */
int64_t uuid_time_ms(const uuid_id_t *self);

/* The one id that follows from a cause and a text: the cause's time (so it lies in the same month), the rest
 * from SHA-256(cause || text). */
uuid_id_t uuid_derive(const uuid_id_t *cause, const char *text);

/* As 36 lower-case characters and a NUL. */
void uuid_text(const uuid_id_t *self, char ret_text[UUID_TEXT]);

/* Read exactly 36 characters in lower case, of any version; false for anything else. */
bool uuid_of_text(const char *text, size_t length, uuid_id_t *ret_uuid);

#endif
