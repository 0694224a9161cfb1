/* peer_revoked - who may not stay: neighbours whose certificate was revoked, tails whose principal was, and who came by a port that is closed */
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

void peers_cut_tails(peers_t *self)
{
    problem_t problem;
    for (peer_t *peer = peers_first(self), *next; peer; peer = next) {
        next = peer->next;
        if (peer_may_stay(peer->relay, peer))
            continue;
        problem_set(&problem, ST_DENIED, "principal.revoked", "",
                    "the principal was revoked, or its key or time has ended");
        peer_refuse(peer, &problem);
        serve_refused(peer->relay->serve, peer->key, "tail", &problem);
        peers_remove(self, peer);
    }
}

void peers_door_closed(peers_t *self, const door_t *door)
{
    for (peer_t *peer = peers_first(self), *next; peer; peer = next) {
        next = peer->next;
        if (door && peer->door == door)
            peers_remove(self, peer);
    }
}
