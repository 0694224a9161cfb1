/* schema_format - the formats that a contract may demand: date, date-time and uuid */
#include <string.h>

#include "schema_tree.h"

/* `text` has the form of a template in which 9 is a digit, anything else itself (letters in either case). */
static bool s_like(const char *text, size_t length, const char *template)
{
    size_t i = 0;
    for (; i < length && template[i]; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        bool same = text[i] == template[i] || (template[i] >= 'A' && (text[i] & ~0x20) == template[i]);
        if (template[i] == '9' ? !digit : !same)
            return false;
    }
    return i == length && !template[i];
}

static int s_number(const char *text, int digits)
{
    int number = 0;
    while (digits-- > 0)
        number = number * 10 + (*text++ - '0');
    return number;
}

static bool s_date(const char *text, size_t length)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (!s_like(text, length, "9999-99-99"))
        return false;
    int year = s_number(text, 4), month = s_number(text + 5, 2), day = s_number(text + 8, 2);
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] + (month == 2 && leap);
}

/* `Z` or +hh:mm; *ret_minutes: how far local time is ahead of UTC. */
static bool s_offset(const char *text, size_t length, int *ret_minutes)
{
    *ret_minutes = 0;
    if (s_like(text, length, "Z"))
        return true;
    if (!s_like(text, length, "+99:99") && !s_like(text, length, "-99:99"))
        return false;
    int hours = s_number(text + 1, 2), minutes = s_number(text + 4, 2);
    *ret_minutes = (hours * 60 + minutes) * (*text == '-' ? -1 : 1);
    return hours <= 23 && minutes <= 59;
}

/* RFC 3339; a leap second only where one can be, at 23:59:60 UTC. */
static bool s_date_time(const char *text, size_t length)
{
    enum { DAY_MINUTES = 24 * 60 };
    int ahead;
    if (length < 20 || !s_date(text, 10) || !s_like(text + 10, 9, "T99:99:99"))
        return false;
    size_t rest = 19;
    if (text[rest] == '.') {
        size_t digits = strspn(text + rest + 1, "0123456789");
        if (digits == 0)
            return false;
        rest += 1 + digits;
    }
    if (!s_offset(text + rest, length - rest, &ahead))
        return false;
    int hour = s_number(text + 11, 2), minute = s_number(text + 14, 2), second = s_number(text + 17, 2);
    int utc = ((hour * 60 + minute - ahead) % DAY_MINUTES + DAY_MINUTES) % DAY_MINUTES;
    return hour <= 23 && minute <= 59 && (second <= 59 || (second == 60 && utc == DAY_MINUTES - 1));
}

static bool s_uuid(const char *text, size_t length)
{
    if (length != 36)
        return false;
    for (size_t i = 0; i < length; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        bool hexadecimal =
            (text[i] >= '0' && text[i] <= '9') || ((text[i] | 0x20) >= 'a' && (text[i] | 0x20) <= 'f');
        if (dash ? text[i] != '-' : !hexadecimal)
            return false;
    }
    return true;
}

format_check_t schema_format(const char *name)
{
    if (strcmp(name, "date") == 0)
        return s_date;
    if (strcmp(name, "date-time") == 0)
        return s_date_time;
    if (strcmp(name, "uuid") == 0)
        return s_uuid;
    return NULL;
}
