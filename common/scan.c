/* scan - read a strict text word by word: signed texts, and the lines of batches and proofs */
#include <string.h>
#include <zmq.h>

#include "hex.h"
#include "scan.h"

bool scan_literal(scan_t *self, const char *literal)
{
    size_t length = strlen(literal);
    if ((size_t)(self->end - self->at) < length || memcmp(self->at, literal, length) != 0)
        return false;
    self->at += length;
    return true;
}

bool scan_word(scan_t *self, char end, size_t most, const char **ret_word, size_t *ret_length)
{
    size_t left = (size_t)(self->end - self->at);
    const char *stop = memchr(self->at, end, left < most + 1 ? left : most + 1);
    if (!stop || stop == self->at)
        return false;
    *ret_word = self->at;
    *ret_length = (size_t)(stop - self->at);
    self->at = stop + 1;
    return true;
}

bool scan_number(scan_t *self, char end, int64_t *ret_number)
{
    const char *word;
    size_t length;
    int64_t number = 0;
    if (!scan_word(self, end, 19, &word, &length) || (word[0] == '0' && length > 1))
        return false;
    for (size_t i = 0; i < length; i++) {
        int digit = word[i] - '0';
        if (digit < 0 || digit > 9 || number > (INT64_MAX - digit) / 10)
            return false;
        number = number * 10 + digit;
    }
    *ret_number = number;
    return true;
}

bool scan_hex(scan_t *self, char end, size_t count, void *ret_bytes)
{
    const char *word = self->at;
    size_t length = 2 * count;
    if ((size_t)(self->end - word) < length + 1 || word[length] != end ||
        !hex_decode(word, length, ret_bytes))
        return false;
    self->at += length + 1;
    return true;
}

bool scan_uuid(scan_t *self, char end, uuid_id_t *ret_uuid)
{
    const char *word;
    size_t length;
    return scan_word(self, end, UUID_TEXT - 1, &word, &length) && uuid_of_text(word, length, ret_uuid);
}

static void s_copy(char *to, const char *from, size_t length)
{
    memcpy(to, from, length);
    to[length] = '\0';
}

bool scan_node(scan_t *self, char end, char ret_name[NODE_NAME_TEXT])
{
    const char *word;
    size_t length;
    if (!scan_word(self, end, NODE_NAME_TEXT - 1, &word, &length) || !node_name_is(word, length))
        return false;
    s_copy(ret_name, word, length);
    return true;
}

bool scan_region(scan_t *self, char end, char ret_region[REGION_TEXT])
{
    const char *word;
    size_t length;
    if (!scan_word(self, end, REGION_TEXT - 1, &word, &length) || !region_is(word, length))
        return false;
    s_copy(ret_region, word, length);
    return true;
}

static bool s_day_exists(int year, int month, int day)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] + (leap && month == 2);
}

static int s_digits(const char *text, int count)
{
    int number = 0;
    for (int i = 0; i < count; i++)
        number = number * 10 + text[i] - '0';
    return number;
}

bool scan_instant(scan_t *self, char end, char ret_instant[INSTANT_TEXT])
{
    static const char form[] = "dddd-dd-ddTdd:dd:dd.dddZ";
    const char *word;
    size_t length;
    if (!scan_word(self, end, INSTANT_TEXT - 1, &word, &length) || length != INSTANT_TEXT - 1)
        return false;
    for (size_t i = 0; i < length; i++)
        if (form[i] == 'd' ? word[i] < '0' || word[i] > '9' : word[i] != form[i])
            return false;
    if (!s_day_exists(s_digits(word, 4), s_digits(word + 5, 2), s_digits(word + 8, 2)) ||
        s_digits(word + 11, 2) > 23 || s_digits(word + 14, 2) > 59 || s_digits(word + 17, 2) > 59)
        return false;
    s_copy(ret_instant, word, length);
    return true;
}

bool scan_curve(scan_t *self, char end, char ret_key[CURVE_TEXT])
{
    uint8_t bytes[32];
    char text[CURVE_TEXT];
    const char *word;
    size_t length;
    if (!scan_word(self, end, CURVE_TEXT - 1, &word, &length) || length != CURVE_TEXT - 1 ||
        memchr(word, '\0', length))
        return false;
    s_copy(text, word, length);
    if (!zmq_z85_decode(bytes, text))
        return false;
    s_copy(ret_key, word, length);
    return true;
}
