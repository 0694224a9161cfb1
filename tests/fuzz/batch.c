/* batch - any bytes as a packed batch, and as an unpacked one: refused or read within their bounds
 *
 * shows: law-11
 * cost: cpu 25
 */
#include <string.h>

#include "check.h"
#include "proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void s_read_all(batch_reader_t *reader)
{
    batch_item_t item;
    size_t bytes = 0;
    certificate_t certificate;
    seal_t seal;
    while (batch_reader_next(reader, &item)) {
        for (size_t i = 0; i < item.length; i++)
            bytes += (unsigned char)item.bytes[i] >= 0x20;
        CHECK(item.kind != BATCH_EVENT || bytes >= item.length);
        CHECK(item.path_length <= BATCH_PATH_MOST || item.kind != BATCH_EVENT);
        if (item.kind == BATCH_CERTIFICATE)
            certificate_read(item.bytes, item.length, &certificate, NULL);
        else if (item.kind == BATCH_SEAL)
            seal_read(item.bytes, item.length, &seal, NULL);
    }
    const problem_t *problem = batch_reader_problem(reader);
    CHECK(!problem || problem->code[0]);
}

/* The first byte chooses: even, as it comes from the wire; odd, the text that zstd would give. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static batch_reader_t *reader;
    problem_t problem = {0};
    if (!reader)
        reader = batch_reader_new();
    if (size == 0)
        return 0;
    status_t status = data[0] % 2 ? batch_reader_open_text(reader, (const char *)data + 1, size - 1, &problem)
                                  : batch_reader_open(reader, data + 1, size - 1, &problem);
    CHECK(status == ST_OK || (status == ST_INVALID && problem.code[0]));
    if (status == ST_OK)
        s_read_all(reader);
    return 0;
}
