/* peer_revoked - neighbours whose certificate was revoked: told once more what was sent to all, refused, and forgotten */
#include "link_note.h"
#include "log.h"
#include "peer.h"
#include "source.h"
#include "told.h"
#include "uplink.h"

/* What the node above has said of it has just been sent: it, and those below it, learn it if they want to. */
static void s_cut(peers_t *peers, peer_t *peer, const problem_t *problem)
{
    log_warn("link_cut", "peer", peer->name, "code", problem->code, "why", problem->why, NULL);
    if (peer->kind == PEER_PARENT) {
        uplink_stop(peer->relay->uplink, problem->why);
        return;
    }
    peer_refuse(peer, problem);
    serve_refused(peer->relay->serve, peer->key, "HELLO", problem);
    peers_remove(peers, peer);
}

void peers_cut_revoked(peers_t *self)
{
    for (peer_t *peer = peers_first(self), *next; peer; peer = next) {
        problem_t problem;
        next = peer->next;
        if ((peer->kind == PEER_CHILD || peer->kind == PEER_PARENT) &&
            told_node_revoked(peer->relay, peer->node, &problem))
            s_cut(self, peer, &problem);
    }
}
