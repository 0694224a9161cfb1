/* certificate - a tree of certificates and revocations that the input describes, all properly signed: none ever counts that speaks for more than its issuer,
 * and no seal of a revoked key above the last accepted one
 *
 * A fuzzer cannot forge a signature, so behind signatures it would find nothing: here the input chooses who signs what with which key, and with the first
 * byte odd which byte of the text is spoiled after signing.
 *
 * shows: law-11 I1 I6
 * cost: cpu 20
 * area: trust
 */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "certificates.h"
#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { KEYS = 6, STEP = 12, STEPS_MOST = 48, SPOILED_MOST = 16 };

static const char *const names[KEYS] = {"00-1", "62-1", "63-1", "62.71-1", "62.01-1", "62.71-2"};
static const char *const regions[] = {"00", "62", "63", "62.71", "62.01", "63.01"};
static const char times[4][INSTANT_TEXT] = {"2023-01-01T00:00:00.000Z", "2023-06-01T00:00:00.000Z",
                                            "2024-01-01T00:00:00.000Z", "2025-01-01T00:00:00.000Z"};
static signing_key_t keys[KEYS + 1]; /* the last is the root's */

static void s_keys(void)
{
    uint8_t seed[KEY_BYTES];
    if (keys[0].public_key[0])
        return;
    CHECK(sodium_init() >= 0);
    for (int i = 0; i <= KEYS; i++) {
        memset(seed, i + 1, sizeof seed);
        signing_key_of_seed(seed, &keys[i]);
    }
}

static const char *s_issuer(uint8_t choice, const signing_key_t **ret_key)
{
    int number = choice % (KEYS + 1);
    *ret_key = &keys[number];
    return number == KEYS ? ISSUER_ROOT : names[number];
}

/* Step: what, node, signing key, issuer, regions (2), times, id, number, place of the spoil, its value, spare. */
static void s_certificate(certificates_t *set, const uint8_t *step, bool spoil)
{
    const signing_key_t *issuer;
    certificate_t certificate = {.drill = true};
    snprintf(certificate.issuer, sizeof certificate.issuer, "%s", s_issuer(step[3], &issuer));
    snprintf(certificate.node, sizeof certificate.node, "%s", names[step[1] % KEYS]);
    memcpy(certificate.signing, keys[step[2] % KEYS].public_key, KEY_BYTES);
    memset(certificate.sealing, 7, KEY_BYTES);
    memset(certificate.curve, 'a', sizeof certificate.curve - 1);
    certificate.region_count = 1 + step[4] % 2;
    for (size_t i = 0; i < certificate.region_count; i++)
        snprintf(certificate.regions[i], REGION_TEXT, "%s", regions[step[4 + i] / 2 % 6]);
    memcpy(certificate.from, times[step[6] % 2], INSTANT_TEXT);
    memcpy(certificate.to, times[2 + step[6] / 2 % 2], INSTANT_TEXT);
    memset(certificate.certificate.bytes, step[7], sizeof certificate.certificate.bytes);
    certificate.certificate.bytes[6] = 0x70, certificate.certificate.bytes[8] = 0x80;
    certificate.key = signing_fingerprint(issuer->public_key);
    if (certificate.region_count == 2 && strcmp(certificate.regions[0], certificate.regions[1]) == 0)
        certificate.region_count = 1;
    char text[CERTIFICATE_TEXT];
    signature_t signature;
    problem_t problem = {0};
    size_t length = certificate_write(&certificate, text);
    signed_sign(text, length, issuer, &signature);
    if (spoil)
        text[step[9] % length] = (char)step[10];
    status_t status = certificates_add(set, text, length, &signature, &problem);
    CHECK(status == ST_OK || problem.code[0]);
}

static void s_revocation(certificates_t *set, const uint8_t *step, bool spoil)
{
    const signing_key_t *issuer;
    revocation_t revocation = {.drill = true, .number = step[8]};
    snprintf(revocation.issuer, sizeof revocation.issuer, "%s", s_issuer(step[3], &issuer));
    snprintf(revocation.node, sizeof revocation.node, "%s", names[step[1] % KEYS]);
    memcpy(revocation.time, times[step[6] % 4], INSTANT_TEXT);
    memset(revocation.certificate.bytes, step[7], sizeof revocation.certificate.bytes);
    revocation.certificate.bytes[6] = 0x70, revocation.certificate.bytes[8] = 0x80;
    memset(revocation.epoch.bytes, 1, sizeof revocation.epoch.bytes);
    revocation.epoch.bytes[6] = 0x70, revocation.epoch.bytes[8] = 0x80;
    if (revocation.number)
        memset(revocation.hash.bytes, 9, sizeof revocation.hash.bytes);
    revocation.key = signing_fingerprint(issuer->public_key);
    char text[REVOCATION_TEXT];
    signature_t signature;
    problem_t problem = {0};
    size_t length = revocation_write(&revocation, text);
    signed_sign(text, length, issuer, &signature);
    if (spoil)
        text[step[9] % length] = (char)step[10];
    status_t status = certificates_revoke(set, text, length, &signature, &problem);
    CHECK(status == ST_OK || problem.code[0]);
}

/* Every one that is held has a chain to the root, and no more regions than the one above it. */
static void s_chains(certificates_t *set)
{
    for (size_t i = 0; i < certificates_count(set); i++) {
        const signed_certificate_t *held = certificates_at(set, i), *chain[LIMIT_CHAIN_CERTIFICATES];
        size_t length = certificates_chain(held, chain);
        CHECK(length >= 1 && length <= LIMIT_CHAIN_CERTIFICATES && chain[length - 1] == held &&
              !chain[0]->issuer);
        const uint8_t *key = keys[KEYS].public_key;
        for (size_t at = 0; at < length; at++) {
            CHECK(signed_by(chain[at]->text, chain[at]->length, &chain[at]->signature, key));
            for (size_t r = 0; at > 0 && r < chain[at]->certificate.region_count; r++)
                CHECK(certificate_speaks_for(&chain[at - 1]->certificate, chain[at]->certificate.regions[r]));
            key = chain[at]->certificate.signing;
        }
    }
}

/* A revocation that is held refuses what its key seals behind the last accepted seal. */
static void s_revoked(certificates_t *set)
{
    for (size_t i = 0; i < certificates_revocation_count(set); i++) {
        const signed_revocation_t *held = certificates_revocation_at(set, i);
        seal_t seal = {.drill = true,
                       .number = held->revocation.number + 1,
                       .first = 1,
                       .count = 1,
                       .epoch = held->revocation.epoch};
        hash_t hash = hash_of("x", 1);
        snprintf(seal.node, sizeof seal.node, "%s", held->revocation.node);
        seal.key = held->certificate->fingerprint;
        CHECK(certificates_refuse(set, &seal, &hash));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    s_keys();
    certificates_t *set = certificates_new(keys[KEYS].public_key, true);
    bool spoils = size > 0 && data[0] % 2;
    int spoiled = 0;
    for (size_t at = 1, steps = 0; at + STEP <= size && steps < STEPS_MOST; at += STEP, steps++) {
        const uint8_t *step = data + at;
        bool spoil = spoils && step[11] % 4 == 0 && spoiled++ < SPOILED_MOST;
        if (step[0] % 4)
            s_certificate(set, step, spoil);
        else
            s_revocation(set, step, spoil);
    }
    s_chains(set);
    s_revoked(set);
    certificates_destroy(&set);
    return 0;
}
