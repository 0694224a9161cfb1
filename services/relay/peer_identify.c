/* peer_identify - who speaks with a key: a daemon of this node, a child's relay, a principal with `tail` */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "peer.h"

static char **s_regions_copy(char *const *regions)
{
    size_t count = 0;
    while (regions[count])
        count++;
    char **copy = calloc(count + 1, sizeof(char *));
    CHECK(copy);
    for (size_t i = 0; i < count; i++) {
        copy[i] = strdup(regions[i]);
        CHECK(copy[i]);
    }
    return copy;
}

/* A child whose certificate has come, while the directory does not know it yet: its parent, this node, has signed it. */
static bool s_child_by_certificate(const relay_t *relay, const char *key, peer_t *peer)
{
    for (size_t i = certificates_count(relay->certificates); i > 0; i--) {
        const certificate_t *certificate = &certificates_at(relay->certificates, i - 1)->certificate;
        if (strcmp(certificate->curve, key) != 0 || strcmp(certificate->issuer, relay->node) != 0)
            continue;
        char *regions[CERTIFICATE_REGIONS + 1] = {NULL};
        for (size_t r = 0; r < certificate->region_count; r++)
            regions[r] = (char *)certificate->regions[r];
        peer->kind = PEER_CHILD;
        snprintf(peer->node, sizeof peer->node, "%s", certificate->node);
        peer->regions = s_regions_copy(regions);
        return true;
    }
    return false;
}

static bool s_holds(const principal_t *principal)
{
    int64_t now = clock_now();
    return !(!principal || (principal->revoked_at && principal->revoked_at <= now) ||
             principal->valid_from > now || (principal->valid_to && principal->valid_to <= now) ||
             (principal->key_to && principal->key_to <= now));
}

bool peer_may_stay(const relay_t *relay, const peer_t *peer)
{
    return peer->kind != PEER_TAIL || s_holds(directory_principal(relay->directory, peer->key));
}

static bool s_tail(const relay_t *relay, const char *key, peer_t *peer)
{
    const principal_t *principal = directory_principal(relay->directory, key);
    if (!s_holds(principal))
        return false;
    peer->kind = PEER_TAIL;
    snprintf(peer->node, sizeof peer->node, "%s", relay->node);
    snprintf(peer->name, sizeof peer->name, "tail");
    snprintf(peer->region, sizeof peer->region, "%s", principal->region);
    peer->roles = principal->roles;
    return true;
}

bool peer_identify(const relay_t *relay, const char *key, peer_t *peer)
{
    snprintf(peer->key, sizeof peer->key, "%s", key);
    if (strcmp(key, relay->key) == 0) {
        peer->kind = PEER_LOCAL;
        snprintf(peer->node, sizeof peer->node, "%s", relay->node);
        return true;
    }
    const node_t *node = directory_node_of_key(relay->directory, key);
    if (node && node->live && strcmp(node->parent, relay->node) == 0) {
        peer->kind = PEER_CHILD;
        snprintf(peer->node, sizeof peer->node, "%s", node->node);
        peer->regions = s_regions_copy(node->regions);
    } else if (node || !s_child_by_certificate(relay, key, peer)) {
        return s_tail(relay, key, peer);
    }
    snprintf(peer->name, sizeof peer->name, "%s", peer->node);
    return true;
}
