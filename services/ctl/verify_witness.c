/* verify_witness - what others say they have seen of journals, and seals that contradict one another */
#include <string.h>

#include "ctl.h"
#include "verify.h"

/* A second seal of one number counts only if its signature does: then its node has forked its journal. */
static void s_contradictions(verify_t *self)
{
    enum { NODE, NUMBER, PEER, TEXT, SIGNATURE, COLUMNS };
    copy_rows_t *rows = copy_rows_new(
        self->connection,
        "SELECT node, number, peer, text, signature FROM audit.contradiction ORDER BY node, number");
    copy_value_t row[COLUMNS];
    char node[NODE_NAME_TEXT], peer[NODE_NAME_TEXT], key[64];
    while (copy_rows_next(rows, row, COLUMNS)) {
        seal_t seal;
        problem_t problem;
        signature_t signature = {{0}};
        if (row[SIGNATURE].length == SIGNATURE_BYTES)
            memcpy(signature.bytes, row[SIGNATURE].bytes, SIGNATURE_BYTES);
        long long number = (long long)copy_number(&row[NUMBER]);
        copy_text(&row[NODE], node, sizeof node);
        copy_text(&row[PEER], peer, sizeof peer);
        snprintf(key, sizeof key, "%s %lld", node, number);
        if (proof_seal(self->certificates, row[TEXT].bytes, (size_t)row[TEXT].length, &signature, &seal,
                       &problem) != ST_OK)
            verify_wrong(self, "relay.contradiction", key, "the second seal does not count: %s", problem.why);
        if (strcmp(node, self->node->name) == 0)
            verify_wrong(self, "relay.contradiction", key,
                         "this node has signed two seals numbered %lld; %s brought the other", number, peer);
        verify_note(self,
                    "node %s has signed two different seals numbered %lld: its journal was forked "
                    "(audit.contradiction)",
                    node, number);
    }
    copy_rows_destroy(&rows);
}

/* Of this node a witness must have seen the seals that are here; of another a difference is that node's fork. */
static void s_witnesses(verify_t *self)
{
    enum { NODE, NUMBER, WITNESS, HELD, COLUMNS };
    copy_rows_t *rows = copy_rows_new(
        self->connection,
        "SELECT w.node, w.number, w.witness, s.hash FROM audit.witness w"
        " LEFT JOIN audit.seal s ON s.node = w.node AND s.epoch = w.epoch AND s.number = w.number"
        " WHERE s.hash IS DISTINCT FROM w.hash AND (s.hash IS NOT NULL OR w.node = (SELECT node FROM "
        "audit.head))"
        " ORDER BY w.node, w.number, w.witness");
    copy_value_t row[COLUMNS];
    char node[NODE_NAME_TEXT], witness[NODE_NAME_TEXT], key[64];
    while (copy_rows_next(rows, row, COLUMNS)) {
        long long number = (long long)copy_number(&row[NUMBER]);
        copy_text(&row[NODE], node, sizeof node);
        copy_text(&row[WITNESS], witness, sizeof witness);
        snprintf(key, sizeof key, "%s %lld", node, number);
        if (strcmp(node, self->node->name) == 0)
            verify_wrong(self, "journal.seal", key, "witness %s has seen another seal numbered %lld than %s",
                         witness, number,
                         copy_is_null(&row[HELD]) ? "this journal, which has none" : "the one that is here");
        verify_note(self, "node %s: witness %s has seen another seal numbered %lld than the one that is here",
                    node, witness, number);
    }
    copy_rows_destroy(&rows);
}

void verify_witness(verify_t *self)
{
    s_contradictions(self);
    s_witnesses(self);
}
