/* serve_admit - is this message a request, and may who sent it say that? Everything that needs no database
 *
 * The order of the checks is the order in which they are told: form before rights, rights before content.
 */
#include <string.h>

#include "clock.h"
#include "limit.h"
#include "message.h"
#include "serve_private.h"

static const char *s_text(const json_t *object, const char *member)
{
    return json_string_value(json_object_get(object, member));
}

/* Who speaks is told by the key of the connection. */
static void s_who(serve_t *self, call_t *call)
{
    const principal_t *principal = directory_principal(self->directory, call->key);
    call->known = principal != NULL;
    if (principal)
        call->principal = *principal;
}

/* Bytes to JSON; the id is taken from whatever can be read, so that the reply finds its request. */
static status_t s_parse(call_t *call)
{
    problem_t problem;
    size_t length = zmq_msg_size(&call->frame);
    if (length > LIMIT_FRAME_BYTES)
        return call_refuse(call, ST_INVALID, "message.too_large", "",
                           "a message is at most 256 KiB, this one is larger");
    if (message_parse_data(zmq_msg_data(&call->frame), length, &call->json, &call->sent, &call->sent_length,
                           &problem) != ST_OK)
        return call_refuse_problem(call, &problem);
    const char *id = s_text(call->json, "id");
    if (id && uuid_of_text(id, strlen(id), &call->id))
        memcpy(call->requestid, id, UUID_TEXT);
    return ST_OK;
}

static status_t s_envelope(serve_t *self, call_t *call)
{
    call->problem_count =
        schema_check_all(self->request, call->json, SCHEMA_CLOSED, call->problems, SCHEMA_PROBLEMS);
    const char *type = s_text(call->json, "type"), *region = s_text(call->json, "region");
    if (call->problem_count) {
        call->decided = true;
        return call->status = ST_INVALID;
    }
    snprintf(call->type, sizeof call->type, "%s", type);
    snprintf(call->region, sizeof call->region, "%s", region ? region : "");
    const char *behalf = s_text(call->json, "behalf");
    snprintf(call->behalf, sizeof call->behalf, "%s", behalf ? behalf : "");
    call->dryrun = json_is_true(json_object_get(call->json, "dryrun"));
    call->body = json_object_get(call->json, "data");
    return ST_OK;
}

static status_t s_principal(call_t *call)
{
    const char *named = s_text(call->json, "principal");
    if (!call->known)
        return call_refuse(call, ST_DENIED, "principal.unknown", "",
                           "the key of this connection is not enrolled here");
    if (call->principal.revoked_at && call->principal.revoked_at <= call->now)
        return call_refuse(call, ST_DENIED, "principal.revoked", "", "the principal was revoked");
    if (call->principal.valid_from > call->now)
        return call_refuse(call, ST_DENIED, "principal.not_started", "",
                           "the principal's time has not begun");
    if (call->principal.valid_to && call->principal.valid_to <= call->now)
        return call_refuse(call, ST_DENIED, "principal.ended", "", "the principal's time has ended");
    if (call->principal.key_to && call->principal.key_to <= call->now)
        return call_refuse(call, ST_DENIED, "principal.key_replaced", "",
                           "the key was replaced and its overlap has ended");
    if (named && strcmp(named, call->principal.principal) != 0)
        return call_refuse(call, ST_DENIED, "principal.other", "/principal",
                           "the message names another principal than the key that speaks");
    return ST_OK;
}

static status_t s_type(serve_t *self, call_t *call)
{
    const contract_t *contract = contracts_find(self->contracts, call->type);
    if (!contract || (contract->kind != KIND_COMMAND && contract->kind != KIND_QUERY))
        return call_refuse(call, ST_MISSING, "message.unknown", "/type", "there is no message of this type");
    if (strcmp(contract->service, self->service->name) != 0)
        return call_refuse(call, ST_MISSING, "message.unknown", "/type",
                           "this is %s; %s takes messages of this type", self->service->name,
                           contract->service);
    call->contract = contract;
    call->route = serve_route(self, contract->stem);
    return ST_OK;
}

static status_t s_id(serve_t *self, call_t *call)
{
    if (uuid_time_ms(&call->id) > call->now + LIMIT_ID_AHEAD_MS)
        return call_refuse(call, ST_INVALID, "message.clock_ahead", "/id",
                           "the id was made more than 24 hours ahead of this node's clock");
    if (memcmp(call->id.bytes, self->floor.bytes, sizeof call->id.bytes) <= 0)
        return call_refuse(call, ST_CONFLICT, "message.too_old", "/id",
                           "the id is older than the replies that are kept");
    return ST_OK;
}

/* A query without a region is about the principal's own, or the node's where that is not served here. */
static status_t s_region(serve_t *self, call_t *call)
{
    bool query = call->contract->kind == KIND_QUERY;
    if (!*call->region && !query)
        return call_refuse(call, ST_INVALID, "region.required", "/region",
                           "a command says which region it is about");
    if (!*call->region) {
        const node_t *own = directory_server(self->directory, call->principal.region);
        bool here = own && strcmp(own->node, self->node->name) == 0;
        snprintf(call->region, sizeof call->region, "%s", here ? call->principal.region : self->node->region);
    }
    if (!directory_region_known(self->directory, call->region))
        return call_refuse(call, ST_MISSING, "region.unknown", "/region",
                           "there is no region with this code");
    const node_t *server = directory_server(self->directory, call->region);
    if (query || *call->behalf || (server && strcmp(server->node, self->node->name) == 0))
        return ST_OK;
    if (server)
        snprintf(call->node, sizeof call->node, "%s", server->node);
    return call_refuse(call, ST_MISSING, "region.elsewhere", "/region",
                       server ? "node %s serves this region"
                              : "no node that is known here (%s is not) serves this region",
                       server ? server->node : self->node->name);
}

static status_t s_behalf(serve_t *self, call_t *call)
{
    if (!call->contract->behalf)
        return call_refuse(call, ST_DENIED, "behalf.not_allowed", "/behalf",
                           "this message is not sent on behalf of another office");
    const grant_t *grant = directory_grant(self->directory, call->behalf);
    if (!grant || strcmp(grant->principal, call->principal.principal) != 0 ||
        strcmp(grant->person, call->principal.person) != 0 || strcmp(grant->node, self->node->name) != 0 ||
        strcmp(call->region, grant->region) != 0)
        return call_refuse(call, ST_DENIED, "behalf.unknown", "/behalf",
                           "there is no such permission to act for this region");
    if (grant->revoked_at || call->now < grant->valid_from || call->now >= grant->valid_to)
        return call_refuse(call, ST_DENIED, "behalf.ended", "/behalf",
                           "the permission to act for this region does not hold now");
    char *const *message = grant->messages;
    while (message && *message && strcmp(*message, call->type) != 0)
        message++;
    if (message && !*message)
        return call_refuse(call, ST_DENIED, "behalf.not_covered", "/behalf",
                           "the permission to act for this region does not cover this message");
    const node_t *server = directory_server(self->directory, call->region);
    call->abroad = !server || strcmp(server->node, self->node->name) != 0;
    if (call->abroad && call->contract->personal) /* its fields would stay here, where nobody may read them */
        return call_refuse(call, ST_DENIED, "behalf.personal", "/behalf",
                           "personal fields are collected by the region's own node alone");
    return ST_OK;
}

static status_t s_scope(serve_t *self, call_t *call)
{
    if (*call->behalf)
        return s_behalf(self, call);
    const char *own = call->principal.region;
    bool inside = call->contract->scope == SCOPE_ANY ||
                  (call->contract->scope == SCOPE_OWN ? strcmp(call->region, own) == 0
                                                      : region_below(call->region, own));
    return inside ? ST_OK
                  : call_refuse(call, ST_DENIED, "scope.outside", "/region",
                                "the region lies outside of what this principal may speak for");
}

static status_t s_rights(serve_t *self, call_t *call)
{
    if (s_principal(call) != ST_OK)
        return call->status;
    if (!call->contract && s_type(self, call) != ST_OK)
        return call->status;
    if (s_id(self, call) != ST_OK || s_region(self, call) != ST_OK)
        return call->status;
    if (!(call->contract->roles & call->principal.roles))
        return call_refuse(call, ST_DENIED, "role.not_allowed", "",
                           "none of the principal's roles may send %s", call->type);
    if (!(call->contract->tiers & directory_region_tier(call->region)))
        return call_refuse(call, ST_DENIED, "tier.not_allowed", "/region",
                           "regions of this tier do not send %s", call->type);
    return s_scope(self, call);
}

static status_t s_content(call_t *call)
{
    call->problem_count =
        schema_check_all(call->contract->request, call->body, SCHEMA_CLOSED, call->problems, SCHEMA_PROBLEMS);
    for (size_t i = 0; i < call->problem_count; i++)
        answer_place(&call->problems[i]);
    if (!call->problem_count)
        return ST_OK;
    call->decided = true;
    return call->status = ST_INVALID;
}

/* The statement's $1, as it was sent if nothing was replaced in it. */
static void s_body(call_t *call)
{
    if (call->sent && !call->contract->personal && !call->route->before)
        buffer_bytes(call->body_bytes, call->sent, call->sent_length);
    else
        buffer_json(call->body_bytes, call->body);
}

/* From now on the body is passed on as bytes, unless a hook looks into it: its values are freed while they are
   still in the processor's cache. */
static void s_forget(call_t *call)
{
    if (call->contract->personal || call->route->before || call->route->after)
        return;
    json_decref(call->json);
    call->json = call->body = NULL;
}

void admit(serve_t *self, call_t *call, bool framed)
{
    s_who(self, call);
    if (!framed)
        call_refuse(call, ST_INVALID, "message.frames", "",
                    "a request is an empty frame and a frame of JSON");
    if (call->decided || s_parse(call) != ST_OK || s_envelope(self, call) != ST_OK ||
        s_rights(self, call) != ST_OK || s_content(call) != ST_OK)
        return;
    const digest_key_t *key = call->contract->personal ? &self->digest_key : NULL;
    call->digest = digest_request(key, zmq_msg_data(&call->frame), zmq_msg_size(&call->frame));
    for (int i = 0; i < CALL_IDS; i++)
        call->ids[i] = uuid_make(call->now);
    if ((call->contract->personal && personal_hide(self, call) != ST_OK) ||
        (call->route->before && call->route->before(self, call) != ST_OK)) {
        answer_place(&call->problems[0]);
        return;
    }
    call->alone = call->route->flags & ROUTE_ALONE || call->dryrun;
    s_body(call);
    s_forget(call);
    admit_context(self, call);
}

void admit_rights(serve_t *self, call_t *call)
{
    if (call->decided || *call->due)
        return;
    s_who(self, call);
    if (s_id(self, call) == ST_OK && s_rights(self, call) == ST_OK)
        admit_context(self, call);
}

static void s_member(buffer_t *to, const char *name, const char *text)
{
    if (!*text)
        return;
    buffer_text(to, ",\"");
    buffer_text(to, name);
    buffer_text(to, "\":\"");
    buffer_text(to, text);
    buffer_text(to, "\"");
}

static void s_roles(buffer_t *to, unsigned roles)
{
    bool first = true;
    buffer_text(to, ",\"roles\":[");
    for (unsigned role = ROLE_CLERK; role <= ROLE_ADMIN; role <<= 1) {
        if (!(roles & role))
            continue;
        buffer_text(to, first ? "\"" : ",\"");
        buffer_text(to, contract_role_word(role));
        buffer_text(to, "\"");
        first = false;
    }
    buffer_text(to, "]");
}

static void s_ids(buffer_t *to, const call_t *call)
{
    char id[UUID_TEXT];
    buffer_text(to, ",\"ids\":[");
    for (int i = 0; i < CALL_IDS; i++) {
        uuid_text(&call->ids[i], id);
        buffer_text(to, i ? ",\"" : "\"");
        buffer_text(to, id);
        buffer_text(to, "\"");
    }
    buffer_text(to, "]");
}

/* Ids, codes, instants and roles have nothing that JSON escapes. */
void admit_context(serve_t *self, call_t *call)
{
    buffer_t *to = call->context;
    char now[CLOCK_TEXT];
    clock_text(call->now, now);
    buffer_clear(to);
    buffer_text(to, "{\"now\":\"");
    buffer_text(to, now);
    buffer_text(to, "\"");
    s_member(to, "node", self->node->name);
    s_member(to, "requestid", call->requestid);
    s_member(to, "due", call->due);
    if (call->known) {
        s_member(to, "principal", call->principal.principal);
        s_member(to, "person", call->principal.person);
        s_member(to, "organisation", call->principal.organisation);
        s_member(to, "region", call->principal.region);
        s_roles(to, call->principal.roles);
    }
    s_member(to, "behalf", call->behalf);
    s_ids(to, call);
    const char *name;
    json_t *value;
    json_object_foreach(call->added, name, value)
    {
        buffer_text(to, ",");
        buffer_quoted(to, name);
        buffer_text(to, ":");
        buffer_json(to, value);
    }
    buffer_text(to, "}");
}
