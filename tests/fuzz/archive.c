/* archive - any bytes as an archive: read within bounds, believed in nothing that is not signed
 *
 * shows: law-11 U8
 * cost: cpu 20
 * area: trust
 */
#include <stdio.h>

#include "archive.h"
#include "check.h"
#include "hex.h"

/* Root of proto/examples. */
#define ROOT "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The whole file through the check, which stops at the first item that does not count. */
static void s_items(archive_reader_t *reader, archive_check_t *check)
{
    archive_item_t item;
    problem_t problem = {0};
    int64_t events = 0, leaves = 0;
    archive_check_start(check, archive_reader_header(reader));
    while (archive_reader_next(reader, &item)) {
        events += item.kind == ARCHIVE_EVENT;
        leaves += item.kind == ARCHIVE_LEAF;
        status_t status = archive_check_take(check, &item, &problem);
        if (status != ST_OK) {
            CHECK(problem.code[0] && problem.status == status);
            return;
        }
    }
    const problem_t *malformed = archive_reader_problem(reader);
    CHECK(!malformed || malformed->code[0]);
    CHECK(events >= 0 && leaves >= 0);
    if (!malformed)
        CHECK(archive_check_end(check, &problem) == ST_OK || problem.code[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t root[KEY_BYTES];
    problem_t problem = {0};
    CHECK(hex_decode(ROOT, 2 * KEY_BYTES, root));
    if (size == 0)
        return 0;
    FILE *file = fmemopen((void *)(uintptr_t)data, size, "r");
    CHECK(file);
    archive_reader_t *reader = archive_reader_new();
    archive_check_t *check = archive_check_new(root, false);
    status_t status = archive_reader_open(reader, file, &problem);
    CHECK(status == ST_OK || (status == ST_INVALID && problem.code[0]));
    if (status == ST_OK)
        s_items(reader, check);
    archive_check_destroy(&check);
    archive_reader_destroy(&reader);
    fclose(file);
    return 0;
}
