/* clock - where every time comes from */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "clock.h"
#include "log.h"

enum { JUMP_MS = 5 * 60 * 1000, BOOT_TEXT = 40 };
#define LAST_INSTANT INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */

static char clock_path[1024];
static bool clock_drill, in_doubt;
/* the drill's clock stood at drill_instant when the monotonic one stood at drill_monotonic */
static int64_t drill_instant, drill_monotonic;
static struct stat file_read; /* the file as it was read last */
static bool file_bad;
static int64_t last_difference; /* system clock less the time since the boot, to see a jump */

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

/* Sleep of the machine is no jump, so this is measured against the clock that goes on in it. */
static int64_t s_difference(int64_t now)
{
    return now - s_read(CLOCK_BOOTTIME);
}

/* "-" where the kernel does not tell: then a reboot is seen only by a monotonic clock that stands lower. */
static void s_boot(char ret_boot[BOOT_TEXT])
{
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
    if (!file || fscanf(file, "%39s", ret_boot) != 1)
        memcpy(ret_boot, "-", 2);
    if (file)
        fclose(file);
}

/* The file's times, or what is wrong with it. */
static const char *s_file_parse(void)
{
    char text[CLOCK_TEXT + 1], boot[BOOT_TEXT], boot_set[BOOT_TEXT] = "-";
    long long monotonic = -1;
    int64_t instant;
    FILE *file = fopen(clock_path, "re");
    if (!file)
        return strerror(errno);
    int got = fscanf(file, "%25s %lld %39s", text, &monotonic, boot_set);
    bool whole = got == 3 && fgetc(file) == '\n' && fgetc(file) == EOF;
    fclose(file);
    if (!whole || monotonic < 0 || !clock_parse(text, &instant))
        return "it is not an instant, a number and the id of a boot";
    s_boot(boot);
    drill_instant = instant;
    drill_monotonic = strcmp(boot, boot_set) == 0 && monotonic <= clock_monotonic() ? monotonic : 0;
    return NULL;
}

/* The file is replaced, never written in place: another inode or another time of change is another clock. It is looked at each
   time, so that a message made by the new clock meets no daemon that still has the old one. */
static const char *s_file_read(void)
{
    struct stat status;
    if (stat(clock_path, &status) != 0)
        return strerror(errno);
    if (status.st_ino == file_read.st_ino && status.st_mtim.tv_sec == file_read.st_mtim.tv_sec &&
        status.st_mtim.tv_nsec == file_read.st_mtim.tv_nsec)
        return NULL;
    const char *wrong = s_file_parse();
    if (!wrong)
        file_read = status;
    return wrong;
}

void clock_open(const char *dir, bool drill)
{
    clock_drill = drill;
    snprintf(clock_path, sizeof clock_path, "%s/clock", dir ? dir : "");
    last_difference = s_difference(s_read(CLOCK_REALTIME));
    file_read = (struct stat){0};
    file_bad = false;
    const char *wrong = drill ? s_file_read() : NULL;
    if (wrong)
        fatal("the drill's clock %s cannot be read (%s): `sinergi clock set` makes it", clock_path, wrong);
}

static int64_t s_drill_now(void)
{
    const char *wrong = s_file_read();
    if (wrong && !file_bad)
        log_error("clock_bad", "file", clock_path, "why", wrong, NULL);
    file_bad = wrong != NULL;
    return drill_instant + clock_monotonic() - drill_monotonic;
}

int64_t clock_now(void)
{
    if (clock_drill)
        return s_drill_now();
    int64_t now = s_read(CLOCK_REALTIME), difference = s_difference(now);
    if (llabs(difference - last_difference) > JUMP_MS) {
        log_error("clock_jumped", "milliseconds", log_number(difference - last_difference), NULL);
        in_doubt = true;
    }
    last_difference = difference;
    return now;
}

bool clock_set(const char *dir, int64_t now)
{
    char path[1024], temporary[1040], text[CLOCK_TEXT], boot[BOOT_TEXT];
    snprintf(path, sizeof path, "%s/clock", dir);
    snprintf(temporary, sizeof temporary, "%s.new", path);
    clock_text(now, text);
    s_boot(boot);
    FILE *file = fopen(temporary, "we");
    if (!file)
        return false;
    bool written = fprintf(file, "%s %lld %s\n", text, (long long)clock_monotonic(), boot) > 0;
    return fclose(file) == 0 && written && rename(temporary, path) == 0;
}

void clock_text(int64_t instant, char ret_text[CLOCK_TEXT])
{
    instant = instant < 0 ? 0 : instant > LAST_INSTANT ? LAST_INSTANT : instant;
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
