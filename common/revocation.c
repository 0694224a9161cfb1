/* revocation - the text by which an issuer says from which seal on a certificate counts no more */
#include <inttypes.h>
#include <stdio.h>

#include "check.h"
#include "signed.h"
#include "signed_kind.h"

size_t revocation_write(const revocation_t *self, char ret_text[REVOCATION_TEXT])
{
    char id[UUID_TEXT], epoch[UUID_TEXT], hash[HASH_TEXT], key[HASH_TEXT];
    uuid_text(&self->certificate, id);
    uuid_text(&self->epoch, epoch);
    hash_text(&self->hash, hash);
    hash_text(&self->key, key);
    int length = snprintf(
        ret_text, REVOCATION_TEXT, "%srevocation-1\n%s\n%s\n%s\n%" PRId64 "\n%s\n%s\n%s\n%s\n",
        signed_kind(self->drill), id, self->node, epoch, self->number, hash, self->time, self->issuer, key);
    revocation_t read;
    CHECK(length < REVOCATION_TEXT && revocation_read(ret_text, (size_t)length, &read, NULL) == ST_OK);
    return (size_t)length;
}

/* The name of the line that is wrong, or NULL. */
static const char *s_read(scan_t *scan, revocation_t *revocation)
{
    if (!signed_kind_scan(scan, "revocation-1\n", &revocation->drill))
        return "kind";
    if (!scan_uuid(scan, '\n', &revocation->certificate))
        return "certificate";
    if (!scan_node(scan, '\n', revocation->node))
        return "node";
    if (!scan_uuid(scan, '\n', &revocation->epoch))
        return "epoch";
    if (!scan_number(scan, '\n', &revocation->number))
        return "number";
    if (!scan_hex(scan, '\n', HASH_BYTES, revocation->hash.bytes) ||
        (revocation->number == 0) != hash_is_zero(&revocation->hash))
        return "hash";
    if (!scan_instant(scan, '\n', revocation->time))
        return "time";
    if (!signed_issuer_scan(scan, revocation->issuer))
        return "issuer";
    if (!scan_hex(scan, '\n', HASH_BYTES, revocation->key.bytes))
        return "key";
    return scan->at == scan->end ? NULL : "end";
}

status_t revocation_read(const char *text, size_t length, revocation_t *ret_revocation,
                         problem_t *ret_problem)
{
    revocation_t revocation;
    scan_t scan = {text, text + length};
    const char *bad = s_read(&scan, &revocation);
    if (bad)
        return problem_set(ret_problem, ST_INVALID, "revocation.form", bad,
                           "the line \"%s\" of the revocation is malformed", bad);
    *ret_revocation = revocation;
    return ST_OK;
}
