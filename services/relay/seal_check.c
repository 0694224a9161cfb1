/* seal_check - does a neighbour remember this node's journal as its database does? */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "log.h"
#include "opening.h"
#include "seal_check.h"
#include "witness.h"

typedef struct {
    relay_t *relay;
    char peer[NODE_NAME_TEXT];
    link_cursor_t cursor;
} question_t;

void seal_check_prepare(const relay_t *relay)
{
    relay_prepare(relay, relay->reader, "seal_hash", "text,uuid,bigint");
}

/* The neighbour is told too: it holds what proves it. */
static void s_refuse(relay_t *relay, const char *node)
{
    problem_t problem;
    problem_set(&problem, ST_CONFLICT, "node.contradicted", "/lanes",
                "this node's database has another seal under that number");
    char *json = link_refused_json(&problem);
    for (peer_t *peer = peers_first(relay->peers); peer; peer = peer->next)
        if ((peer->kind == PEER_CHILD || peer->kind == PEER_PARENT) && strcmp(peer->node, node) == 0)
            peer_send(peer, LINK_REFUSED, json, NULL, 0);
    free(json);
}

static void s_answer(void *argument, const PGresult *result)
{
    question_t *question = argument;
    bool known = result && PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1;
    if (known && strcmp(PQgetvalue(result, 0, 0), question->cursor.sealhash) != 0) {
        log_error("seal_contradicted", "peer", question->peer, "seal", log_number(question->cursor.seal),
                  "why",
                  "a neighbour holds another seal of this node under this number: the database is not the "
                  "one it was served from",
                  NULL);
        witness_contradicted(
            question->relay->witness, question->relay->node, question->peer, &question->cursor,
            "A neighbour holds another seal of this node: the database is not the one it was "
            "served from.");
        s_refuse(question->relay, question->peer);
        opening_behind(question->relay->opening, &question->cursor);
    }
    free(question);
}

void seal_check(relay_t *relay, const char *peer, const link_hello_t *hello)
{
    char epoch[UUID_TEXT];
    uuid_text(&relay->head.epoch, epoch);
    db_parameters_t *parameters = db_parameters_new();
    for (int lane = 0; lane < LANES; lane++) {
        const link_cursor_t *cursor = &hello->lanes[lane];
        if (cursor->seal == 0 || strcmp(cursor->epoch, epoch) != 0 || !db_ready(relay->reader))
            continue;
        question_t *question = calloc(1, sizeof *question);
        CHECK(question);
        *question = (question_t){.relay = relay, .cursor = *cursor};
        snprintf(question->peer, sizeof question->peer, "%s", peer);
        db_parameters_clear(parameters);
        db_text(parameters, relay->node);
        db_text(parameters, epoch);
        db_number(parameters, cursor->seal);
        db_run(relay->reader, "seal_hash", parameters, s_answer, question);
        db_sync(relay->reader);
    }
    db_parameters_destroy(&parameters);
}
