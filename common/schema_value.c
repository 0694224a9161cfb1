/* schema_value - how JSON values compare: equality, order, whole numbers, lengths */
#include <float.h>
#include <stdint.h>
#include <string.h>
#include <jansson.h>

#include "schema_tree.h"

enum { UNIQUE_ITEMS_MAX = 1024 };

int schema_name_order(const name_t *name, const char *text, size_t length)
{
    int order = memcmp(name->text, text, name->length < length ? name->length : length);
    return order ? order : (name->length > length) - (name->length < length);
}

static bool s_whole(double real)
{
    /* From 2^53 on every double is whole; below, 64 bits hold it. */
    return real >= 0x1p53 || real <= -0x1p53 || (double)(int64_t)real == real;
}

bool schema_whole(const json_t *number)
{
    return json_is_integer(number) || s_whole(json_real_value(number));
}

unsigned schema_types(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_NULL:
        return TYPE_NULL;
    case JSON_TRUE:
    case JSON_FALSE:
        return TYPE_BOOLEAN;
    case JSON_INTEGER:
        return TYPE_INTEGER | TYPE_NUMBER;
    case JSON_REAL:
        return schema_whole(value) ? TYPE_INTEGER | TYPE_NUMBER : TYPE_NUMBER;
    case JSON_STRING:
        return TYPE_STRING;
    case JSON_ARRAY:
        return TYPE_ARRAY;
    default:
        return TYPE_OBJECT;
    }
}

/* A 64-bit integer and a double, without rounding the integer. */
static int s_compare_mixed(int64_t integer, double real)
{
    if (real >= 0x1p63)
        return -1;
    if (real < -0x1p63)
        return 1;
    int64_t whole = (int64_t)real;
    if (integer != whole)
        return integer < whole ? -1 : 1;
    double fraction = real - (double)whole;
    return (fraction < 0) - (fraction > 0);
}

int schema_compare(const json_t *number, const json_t *other)
{
    if (json_is_integer(number) && json_is_integer(other)) {
        json_int_t left = json_integer_value(number), right = json_integer_value(other);
        return (left > right) - (left < right);
    }
    if (json_is_integer(number))
        return s_compare_mixed(json_integer_value(number), json_real_value(other));
    if (json_is_integer(other))
        return -s_compare_mixed(json_integer_value(other), json_real_value(number));
    double left = json_real_value(number), right = json_real_value(other);
    return (left > right) - (left < right);
}

/* Decimal fractions have no exact double: allow for the rounding of both and of the division. */
static bool s_nearly_whole(double quotient)
{
    if (quotient >= 0x1p53)
        return true;
    double nearest = (double)(int64_t)(quotient + 0.5);
    double off = quotient < nearest ? nearest - quotient : quotient - nearest;
    return off <= quotient * 2 * DBL_EPSILON;
}

bool schema_multiple(const json_t *number, const json_t *of)
{
    if (json_is_integer(number) && json_is_integer(of))
        return json_integer_value(number) % json_integer_value(of) == 0;
    double quotient = json_number_value(number) / json_number_value(of);
    quotient = quotient < 0 ? -quotient : quotient;
    /* Beyond all doubles the number itself is whole, and so a multiple if 1 is one. */
    return s_nearly_whole(quotient <= DBL_MAX ? quotient : 1 / json_number_value(of));
}

static bool s_equal_objects(const json_t *one, const json_t *other)
{
    const char *key;
    size_t length;
    json_t *value;
    if (json_object_size(one) != json_object_size(other))
        return false;
    json_object_keylen_foreach((json_t *)one, key, length, value)
    {
        const json_t *twin = json_object_getn(other, key, length);
        if (!twin || !schema_equal(value, twin))
            return false;
    }
    return true;
}

bool schema_equal(const json_t *one, const json_t *other)
{
    if (json_is_number(one) && json_is_number(other))
        return schema_compare(one, other) == 0;
    if (json_typeof(one) != json_typeof(other))
        return false;
    if (json_is_object(one))
        return s_equal_objects(one, other);
    if (!json_is_array(one))
        return json_equal(one, other);
    bool equal = json_array_size(one) == json_array_size(other);
    for (size_t i = 0; equal && i < json_array_size(one); i++)
        equal = schema_equal(json_array_get(one, i), json_array_get(other, i));
    return equal;
}

bool schema_unique(const json_t *array)
{
    size_t count = json_array_size(array);
    if (count > UNIQUE_ITEMS_MAX) /* the work is quadratic */
        return false;
    for (size_t i = 1; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (schema_equal(json_array_get(array, i), json_array_get(array, j)))
                return false;
    return true;
}

size_t schema_characters(const char *text, size_t length)
{
    size_t characters = 0;
    for (size_t i = 0; i < length; i++)
        characters += ((unsigned char)text[i] & 0xc0) != 0x80;
    return characters;
}
