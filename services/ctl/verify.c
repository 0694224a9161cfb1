/* verify - check a node's whole journal with nothing but the root's key: `sinergi verify`
 *
 * Leaves are dense and each hash is its event's; the node's seals cover them in order, each naming the one
 * before, each with the root over its leaves and a signature under a certificate that counts; each received
 * event has a path to its origin's seal, whose signature and certificate count and speak for the event's
 * region. The first wrong row is named and ends the check.
 */
#include <stdlib.h>
#include <string.h>

#include "admission.h"
#include "check.h"
#include "ctl.h"
#include "log.h"
#include "node.h"
#include "verify_seals.h"

enum { PAGE = 5000 };

typedef struct {
    PGconn *connection;
    node_config_t *node;
    tree_t tree;
    certificates_t *certificates;
    seals_t *seals;
    int64_t leaves, received, up, down; /* seen so far; up and down of this epoch */
    size_t filled;                      /* leaves of the seal at hand */
    hash_t run[LIMIT_SEAL_LEAVES];
    merkle_t *merkle;
} verify_t;

static void s_wrong(const verify_t *self, const char *format, ...)
    __attribute__((noreturn, format(printf, 2, 3)));
static void s_wrong(const verify_t *self, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *sentence = NULL;
    if (vasprintf(&sentence, format, arguments) < 0)
        fatal("out of memory");
    va_end(arguments);
    printf("node %s: WRONG: %s\n", self->node->name, sentence);
    exit(EXIT_CONFLICT);
}

static PGresult *s_rows(const verify_t *self, const char *sql, int64_t after)
{
    char number[24];
    snprintf(number, sizeof number, "%lld", (long long)after);
    const char *values[] = {number};
    PGresult *result =
        PQexecParams(self->connection, sql, strstr(sql, "$1") ? 1 : 0, NULL, values, NULL, NULL, 0);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        fatal("verify: %s", PQerrorMessage(self->connection));
    return result;
}

static int64_t s_number(const char *column)
{
    return number_of("a column of the journal", column);
}

/* Certificates stand in any order: those whose issuer is not known yet are tried again while any was taken.
 */
static void s_certificates(verify_t *self)
{
    char path[1024];
    problem_t problem;
    snprintf(path, sizeof path, "%s/tree.json", getenv("SINERGI_DIR"));
    if (tree_load(path, &self->tree, &problem) != ST_OK)
        fatal("verify: %s", problem.why);
    self->certificates = certificates_new(self->tree.root, self->tree.drill);
    PGresult *rows =
        s_rows(self, "SELECT text, encode(signature, 'hex') FROM audit.certificate ORDER BY valid_from", 0);
    size_t before;
    do {
        before = certificates_count(self->certificates);
        for (int row = 0; row < PQntuples(rows); row++) {
            signature_t signature;
            const char *text = PQgetvalue(rows, row, 0);
            hex_decode(PQgetvalue(rows, row, 1), 2 * SIGNATURE_BYTES, signature.bytes);
            status_t status = certificates_add(self->certificates, text, strlen(text), &signature, &problem);
            if (status == ST_DENIED || status == ST_INVALID)
                s_wrong(self, "a certificate does not count: %s", problem.why);
        }
    } while (certificates_count(self->certificates) > before);
    PQclear(rows);
}

/* The leaves of one seal of this node are together: root, counts and place must be its own. */
static void s_seal_close(verify_t *self, const seal_t *seal)
{
    merkle_build(self->merkle, self->run, self->filled);
    hash_t root = merkle_root(self->merkle);
    if (!hash_same(&root, &seal->root))
        s_wrong(self, "seal %lld: its root is not that of leaves %lld to %lld", (long long)seal->number,
                (long long)seal->first, (long long)(seal->first + seal->count - 1));
    if (seal->up != self->up || seal->down != self->down)
        s_wrong(self, "seal %lld: it counts %lld events up and %lld down, the journal holds %lld and %lld",
                (long long)seal->number, (long long)seal->up, (long long)seal->down, (long long)self->up,
                (long long)self->down);
    self->filled = 0;
}

static void s_received(verify_t *self, const PGresult *rows, int row, const hash_t *leaf)
{
    const char *id = PQgetvalue(rows, row, 1), *region = PQgetvalue(rows, row, 5);
    if (PQgetisnull(rows, row, 7))
        s_wrong(self, "event %s of node %s has no proof", id, PQgetvalue(rows, row, 4));
    const verified_seal_t *seal = seals_find(self->seals, PQgetvalue(rows, row, 7), PQgetvalue(rows, row, 8),
                                             s_number(PQgetvalue(rows, row, 9)));
    if (!seal)
        s_wrong(self, "event %s: the seal %s of node %s that proves it is not here", id,
                PQgetvalue(rows, row, 9), PQgetvalue(rows, row, 7));
    hash_t path[MERKLE_PATH_MOST], root;
    size_t length = strlen(PQgetvalue(rows, row, 11)) / (2 * HASH_BYTES);
    if (length > MERKLE_PATH_MOST || !hex_decode(PQgetvalue(rows, row, 11), length * 2 * HASH_BYTES, path) ||
        !merkle_climb(s_number(PQgetvalue(rows, row, 10)), seal->seal.count, leaf, path, length, &root) ||
        !hash_same(&root, &seal->seal.root))
        s_wrong(self, "event %s: its path does not lead to seal %lld of node %s", id,
                (long long)seal->seal.number, seal->seal.node);
    if (strcmp(PQgetvalue(rows, row, 4), seal->seal.node) != 0)
        s_wrong(self, "event %s says it is of node %s, its seal is of %s", id, PQgetvalue(rows, row, 4),
                seal->seal.node);
    bool behalf = *PQgetvalue(rows, row, 12);
    if (!behalf && !certificates_find(self->certificates, seal->seal.node, &seal->seal.key, region))
        s_wrong(self, "event %s: node %s has no certificate for region %s", id, seal->seal.node, region);
    self->received++;
}

static void s_leaf(verify_t *self, const PGresult *rows, int row)
{
    const char *id = PQgetvalue(rows, row, 1), *body = PQgetvalue(rows, row, 6),
               *route = PQgetvalue(rows, row, 3);
    int64_t leaf = s_number(PQgetvalue(rows, row, 0));
    if (leaf != self->leaves + 1)
        s_wrong(self, "leaf %lld is missing", (long long)self->leaves + 1);
    hash_t stored, hash = merkle_leaf(body, strlen(body));
    if (!hash_of_text(PQgetvalue(rows, row, 2), 2 * HASH_BYTES, &stored) || !hash_same(&hash, &stored))
        s_wrong(self, "leaf %lld, event %s: its bytes are not those that were sealed", (long long)leaf, id);
    const verified_seal_t *seal = seals_covering(self->seals, leaf);
    if (!seal)
        s_wrong(self, "leaf %lld, event %s: no seal of this node covers it", (long long)leaf, id);
    if (self->filled == 0 && seal->epoch_begins)
        self->up = self->down = 0;
    bool own = strcmp(PQgetvalue(rows, row, 4), self->node->name) == 0;
    if (own && PQgetisnull(rows, row, 7)) {
        self->up += strncmp(route, "root ", 5) == 0;
        self->down += strstr(route, " subtree") != NULL;
    }
    self->run[self->filled++] = hash;
    self->leaves++;
    if (!own)
        s_received(self, rows, row, &hash);
    if (leaf == seal->seal.first + seal->seal.count - 1)
        s_seal_close(self, &seal->seal);
}

static void s_leaves(verify_t *self)
{
    static const char sql[] =
        "SELECT l.leaf, l.id, encode(l.hash, 'hex'), l.route, e.source, e.region, e.body, p.node, p.epoch, "
        "p.seal, p.index,"
        " encode(p.path, 'hex'), e.body->>'behalf'"
        " FROM audit.leaf l LEFT JOIN audit.event e ON e.id = l.id LEFT JOIN audit.proof p ON p.id = l.id"
        " WHERE l.leaf > $1 AND l.leaf <= $1 + 5000 ORDER BY l.leaf";
    int64_t before;
    do {
        before = self->leaves;
        PGresult *rows = s_rows(self, sql, self->leaves);
        for (int row = 0; row < PQntuples(rows); row++)
            s_leaf(self, rows, row);
        PQclear(rows);
    } while (self->leaves == before + PAGE);
}

/* What is committed and not yet numbered, and seals that cover more leaves than there are. */
static void s_ends(verify_t *self)
{
    PGresult *rows = s_rows(self, "SELECT max(leaf) FROM audit.leaf", 0);
    if (s_number(PQgetvalue(rows, 0, 0)) != self->leaves)
        s_wrong(self, "leaf %lld is missing", (long long)self->leaves + 1);
    PQclear(rows);
    if (self->filled > 0 || seals_last(self->seals) != self->leaves)
        s_wrong(self, "the seals cover %lld leaves, the journal holds %lld",
                (long long)seals_last(self->seals), (long long)self->leaves);
}

static int s_run(int argc, char **argv)
{
    const char *dir = NULL;
    const option_t options[] = {{"dir", &dir, NULL}, {0}};
    options_take(&command_verify, argc, argv, options);
    dir = node_folder(dir);
    verify_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->node = node_config_of_folder(dir);
    self->connection = database_open("auditor");
    self->merkle = merkle_new();
    PQclear(PQexec(self->connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
    s_certificates(self);
    char why[512];
    self->seals = seals_load(self->connection, self->node->name, self->certificates, why, sizeof why);
    if (!self->seals)
        s_wrong(self, "%s", why);
    s_leaves(self);
    s_ends(self);
    printf("node %s: %lld events (%lld received, each with its origin's proof), %zu seals of %zu nodes' "
           "journals, %zu certificates: all good\n",
           self->node->name, (long long)self->leaves, (long long)self->received, seals_count(self->seals),
           seals_nodes(self->seals), certificates_count(self->certificates));
    seals_destroy(&self->seals);
    certificates_destroy(&self->certificates);
    merkle_destroy(&self->merkle);
    keys_wipe(&self->tree, sizeof self->tree);
    node_config_destroy(&self->node);
    PQfinish(self->connection);
    free(self);
    return EXIT_OK;
}

const command_t command_verify = {
    "verify", "check the node's whole journal, with nothing but the root's key",
    "sinergi verify [--dir DIR]\n\n"
    "Recomputes every event's hash, every seal's root and chain, and checks every signature and certificate "
    "up to the root's key in DIR/tree.json, for the\n"
    "node's own events and for those it received. Reads the audit views as role auditor. Names the first "
    "wrong row and exits 5 if something is wrong.\n",
    s_run};
