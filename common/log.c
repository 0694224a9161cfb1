/* log - one line per event on standard error */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "log.h"

enum { LINE = 4096, NUMBERS = 16 };

static const char cut[] = "\" cut=yes"; /* in the place that is kept for it and the line feed */

static const char *log_daemon = "sinergi";

typedef struct {
    char text[LINE];
    size_t used;
    bool full, quoted; /* quoted: within a value's quotes */
} line_t;

/* All of the text or, when it does not fit, nothing more at all: an escape is never cut in two. */
static void s_text(line_t *line, const char *text)
{
    size_t length = strlen(text);
    line->full = line->full || line->used + length + sizeof cut > LINE;
    if (line->full)
        return;
    memcpy(line->text + line->used, text, length);
    line->used += length;
}

/* Plain words stand as they are; anything else is quoted, and what could end the line or the quotes is
 * escaped. */
static void s_value(line_t *line, const char *value)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:/+-";
    if (*value && strspn(value, plain) == strlen(value)) {
        s_text(line, value);
        return;
    }
    s_text(line, "\"");
    line->quoted = !line->full;
    for (const unsigned char *at = (const unsigned char *)value; *at; at++) {
        char escaped[8];
        if (*at == '"' || *at == '\\')
            snprintf(escaped, sizeof escaped, "\\%c", *at);
        else if (*at < 0x20 || *at >= 0x7f)
            snprintf(escaped, sizeof escaped, "\\x%02x", *at);
        else
            snprintf(escaped, sizeof escaped, "%c", *at);
        s_text(line, escaped);
    }
    s_text(line, "\"");
    line->quoted = line->quoted && line->full;
}

static void s_pair(line_t *line, const char *key, const char *value)
{
    if (line->used)
        s_text(line, " ");
    s_text(line, key);
    s_text(line, "=");
    s_value(line, value);
}

/* The clock of the machine, not the drill's: a log is read beside other logs. */
static void s_line(const char *level, const char *event, va_list pairs)
{
    line_t line = {.used = 0};
    struct timespec now;
    struct tm utc;
    char at[48];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    size_t length = strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(at + length, sizeof at - length, ".%03ldZ", now.tv_nsec / 1000000);
    s_pair(&line, "at", at);
    s_pair(&line, "level", level);
    s_pair(&line, "daemon", log_daemon);
    s_pair(&line, "event", event);
    for (const char *key; (key = va_arg(pairs, const char *)) != NULL;) {
        const char *value = va_arg(pairs, const char *);
        if (value)
            s_pair(&line, key, value);
    }
    if (line.full)
        for (const char *end = line.quoted ? cut : cut + 1; *end; end++)
            line.text[line.used++] = *end;
    line.text[line.used++] = '\n';
    /* one write, so that lines of several processes do not mix; a full disk must not stop the daemon */
    ssize_t written = write(STDERR_FILENO, line.text, line.used);
    (void)written;
}

void log_open(const char *daemon)
{
    log_daemon = daemon;
}

#define LOG_AT(name)                                                                                         \
    void log_##name(const char *event, ...)                                                                  \
    {                                                                                                        \
        va_list pairs;                                                                                       \
        va_start(pairs, event);                                                                              \
        s_line(#name, event, pairs);                                                                         \
        va_end(pairs);                                                                                       \
    }
LOG_AT(info)
LOG_AT(warn)
LOG_AT(error)

const char *log_number(long long number)
{
    static char texts[NUMBERS][24];
    static unsigned next;
    char *text = texts[next++ % NUMBERS];
    snprintf(text, sizeof texts[0], "%lld", number);
    return text;
}

void fatal(const char *format, ...)
{
    char sentence[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    sentence[strcspn(sentence, "\n")] = '\0';
    for (char *at = sentence; *at; at++)
        if (*at < 0x20 || *at > 0x7e)
            *at = '?';
    fprintf(stderr, "%s: %s\n", log_daemon, sentence);
    exit(1);
}
