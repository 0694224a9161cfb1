/* link - any bytes as a message of the link: the first byte chooses the word, the rest is its text
 *
 * shows: law-11
 * cost: cpu 20
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "link.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was read can be written, and is then read as the same. */
static void s_hello(const char *text, size_t length)
{
    link_hello_t hello, again;
    if (link_hello_parse(text, length, &hello, NULL) != ST_OK)
        return;
    char *first = link_hello_json(&hello);
    CHECK(link_hello_parse(first, strlen(first), &again, NULL) == ST_OK);
    char *second = link_hello_json(&again);
    CHECK(strcmp(first, second) == 0);
    free(second);
    free(first);
    link_hello_clear(&again);
    link_hello_clear(&hello);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const char *text = (const char *)data + 1;
    union {
        link_welcome_t welcome;
        link_batch_t batch;
        link_ack_t ack;
        problem_t refused;
        int64_t clock;
    } read;
    problem_t problem;
    switch (data[0] % LINK_WORDS) {
    case LINK_HELLO:
        s_hello(text, size - 1);
        break;
    case LINK_WELCOME:
        link_welcome_parse(text, size - 1, &read.welcome, &problem);
        break;
    case LINK_REFUSED:
        link_refused_parse(text, size - 1, &read.refused, &problem);
        break;
    case LINK_BATCH:
        if (link_batch_parse(text, size - 1, &read.batch, &problem) == ST_OK)
            CHECK(read.batch.after < read.batch.upto);
        break;
    case LINK_ACK:
        link_ack_parse(text, size - 1, &read.ack, &problem);
        break;
    default:
        link_clock_parse(text, size - 1, &read.clock, &problem);
    }
    return 0;
}
