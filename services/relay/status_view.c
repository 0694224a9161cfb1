/* status_view - what only the running relay knows, added to the reply of relay_status */
#include <string.h>

#include "check.h"
#include "peer.h"
#include "sink.h"
#include "source.h"
#include "status_view.h"
#include "uplink.h"

static const char *const kinds[] = {"daemon", "child", "parent", "tail"};

static const link_hello_t *s_hello(const peer_t *peer)
{
    return peer->source ? source_hello(peer->source) : NULL;
}

/* Per lane: what it has acknowledged of this journal, and what this node has taken of its. */
static json_t *s_lanes(const relay_t *relay, const peer_t *peer)
{
    json_t *lanes = json_object();
    for (int lane = 0; lane < LANES; lane++) {
        json_t *one = json_object();
        if (peer->source) {
            int64_t to = source_acknowledged(peer->source, (lane_t)lane);
            json_object_set_new(one, "to", json_integer(to));
            json_object_set_new(one, "to_behind", json_integer(relay->head.leaf - to));
        }
        if (peer->sink) {
            int64_t from = sink_cursor(peer->sink, (lane_t)lane), head = sink_head(peer->sink);
            json_object_set_new(one, "from", json_integer(from));
            json_object_set_new(one, "from_behind", json_integer(head > from ? head - from : 0));
        }
        json_object_set_new(lanes, lane_word((lane_t)lane), one);
    }
    return lanes;
}

static json_t *s_peer(const relay_t *relay, const peer_t *peer)
{
    int64_t now = clock_monotonic(),
            next = peer->kind == PEER_PARENT ? uplink_next_attempt(relay->uplink) : 0;
    json_t *json = json_pack(
        "{s:s, s:s, s:s, s:b, s:I, s:s, s:o}", "peer", peer->name, "kind", kinds[peer->kind], "node",
        peer->node, "connected", (int)(peer->connected && (peer->source || peer->sink)), "heard_ms",
        (json_int_t)(now - peer->heard), "error", peer->error, "lanes", s_lanes(relay, peer));
    CHECK(json);
    if (s_hello(peer))
        json_object_set_new(json, "release", json_string(s_hello(peer)->release));
    if (next > now)
        json_object_set_new(json, "next_attempt_ms", json_integer(next - now));
    return json;
}

status_t status_view(serve_t *serve, call_t *call)
{
    const relay_t *relay = serve_own(serve);
    json_t *links = json_array();
    for (const peer_t *peer = peers_first(relay->peers); peer; peer = peer->next)
        json_array_append_new(links, s_peer(relay, peer));
    json_object_set_new(call->data, "region", json_string(relay->region));
    json_object_set_new(call->data, "drill", json_boolean(relay->drill));
    json_object_set_new(call->data, "release", json_string(SINERGI_VERSION));
    json_object_set_new(call->data, "leading", json_boolean(relay->leading));
    json_object_set_new(call->data, "window_bytes", json_integer((json_int_t)window_bytes(relay->window)));
    json_object_set_new(call->data, "links", links);
    return ST_OK;
}
