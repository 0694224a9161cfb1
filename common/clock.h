/* clock - where every time comes from
 *
 * A drill node takes its time from DIR/clock: "<instant> <monotonic milliseconds when it was set>", so that
 * its clock runs from the instant that was set; `sinergi clock set` writes it and every daemon sees it within
 * a second. Any other node uses the system's clock.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLOCK_TEXT 25 /* "2023-02-02T02:00:00.000Z" and its NUL */

/* Use DIR/clock if drill, else the system's clock. */
void clock_open(const char *dir, bool drill);

/* Milliseconds since 1970 of the node's clock. */
int64_t clock_now(void);

/* Milliseconds of a clock that never jumps: for time-outs and back-off. */
int64_t clock_monotonic(void);

/* Set a drill node's clock (writes DIR/clock); false if the file cannot be written. */
bool clock_set(const char *dir, int64_t now);

/* An instant as RFC 3339 in UTC with milliseconds, and back; parse returns false for anything else. */
void clock_text(int64_t instant, char ret_text[CLOCK_TEXT]);
bool clock_parse(const char *text, int64_t *ret_instant);

/* A jump of more than 5 minutes against the monotonic clock, or a start before the last seal's time, puts the
 * clock in doubt (protocol: time). */
bool clock_doubt(void);
void clock_doubt_set(bool doubt);

#endif
