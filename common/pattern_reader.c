/* pattern_reader - reads single characters, escapes, classes and counts of a pattern */
#include <ctype.h>
#include <string.h>

#include "pattern_reader.h"

enum { LAST_CHARACTER = 0x10ffff };

static const range_t digits[] = {{'0', '9'}};
static const range_t word[] = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
static const range_t space[] = {{'\t', '\r'},     {' ', ' '},       {0xa0, 0xa0},     {0x1680, 0x1680},
                                {0x2000, 0x200a}, {0x2028, 0x2029}, {0x202f, 0x202f}, {0x205f, 0x205f},
                                {0x3000, 0x3000}, {0xfeff, 0xfeff}};

static bool s_add_set(reader_t *reader, const range_t *ranges, size_t count, bool negated)
{
    uint32_t next = 0;
    for (size_t i = 0; i < count; i++) {
        if (!negated)
            pattern_add_range(reader, ranges[i].first, ranges[i].last);
        else if (ranges[i].first > next)
            pattern_add_range(reader, next, ranges[i].first - 1);
        next = ranges[i].last + 1;
    }
    if (negated)
        pattern_add_range(reader, next, LAST_CHARACTER);
    return true;
}

/* The set that an escape's letter names; false if the letter names none. */
static bool s_named_set(reader_t *reader, char letter)
{
    switch (letter) {
    case 'd':
    case 'D':
        return s_add_set(reader, digits, sizeof digits / sizeof digits[0], letter == 'D');
    case 'w':
    case 'W':
        return s_add_set(reader, word, sizeof word / sizeof word[0], letter == 'W');
    case 's':
    case 'S':
        return s_add_set(reader, space, sizeof space / sizeof space[0], letter == 'S');
    default:
        return false;
    }
}

/* `count` hexadecimal digits, or with count 0 those up to a closing brace. */
static bool s_hexadecimal(reader_t *reader, int count, uint32_t *ret_character)
{
    uint32_t character = 0;
    int read = 0;
    for (; isxdigit((unsigned char)*reader->text) && read < (count ? count : 6); read++, reader->text++) {
        int digit = tolower((unsigned char)*reader->text);
        character = character * 16 + (uint32_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
    }
    bool closed = count ? read == count : read > 0 && *reader->text == '}';
    bool surrogate = character >= 0xd800 && character <= 0xdfff;
    if (!closed || surrogate || character > LAST_CHARACTER)
        return pattern_refuse(reader, "a \\x or \\u names no character");
    if (!count)
        reader->text++;
    *ret_character = character;
    return true;
}

/* The character that an escape stands for; reader->text is behind the backslash. */
static bool s_escape(reader_t *reader, uint32_t *ret_character)
{
    static const char letters[] = "tnvfr", meanings[] = "\t\n\v\f\r";
    char letter = *reader->text;
    const char *known = letter ? strchr(letters, letter) : NULL;
    if (letter == '\0')
        return pattern_refuse(reader, "it ends with a \\");
    reader->text++;
    if (known)
        *ret_character = (uint32_t)meanings[known - letters];
    else if (letter == '0' && !isdigit((unsigned char)*reader->text))
        *ret_character = 0;
    else if (letter == 'c' && isalpha((unsigned char)*reader->text))
        *ret_character = (uint32_t)*reader->text++ % 32;
    else if (letter == 'x')
        return s_hexadecimal(reader, 2, ret_character);
    else if (letter == 'u' && *reader->text == '{')
        return reader->text++, s_hexadecimal(reader, 0, ret_character);
    else if (letter == 'u')
        return s_hexadecimal(reader, 4, ret_character);
    else if (strchr("^$\\.*+?()[]{}|/-", letter))
        *ret_character = (uint32_t)letter;
    else
        return pattern_refuse(reader, "it has an escape that is not understood");
    return true;
}

/* One character as it stands; the text is valid UTF-8. */
static uint32_t s_plain(reader_t *reader)
{
    uint32_t lead = (unsigned char)*reader->text++;
    if (lead < 0x80)
        return lead;
    int more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
    uint32_t character = lead & (0x3fu >> more);
    for (; more > 0 && *reader->text; more--)
        character = character << 6 | ((unsigned char)*reader->text++ & 0x3fu);
    return character;
}

/* A character or a named set; *ret_set tells which. A set's ranges are added, a character's not yet. */
static bool s_member(reader_t *reader, uint32_t *ret_character, bool *ret_set)
{
    *ret_set = false;
    if (*reader->text != '\\') {
        *ret_character = s_plain(reader);
        return true;
    }
    reader->text++;
    *ret_set = s_named_set(reader, *reader->text);
    if (!*ret_set)
        return s_escape(reader, ret_character);
    reader->text++;
    return true;
}

bool pattern_read_atom(reader_t *reader)
{
    uint32_t character = 0;
    bool set;
    if (!s_member(reader, &character, &set))
        return false;
    if (!set)
        pattern_add_range(reader, character, character);
    return true;
}

bool pattern_read_class(reader_t *reader, bool *ret_negated)
{
    reader->text++;
    bool negated = *reader->text == '^';
    reader->text += negated;
    if (*reader->text == ']')
        return pattern_refuse(reader, "a class is empty");
    while (*reader->text && *reader->text != ']') {
        uint32_t first = 0, last = 0;
        bool set, to_set = false;
        if (*reader->text == '[')
            return pattern_refuse(reader, "a [ within a class lacks its \\");
        if (!s_member(reader, &first, &set))
            return false;
        last = first;
        bool range = reader->text[0] == '-' && reader->text[1] && reader->text[1] != ']';
        if (range) {
            reader->text++;
            if (!s_member(reader, &last, &to_set))
                return false;
        }
        if (last < first || (range && (set || to_set)))
            return pattern_refuse(reader, "a range within a class has no order");
        if (!set)
            pattern_add_range(reader, first, last);
    }
    if (*reader->text != ']')
        return pattern_refuse(reader, "a class is not closed");
    reader->text++;
    *ret_negated = negated;
    return true;
}

static bool s_number(reader_t *reader, int limit, int *ret_number)
{
    int number = 0;
    if (!isdigit((unsigned char)*reader->text))
        return false;
    for (; isdigit((unsigned char)*reader->text) && number <= limit; reader->text++)
        number = number * 10 + (*reader->text - '0');
    *ret_number = number;
    return number <= limit;
}

bool pattern_read_counts(reader_t *reader, int limit, int *ret_least, int *ret_most)
{
    int least = 0, most = 0;
    reader->text++;
    bool fine = s_number(reader, limit, &least);
    if (fine && *reader->text == ',') {
        reader->text++;
        if (*reader->text == '}')
            most = REPEAT_ENDLESS;
        else
            fine = s_number(reader, limit, &most) && most >= least;
    } else {
        most = least;
    }
    if (!fine || *reader->text != '}')
        return pattern_refuse(reader, "a {count} is malformed or larger than 1,000");
    reader->text++;
    *ret_least = least;
    *ret_most = most;
    return true;
}
