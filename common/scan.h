/* scan - read a strict text word by word: signed texts, and the lines of batches and proofs
 *
 *   scan_t scan = {text, text + length};
 *   if (!scan_number(&scan, '\n', &number)) ...
 *
 * Every function reads one word and the character `end` after it. False, and nothing given, if the text does
 * not go on so; where the scan then stands is not told.
 */
#ifndef SCAN_H
#define SCAN_H

#include "hash.h"
#include "region.h"
#include "uuid.h"

#define INSTANT_TEXT 25 /* "2023-02-02T02:00:00.000Z" and a NUL */
#define CURVE_TEXT 41   /* Z85 of a CURVE key and a NUL */

typedef struct {
    const char *at;
    const char *end;
} scan_t;

/* These very characters come next (there is no `end`). */
bool scan_literal(scan_t *self, const char *literal);

/* A word of 1 to `most` bytes; borrowed. */
bool scan_word(scan_t *self, char end, size_t most, const char **ret_word, size_t *ret_length);

/* 0 to 2^63 - 1 in decimal, without a leading zero. */
bool scan_number(scan_t *self, char end, int64_t *ret_number);

/* Exactly `count` bytes in lower-case hexadecimal. */
bool scan_hex(scan_t *self, char end, size_t count, void *ret_bytes);

bool scan_uuid(scan_t *self, char end, uuid_id_t *ret_uuid);
bool scan_node(scan_t *self, char end, char ret_name[NODE_NAME_TEXT]);
bool scan_region(scan_t *self, char end, char ret_region[REGION_TEXT]);

/* A date and time of day that exist, in UTC with milliseconds. */
bool scan_instant(scan_t *self, char end, char ret_instant[INSTANT_TEXT]);

/* A CURVE key in Z85. */
bool scan_curve(scan_t *self, char end, char ret_key[CURVE_TEXT]);

#endif
