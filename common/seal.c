/* seal - the text by which a node binds at most 1,024 leaves of its journal */
#include <inttypes.h>
#include <stdio.h>

#include "check.h"
#include "signed.h"
#include "signed_kind.h"

size_t seal_write(const seal_t *self, char ret_text[SEAL_TEXT])
{
    char epoch[UUID_TEXT], root[HASH_TEXT], previous[HASH_TEXT], key[HASH_TEXT];
    uuid_text(&self->epoch, epoch);
    hash_text(&self->root, root);
    hash_text(&self->previous, previous);
    hash_text(&self->key, key);
    int length = snprintf(ret_text, SEAL_TEXT,
                          "%sseal-1\n%s\n%s\n%" PRId64 "\n%" PRId64 "\n%" PRId64 "\n%s\n%" PRId64 "\n%" PRId64
                          "\n%s\n%s\n%s\n",
                          signed_kind(self->drill), self->node, epoch, self->number, self->first, self->count,
                          root, self->up, self->down, previous, key, self->time);
    seal_t read;
    CHECK(length < SEAL_TEXT && seal_read(ret_text, (size_t)length, &read, NULL) == ST_OK);
    return (size_t)length;
}

static bool s_leaves(const seal_t *seal)
{
    return seal->first >= 1 && seal->count >= 1 && seal->count <= LIMIT_SEAL_LEAVES &&
           seal->first <= INT64_MAX - seal->count;
}

/* The name of the line that is wrong, or NULL. */
static const char *s_read(scan_t *scan, seal_t *seal)
{
    if (!signed_kind_scan(scan, "seal-1\n", &seal->drill))
        return "kind";
    if (!scan_node(scan, '\n', seal->node))
        return "node";
    if (!scan_uuid(scan, '\n', &seal->epoch))
        return "epoch";
    if (!scan_number(scan, '\n', &seal->number) || seal->number < 1)
        return "number";
    if (!scan_number(scan, '\n', &seal->first) || !scan_number(scan, '\n', &seal->count) || !s_leaves(seal))
        return "leaves";
    if (!scan_hex(scan, '\n', HASH_BYTES, seal->root.bytes))
        return "root";
    if (!scan_number(scan, '\n', &seal->up))
        return "up";
    if (!scan_number(scan, '\n', &seal->down))
        return "down";
    if (!scan_hex(scan, '\n', HASH_BYTES, seal->previous.bytes) ||
        (seal->number == 1) != hash_is_zero(&seal->previous))
        return "previous";
    if (!scan_hex(scan, '\n', HASH_BYTES, seal->key.bytes))
        return "key";
    if (!scan_instant(scan, '\n', seal->time))
        return "time";
    return scan->at == scan->end ? NULL : "end";
}

status_t seal_read(const char *text, size_t length, seal_t *ret_seal, problem_t *ret_problem)
{
    seal_t seal;
    scan_t scan = {text, text + length};
    const char *bad = s_read(&scan, &seal);
    if (bad)
        return problem_set(ret_problem, ST_INVALID, "seal.form", bad,
                           "the line \"%s\" of the seal is malformed", bad);
    *ret_seal = seal;
    return ST_OK;
}
