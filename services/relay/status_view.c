/* status_view - what only the running relay knows, added to the reply of relay_status */
#include "check.h"
#include "peer.h"
#include "sink.h"
#include "source.h"
#include "status_view.h"
#include "uplink.h"

static const char *const kinds[] = {"daemon", "child", "parent", "tail"};

static void s_instant(json_t *link, const char *member, int64_t monotonic)
{
    char text[CLOCK_TEXT];
    clock_text(clock_now() + monotonic - clock_monotonic(), text);
    json_object_set_new(link, member, json_string(text));
}

/* One direction of a link: leaves per lane, and how many the slowest is behind the head. */
static json_t *s_link(const relay_t *relay, const peer_t *peer, bool to)
{
    json_t *lanes = json_object();
    int64_t head = to ? relay->head.leaf : sink_head(peer->sink), least = head;
    for (lane_t lane = 0; lane < LANES; lane++) {
        int64_t leaf = to ? source_acknowledged(peer->source, lane) : sink_cursor(peer->sink, lane);
        json_object_set_new(lanes, lane_word(lane), json_integer(leaf));
        least = leaf < least ? leaf : least;
    }
    bool connected = peer->connected && (to || sink_welcomed(peer->sink));
    json_t *link = json_pack("{s:s, s:s, s:s, s:b, s:I, s:o}", "peer", peer->name, "kind", kinds[peer->kind],
                             "direction", to ? "to" : "from", "connected", (int)connected, "behind",
                             (json_int_t)(head - least), "lanes", lanes);
    CHECK(link);
    int64_t next = peer->kind == PEER_PARENT ? uplink_next_attempt(relay->uplink) : 0;
    s_instant(link, "last_contact", peer->heard);
    if (next > clock_monotonic())
        s_instant(link, "next_attempt", next);
    if (peer->error[0])
        json_object_set_new(link, "error", json_string(peer->error));
    if (to)
        json_object_set_new(link, "release", json_string(source_hello(peer->source)->release));
    return link;
}

status_t status_view(serve_t *serve, call_t *call)
{
    const relay_t *relay = serve_own(serve);
    json_t *links = json_array();
    for (const peer_t *peer = peers_first(relay->peers); peer; peer = peer->next) {
        if (peer->source)
            json_array_append_new(links, s_link(relay, peer, true));
        if (peer->sink)
            json_array_append_new(links, s_link(relay, peer, false));
    }
    json_object_set_new(call->data, "region", json_string(relay->region));
    json_object_set_new(call->data, "drill", json_boolean(relay->drill));
    json_object_set_new(call->data, "release", json_string(SINERGI_VERSION));
    json_object_set_new(call->data, "leading", json_boolean(relay->leading));
    json_object_set_new(call->data, "window_bytes", json_integer((json_int_t)window_bytes(relay->window)));
    json_object_set_new(call->data, "links", links);
    return ST_OK;
}
