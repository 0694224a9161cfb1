/* pattern - regular expressions of contracts: the common part of ECMA 262, matched in linear time
 *
 * Understood: characters, `.`, [classes] and [^classes] with ranges, (groups) and (?:groups), `|`, the
 * quantifiers
 * * + ? {n} {n,} {n,m} (with a `?` behind them too), ^ and $ (start and end of the whole string), and the
 * escapes \d \D \w \W \s \S \t \n \v \f \r \0 \cX \xHH \uHHHH \u{H...} and \ before punctuation. They mean
 * what ECMA 262 with the `u` flag says, on code points. Refused: look-around, back references, \b, \B, \p,
 * named groups, and a brace or bracket that stands for itself without a \. There is no backtracking: the work
 * is at most the string's length times the pattern's size, whatever the string.
 */
#ifndef PATTERN_H
#define PATTERN_H

#include <stdbool.h>
#include <stddef.h>

typedef struct pattern pattern_t;

/* Compile. NULL if the text is not such a pattern or too large (about 2,000 characters once its counts are
   written out); *ret_why is then a constant sentence. The caller owns the pattern. */
pattern_t *pattern_new(const char *text, const char **ret_why);

/* Free and clear. */
void pattern_destroy(pattern_t **pattern);

/* Whether the pattern matches anywhere in the string (valid UTF-8, `length` bytes). Allocates nothing and
   leaves the pattern alone. */
bool pattern_matches(const pattern_t *pattern, const char *string, size_t length);

#endif
