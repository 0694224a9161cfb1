/* certificate - the text by which an issuer says which keys and regions a node has */
#include <stdio.h>
#include <string.h>

#include "append.h"
#include "check.h"
#include "hex.h"
#include "signed.h"
#include "signed_kind.h"

bool certificate_speaks_for(const certificate_t *self, const char *region)
{
    for (size_t i = 0; i < self->region_count; i++)
        if (region_below(region, self->regions[i]))
            return true;
    return false;
}

static void s_regions(const certificate_t *self, char *to)
{
    CHECK(self->region_count >= 1 && self->region_count <= CERTIFICATE_REGIONS);
    for (size_t i = 0; i < self->region_count; i++) {
        CHECK(region_is(self->regions[i], strnlen(self->regions[i], REGION_TEXT)));
        to = append_text(append_text(to, i ? " " : ""), self->regions[i]);
    }
    *to = '\0';
}

size_t certificate_write(const certificate_t *self, char ret_text[CERTIFICATE_TEXT])
{
    char id[UUID_TEXT], regions[CERTIFICATE_REGIONS * REGION_TEXT + 1];
    char signing[HASH_TEXT], sealing[HASH_TEXT], replaces[HASH_TEXT], key[HASH_TEXT];
    uuid_text(&self->certificate, id);
    s_regions(self, regions);
    hex_text(self->signing, KEY_BYTES, signing);
    hex_text(self->sealing, KEY_BYTES, sealing);
    hash_text(&self->replaces, replaces);
    hash_text(&self->key, key);
    int length =
        snprintf(ret_text, CERTIFICATE_TEXT, "%scertificate-1\n%s\n%s\n%s\n%s\n%s\n%s\n%s\n%s\n%s\n%s\n%s\n",
                 signed_kind(self->drill), id, self->node, regions, self->curve, signing, sealing, self->from,
                 self->to, replaces, self->issuer, key);
    certificate_t read;
    CHECK(length < CERTIFICATE_TEXT && certificate_read(ret_text, (size_t)length, &read, NULL) == ST_OK);
    return (size_t)length;
}

/* Regions lie between the spaces of one line; the last ends with it. */
static bool s_regions_scan(scan_t *scan, certificate_t *certificate)
{
    size_t count = 0;
    while (count < CERTIFICATE_REGIONS && scan_region(scan, ' ', certificate->regions[count]))
        count++;
    if (count == CERTIFICATE_REGIONS || !scan_region(scan, '\n', certificate->regions[count]))
        return false;
    certificate->region_count = count + 1;
    return true;
}

/* The name of the line that is wrong, or NULL. */
static const char *s_read(scan_t *scan, certificate_t *certificate)
{
    if (!signed_kind_scan(scan, "certificate-1\n", &certificate->drill))
        return "kind";
    if (!scan_uuid(scan, '\n', &certificate->certificate))
        return "certificate";
    if (!scan_node(scan, '\n', certificate->node))
        return "node";
    if (!s_regions_scan(scan, certificate))
        return "regions";
    if (!scan_curve(scan, '\n', certificate->curve))
        return "curve";
    if (!scan_hex(scan, '\n', KEY_BYTES, certificate->signing))
        return "signing";
    if (!scan_hex(scan, '\n', KEY_BYTES, certificate->sealing))
        return "sealing";
    if (!scan_instant(scan, '\n', certificate->from))
        return "from";
    if (!scan_instant(scan, '\n', certificate->to) || strcmp(certificate->from, certificate->to) >= 0)
        return "to";
    if (!scan_hex(scan, '\n', HASH_BYTES, certificate->replaces.bytes))
        return "replaces";
    if (!signed_issuer_scan(scan, certificate->issuer))
        return "issuer";
    if (!scan_hex(scan, '\n', HASH_BYTES, certificate->key.bytes))
        return "key";
    return scan->at == scan->end ? NULL : "end";
}

status_t certificate_read(const char *text, size_t length, certificate_t *ret_certificate,
                          problem_t *ret_problem)
{
    certificate_t certificate;
    memset(&certificate, 0, sizeof certificate);
    scan_t scan = {text, text + length};
    const char *bad = s_read(&scan, &certificate);
    if (bad)
        return problem_set(ret_problem, ST_INVALID, "certificate.form", bad,
                           "the line \"%s\" of the certificate is malformed", bad);
    *ret_certificate = certificate;
    return ST_OK;
}
