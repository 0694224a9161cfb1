/* clock - where every time comes from */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "clock.h"
#include "log.h"

enum { CHECK_MS = 200, JUMP_MS = 5 * 60 * 1000 };

static char clock_path[1024];
static bool clock_drill, in_doubt;
static struct timespec clock_changed;
static int64_t drill_instant, drill_monotonic,
    checked_at; /* the drill's clock stood at drill_instant when the monotonic one stood at drill_monotonic */
static int64_t last_difference; /* system clock less monotonic, to see a jump */

static int64_t s_read(clockid_t which)
{
    struct timespec now;
    clock_gettime(which, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_monotonic(void)
{
    return s_read(CLOCK_MONOTONIC);
}

/* After a reboot the monotonic clock stands below what the file says: the drill then goes on from the instant
 * that was set. */
static void s_file_read(void)
{
    char text[CLOCK_TEXT + 1];
    long long monotonic;
    struct stat status;
    if (stat(clock_path, &status) != 0)
        fatal("the drill's clock %s cannot be read: `sinergi clock set` makes it", clock_path);
    if (memcmp(&status.st_mtim, &clock_changed, sizeof clock_changed) == 0)
        return;
    FILE *file = fopen(clock_path, "r");
    int got = file ? fscanf(file, "%25s %lld", text, &monotonic) : 0;
    if (file)
        fclose(file);
    int64_t instant;
    if (got != 2 || !clock_parse(text, &instant))
        fatal("the drill's clock %s is not an instant and a number: `sinergi clock set` mends it",
              clock_path);
    clock_changed = status.st_mtim;
    drill_instant = instant;
    drill_monotonic = monotonic;
}

void clock_open(const char *dir, bool drill)
{
    clock_drill = drill;
    snprintf(clock_path, sizeof clock_path, "%s/clock", dir);
    last_difference = s_read(CLOCK_REALTIME) - clock_monotonic();
    checked_at = clock_monotonic();
    clock_changed = (struct timespec){0};
    if (drill)
        s_file_read();
}

static int64_t s_drill_now(int64_t monotonic)
{
    if (monotonic - checked_at >= CHECK_MS) {
        checked_at = monotonic;
        s_file_read();
    }
    return drill_instant + (monotonic > drill_monotonic ? monotonic - drill_monotonic : 0);
}

int64_t clock_now(void)
{
    int64_t monotonic = clock_monotonic();
    if (clock_drill)
        return s_drill_now(monotonic);
    int64_t now = s_read(CLOCK_REALTIME), difference = now - monotonic;
    if (llabs(difference - last_difference) > JUMP_MS) {
        last_difference = difference;
        in_doubt = true;
    }
    return now;
}

bool clock_set(const char *dir, int64_t now)
{
    char path[1024], temporary[1040], text[CLOCK_TEXT];
    snprintf(path, sizeof path, "%s/clock", dir);
    snprintf(temporary, sizeof temporary, "%s.new", path);
    clock_text(now, text);
    FILE *file = fopen(temporary, "w");
    if (!file)
        return false;
    bool written = fprintf(file, "%s %lld\n", text, (long long)clock_monotonic()) > 0;
    return fclose(file) == 0 && written && rename(temporary, path) == 0;
}

void clock_text(int64_t instant, char ret_text[CLOCK_TEXT])
{
    time_t seconds = (time_t)(instant / 1000);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    char text[80];
    snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900, utc.tm_mon + 1,
             utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, (int)(instant % 1000));
    memcpy(ret_text, text, CLOCK_TEXT - 1);
    ret_text[CLOCK_TEXT - 1] = '\0';
}

static bool s_digits(const char *text, int from, int count, int *ret_number)
{
    int number = 0;
    for (int i = from; i < from + count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        number = number * 10 + (text[i] - '0');
    }
    *ret_number = number;
    return true;
}

bool clock_parse(const char *text, int64_t *ret_instant)
{
    static const char form[] = "0000-00-00T00:00:00.000Z";
    struct tm utc = {0};
    int year, month, millisecond;
    if (strlen(text) != sizeof form - 1)
        return false;
    for (int i = 0; form[i]; i++)
        if (form[i] != '0' && text[i] != form[i])
            return false;
    if (!s_digits(text, 0, 4, &year) || !s_digits(text, 5, 2, &month) ||
        !s_digits(text, 8, 2, &utc.tm_mday) || !s_digits(text, 11, 2, &utc.tm_hour) ||
        !s_digits(text, 14, 2, &utc.tm_min) || !s_digits(text, 17, 2, &utc.tm_sec) ||
        !s_digits(text, 20, 3, &millisecond))
        return false;
    if (year < 1970 || month < 1 || month > 12 || utc.tm_mday < 1 || utc.tm_hour > 23 || utc.tm_min > 59 ||
        utc.tm_sec > 59)
        return false;
    utc.tm_year = year - 1900;
    utc.tm_mon = month - 1;
    int day = utc.tm_mday;
    time_t seconds = timegm(&utc);
    if (utc.tm_mday != day) /* 30 February was moved into March */
        return false;
    *ret_instant = (int64_t)seconds * 1000 + millisecond;
    return true;
}

bool clock_doubt(void)
{
    return in_doubt;
}

void clock_doubt_set(bool doubt)
{
    in_doubt = doubt;
}
