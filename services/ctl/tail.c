/* tail - follow a node's journal as any follower does, and print each event: `sinergi tail` */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "batch.h"
#include "clock.h"
#include "contract.h"
#include "ctl.h"
#include "follower.h"
#include "log.h"
#include "node.h"

enum { SILENCE_MS = 30000, TICK_MS = 200 };

typedef struct {
    client_t *client;
    follower_t *follower;
    batch_reader_t *reader;
    bool from_now, begun;
    long left; /* events still to print; -1: without end */
} tail_t;

static void s_send(void *argument, link_word_t word, const char *json)
{
    tail_t *self = argument;
    zmsg_t *message = link_message(word, json, NULL, 0);
    zmsg_send(&message, client_socket(self->client));
}

static void s_batch(void *argument, const link_batch_t *batch, const void *packed, size_t length)
{
    tail_t *self = argument;
    problem_t problem;
    batch_item_t item;
    if (batch_reader_open(self->reader, packed, length, &problem) != ST_OK)
        fatal("the relay sent what cannot be read: %s", problem.why);
    while (self->left != 0 && batch_reader_next(self->reader, &item)) {
        if (item.kind != BATCH_EVENT)
            continue;
        fwrite(item.bytes, 1, item.length, stdout);
        putchar('\n');
        self->left -= self->left > 0;
    }
    fflush(stdout);
    follower_committed(self->follower, batch->lane, batch->epoch, batch->upto);
}

/* From now on: the relay tells its head with WELCOME, and the cursors are set there. */
static void s_welcome(void *argument, const link_welcome_t *welcome)
{
    tail_t *self = argument;
    if (!self->from_now || self->begun)
        return;
    self->begun = true;
    link_cursor_t cursors[LANES] = {0};
    for (int lane = 0; lane < LANES; lane++) {
        snprintf(cursors[lane].epoch, sizeof cursors[lane].epoch, "%s", welcome->head ? welcome->epoch : "");
        cursors[lane].cursor = welcome->head;
    }
    follower_reset(self->follower, cursors, clock_monotonic());
}

static void s_refused(void *argument, const problem_t *refused)
{
    (void)argument;
    fatal("the relay refused: %s", refused->why);
}

static void s_reconnect(void *argument)
{
    tail_t *self = argument;
    client_open(self->client);
    follower_hello(self->follower, clock_monotonic());
}

/* The types to follow: those that were named, else every type of proto/. Sorted, each once, ended by NULL. */
static int s_compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char **s_types(int argc, char **argv)
{
    char error[512], proto[1024];
    snprintf(proto, sizeof proto, "%s/proto", share_folder());
    contracts_t *contracts = contracts_load(proto, error, sizeof error);
    if (!contracts)
        fatal("%s", error);
    const char **types = calloc(LINK_TYPES_MOST + 1, sizeof *types);
    size_t count = 0, kept = 0;
    for (int i = 0; i < argc && count < LINK_TYPES_MOST; i++) {
        if (!contracts_event(contracts, argv[i]))
            fatal("tail: no event '%s'; they stand in the contracts: `sinergi schema STEM`", argv[i]);
        types[count++] = argv[i];
    }
    for (const contract_t *contract = NULL;
         argc == 0 && (contract = contracts_next(contracts, contract)) != NULL;)
        for (contract_event_t **event = contract->events; event && *event && count < LINK_TYPES_MOST; event++)
            types[count++] = (*event)->type;
    qsort(types, count, sizeof *types, s_compare);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || strcmp(types[i], types[kept - 1]) != 0)
            types[kept++] = types[i];
    types[kept] = NULL;
    return types;
}

static void s_loop(tail_t *self)
{
    client_open(self->client);
    follower_hello(self->follower, clock_monotonic());
    while (self->left != 0) {
        zmsg_t *message = client_receive(self->client, TICK_MS);
        link_frames_t frames;
        if (message && link_open(message, &frames))
            follower_take(self->follower, &frames, clock_monotonic());
        zmsg_destroy(&message);
        follower_tick(self->follower, clock_monotonic());
    }
}

static int s_run(int argc, char **argv)
{
    const char *dir = NULL, *principal = NULL, *count = NULL;
    bool all = false;
    const option_t options[] = {
        {"dir", &dir, NULL}, {"as", &principal, NULL}, {"count", &count, NULL}, {"all", NULL, &all}, {0}};
    int left = options_take(&command_tail, argc, argv, options);
    dir = node_folder(dir);
    node_config_t *node = node_config_of_folder(dir);
    clock_open(dir, node->drill);
    const char **types = s_types(left, argv);
    char filter[LINK_FILTER_TEXT];
    link_filter(types, filter);
    tail_t self = {.client = client_new(dir, "relay", principal),
                   .reader = batch_reader_new(),
                   .from_now = !all,
                   .left = count ? (long)number_of("--count", count) : -1};
    follower_config_t config = {.node = node->name,
                                .name = "tail",
                                .release = SINERGI_VERSION,
                                .drill = node->drill,
                                .window = 4,
                                .filter = filter,
                                .types = types,
                                .silence = SILENCE_MS,
                                .clock = clock_now,
                                .send = s_send,
                                .batch = s_batch,
                                .welcome = s_welcome,
                                .refused = s_refused,
                                .reconnect = s_reconnect,
                                .argument = &self};
    self.follower = follower_new(&config);
    s_loop(&self);
    follower_destroy(&self.follower);
    batch_reader_destroy(&self.reader);
    client_destroy(&self.client);
    node_config_destroy(&node);
    free(types);
    return EXIT_OK;
}

const command_t command_tail = {
    "tail", "print the node's events as they come, one a line",
    "sinergi tail [--dir DIR] [--as NAME] [--all] [--count N] [EVENT]...\n\n"
    "Follows the node's journal by the protocol that daemons and neighbours use, from now on, or from the "
    "first leaf by --all; EVENT names types\n"
    "(activity_proposed), without any all are printed. A principal is shown what its roles may read, of the "
    "regions in its subtree. Ends after --count events.\n\n"
    "  sinergi tail --all directive_issued | jq .data.title\n",
    s_run};
