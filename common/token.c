/* token - the one-time token by which a new node enrols at its parent */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "check.h"
#include "hex.h"
#include "keys.h"
#include "signed_kind.h"
#include "token.h"

#define KIND_LINE "token-1/"
#define SCHEME "tcp://"
enum {
    KEY_TEXT = 44,    /* 32 bytes in base64url without padding, and a NUL */
    CHECK_DIGITS = 8, /* of the checksum */
    HOST_MOST = 255,
    BASE64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING
};

/* First half of the checksum's bytes, in hexadecimal: enough to tell a slip, and no secret hangs on it. */
static void s_checksum(const char *text, size_t length, char ret_digits[CHECK_DIGITS + 1])
{
    hash_t hash = hash_of(text, length);
    hex_text(hash.bytes, CHECK_DIGITS / 2, ret_digits);
}

static void s_key_text(const uint8_t key[KEY_BYTES], char ret_text[KEY_TEXT])
{
    sodium_bin2base64(ret_text, KEY_TEXT, key, KEY_BYTES, BASE64);
}

static void s_curve_text(const char *curve, char ret_text[KEY_TEXT])
{
    uint8_t key[KEY_BYTES];
    CHECK(strlen(curve) == CURVE_TEXT - 1 && zmq_z85_decode(key, curve));
    s_key_text(key, ret_text);
    sodium_memzero(key, sizeof key);
}

size_t token_write(const token_t *self, char ret_text[TOKEN_TEXT])
{
    char server[KEY_TEXT], root[KEY_TEXT], secret[KEY_TEXT], digits[CHECK_DIGITS + 1];
    token_t read;
    CHECK(token_endpoint_is(self->endpoint));
    s_curve_text(self->server, server);
    s_key_text(self->root.bytes, root);
    s_curve_text(self->secret, secret);
    int length = snprintf(ret_text, TOKEN_TEXT, "%s" KIND_LINE "%s/%s/%s/%s/%s/%s/%s/",
                          signed_kind(self->drill), self->node, self->region, self->expires,
                          self->endpoint + strlen(SCHEME), server, root, secret);
    sodium_memzero(secret, sizeof secret);
    CHECK(length + CHECK_DIGITS < TOKEN_TEXT);
    s_checksum(ret_text, (size_t)length, digits);
    memcpy(ret_text + length, digits, sizeof digits);
    length += CHECK_DIGITS;
    CHECK(token_read(ret_text, (size_t)length, &read, NULL) == ST_OK);
    sodium_memzero(&read, sizeof read);
    return (size_t)length;
}

/* The digits are looked at here: libsodium takes some bytes above 127 for digits. */
static bool s_key_scan(scan_t *scan, uint8_t ret_key[KEY_BYTES])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *word;
    size_t length, found;
    return scan_word(scan, '/', KEY_TEXT - 1, &word, &length) && length == KEY_TEXT - 1 &&
           strspn(word, digits) >= length &&
           sodium_base642bin(ret_key, KEY_BYTES, word, length, NULL, &found, NULL, BASE64) == 0 &&
           found == KEY_BYTES;
}

static bool s_curve_scan(scan_t *scan, char ret_curve[CURVE_TEXT])
{
    uint8_t key[KEY_BYTES];
    bool good = s_key_scan(scan, key) && zmq_z85_encode(ret_curve, key, KEY_BYTES);
    sodium_memzero(key, sizeof key);
    return good;
}

/* A host's name, an IPv4 address, or an IPv6 address in brackets. */
static bool s_host_is(const char *host, size_t length)
{
    static const char name[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-",
                      address[] = "0123456789abcdefABCDEF:.";
    bool bracketed = length > 2 && host[0] == '[' && host[length - 1] == ']';
    if (length < 1 || length > HOST_MOST)
        return false;
    if (bracketed)
        return strspn(host + 1, address) == length - 2;
    return strspn(host, name) >= length && host[0] != '-' && host[0] != '.';
}

static bool s_port_is(const char *port, size_t length)
{
    return length >= 1 && length <= 5 && strspn(port, "0123456789") >= length && port[0] != '0' &&
           strtol(port, NULL, 10) <= 65535;
}

/* `text` is HOST:PORT and goes on, if at all, with what neither may hold. */
static bool s_address_is(const char *text, size_t length)
{
    const char *colon = memrchr(text, ':', length);
    return colon && s_host_is(text, (size_t)(colon - text)) &&
           s_port_is(colon + 1, (size_t)(text + length - colon - 1));
}

bool token_endpoint_is(const char *endpoint)
{
    size_t scheme = strlen(SCHEME), length = strlen(endpoint);
    return length > scheme && length < TOKEN_ENDPOINT_TEXT && strncmp(endpoint, SCHEME, scheme) == 0 &&
           s_address_is(endpoint + scheme, length - scheme);
}

static bool s_endpoint_scan(scan_t *scan, char ret_endpoint[TOKEN_ENDPOINT_TEXT])
{
    const char *word;
    size_t length;
    if (!scan_word(scan, '/', TOKEN_ENDPOINT_TEXT - sizeof SCHEME, &word, &length) ||
        !s_address_is(word, length))
        return false;
    snprintf(ret_endpoint, TOKEN_ENDPOINT_TEXT, SCHEME "%.*s", (int)length, word);
    return true;
}

/* The name of the part that is wrong, or NULL. */
static const char *s_read(scan_t *scan, token_t *token)
{
    if (!scan_node(scan, '/', token->node))
        return "node";
    if (!scan_region(scan, '/', token->region))
        return "region";
    if (!scan_instant(scan, '/', token->expires))
        return "expires";
    if (!s_endpoint_scan(scan, token->endpoint))
        return "endpoint";
    if (!s_curve_scan(scan, token->server))
        return "server";
    if (!s_key_scan(scan, token->root.bytes))
        return "root";
    if (!s_curve_scan(scan, token->secret))
        return "secret";
    return scan->at + CHECK_DIGITS == scan->end ? NULL : "end";
}

/* The checksum covers all before it, and is looked at first: then a wrong part is no slip. */
static bool s_whole(const char *text, size_t length)
{
    char digits[CHECK_DIGITS + 1];
    if (length <= CHECK_DIGITS)
        return false;
    s_checksum(text, length - CHECK_DIGITS, digits);
    return memcmp(digits, text + length - CHECK_DIGITS, CHECK_DIGITS) == 0;
}

status_t token_read(const char *text, size_t length, token_t *ret_token, problem_t *ret_problem)
{
    token_t token = {0};
    scan_t scan = {text, text + length};
    if (!signed_kind_scan(&scan, KIND_LINE, &token.drill))
        return problem_set(ret_problem, ST_INVALID, "token.kind", "kind",
                           "this is no token of this release: one begins with sinergi-" KIND_LINE
                           " or, of a drill, with sinergi-drill-" KIND_LINE
                           "; ask the parent's operator for one (`sinergi node invite`)");
    if (length >= TOKEN_TEXT || !s_whole(text, length))
        return problem_set(
            ret_problem, ST_INVALID, "token.damaged", "checksum",
            "the token is mistyped or not whole: copy all of it again, from sinergi- to its last character");
    const char *bad = s_read(&scan, &token);
    if (bad)
        problem_set(ret_problem, ST_INVALID, "token.form", bad,
                    "the part \"%s\" of the token is malformed: ask the parent's operator for another "
                    "(`sinergi node invite`)",
                    bad);
    else
        *ret_token = token;
    sodium_memzero(&token, sizeof token);
    return bad ? ST_INVALID : ST_OK;
}

size_t token_trim(char *text)
{
    size_t kept = 0;
    for (const char *at = text; *at; at++)
        if (!strchr(" \t\r\n", *at))
            text[kept++] = *at;
    text[kept] = '\0';
    return kept;
}
