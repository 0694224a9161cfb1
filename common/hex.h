/* hex - bytes as lower-case hexadecimal and back
 *
 *   char text[65];
 *   hex_text(hash.bytes, 32, text);
 *   if (!hex_decode(text, 64, hash.bytes)) ...
 */
#ifndef HEX_H
#define HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Write 2 * length characters and a NUL to ret_text, which must hold them. */
void hex_text(const void *bytes, size_t length, char *ret_text);

/* The same without a NUL; gives the end of what was written, so that texts can be put together. */
char *hex_append(char *to, const void *bytes, size_t length);

/* Read `length` characters as length / 2 bytes. False if length is odd or a character is not 0-9 or a-f;
 * ret_bytes then holds nothing of use. */
bool hex_decode(const char *text, size_t length, void *ret_bytes);

#endif
