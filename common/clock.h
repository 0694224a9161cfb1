/* clock - where every time comes from
 *
 * A drill node takes its time from DIR/clock, "<instant> <monotonic milliseconds when it was set> <boot>", so
 * that its clock runs on from the instant that was set, the same in every process and across their restarts.
 * `sinergi clock set` writes the file and every daemon sees it at once. `boot` is the kernel's id of
 * this boot: the monotonic clock begins anew with each, so after a reboot the drill goes on from the instant in
 * the file as if it had been set at the boot. Nothing writes the file while the drill runs. Any other node uses
 * the system's clock.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLOCK_TEXT 25 /* "2023-02-02T02:00:00.000Z" and its NUL */

/* Use DIR/clock if drill, else the system's clock. Exits with one sentence if DIR/clock is not readable; later
 * the last good reading counts and an error is logged. */
void clock_open(const char *dir, bool drill);

/* Milliseconds since 1970 of the node's clock. */
int64_t clock_now(void);

/* Milliseconds since the boot of a clock that never jumps: for time-outs and back-off. */
int64_t clock_monotonic(void);

/* Set a drill node's clock, forth or back (DIR/clock is replaced as a whole); false if it cannot be written. */
bool clock_set(const char *dir, int64_t now);

/* An instant as RFC 3339 in UTC with milliseconds, and back. Text is of the years 1970 to 9999, what lies
 * outside becomes the nearest; parse returns false for anything else, and for a second 60. */
void clock_text(int64_t instant, char ret_text[CLOCK_TEXT]);
bool clock_parse(const char *text, int64_t *ret_instant);

/* A jump of more than 5 minutes against a clock that never jumps, seen between two calls of clock_now, or a
 * start before the last seal's time (told by clock_doubt_set), puts the clock in doubt until clock_doubt_set
 * says otherwise. A drill's clock is set on purpose and is not put in doubt by that. */
bool clock_doubt(void);
void clock_doubt_set(bool doubt);

#endif
