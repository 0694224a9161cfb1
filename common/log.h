/* log - one line per event on standard error: at=… level=… daemon=… event=… key=value …
 *
 * Values are quoted and escaped here alone: what a peer sends cannot begin a new line, end its quotes or reach
 * the terminal, for all but printable ASCII is written as \xHH. A line is at most 4,096 bytes; what does not
 * fit is cut and the line ends with cut=yes. Bodies and personal data are never logged.
 *
 *   log_info("request", "type", "activity_propose", "id", id, "status", "ok", NULL);
 */
#ifndef LOG_H
#define LOG_H

/* Name that stands in each line; borrowed. */
void log_open(const char *daemon);

/* Pairs of key and value (a NULL value is left out), ended by a NULL key. info: what happened. warn: strange,
 * going on. error: an operator should look. */
void log_info(const char *event, ...) __attribute__((sentinel));
void log_warn(const char *event, ...) __attribute__((sentinel));
void log_error(const char *event, ...) __attribute__((sentinel));

/* A number as text for a log line, in one of 16 static buffers in turn. */
const char *log_number(long long number);

/* An unusable start: "<daemon>: <sentence>" on standard error, exit 1. What is not printable in it becomes ?. */
void fatal(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

#endif
