/* serve_answer - a statement's outcome becomes a status, data and problems, and these the reply's bytes */
#include <string.h>

#include "check.h"
#include "clock.h"
#include "message.h"
#include "serve_private.h"

/* Places of an outcome point into the body; a client reads them in its message. */
void answer_place(problem_t *problem)
{
    char at[sizeof problem->at];
    if (!*problem->at)
        return;
    snprintf(at, sizeof at, "/data%.*s", (int)(sizeof at - 6), problem->at);
    memcpy(problem->at, at, sizeof at);
}

static const char *s_text(const json_t *object, const char *member)
{
    const char *text = json_string_value(json_object_get(object, member));
    return text ? text : "";
}

static void s_refusal(call_t *call, const json_t *outcome, status_t status)
{
    problem_t problem = {.status = status};
    const char *why = s_text(outcome, "why"), *at = s_text(outcome, "at");
    snprintf(problem.code, sizeof problem.code, "%s", s_text(outcome, "code"));
    snprintf(problem.why, sizeof problem.why, "%s", why);
    snprintf(problem.at, sizeof problem.at, "%s", at);
    answer_place(&problem);
    call_refuse_problem(call, &problem);
    call->decided = false; /* it holds only with the transaction that says so */
}

void answer_outcome(call_t *call, const PGresult *result, int rows, int row, int column)
{
    if (rows == 0) {
        call_refuse(call, ST_MISSING, "database.missing", "",
                    "what the request refers to is not recorded here");
        call->decided = false;
        return;
    }
    json_decref(call->outcome);
    call->outcome =
        message_of_database(PQgetvalue(result, row, column), (size_t)PQgetlength(result, row, column));
    const char *word = s_text(call->outcome, "status");
    status_t status = status_of_word(word);
    json_t *data = json_object_get(call->outcome, "data");
    call->data = json_is_object(data) ? data : NULL;
    if (rows > 1 || strcmp(word, status_word(status)) != 0) {
        call->data = NULL;
        call_refuse(call, ST_BROKEN, "outcome.bad", "", "the statement of %s gave no outcome", call->type);
    } else if (status != ST_OK) {
        s_refusal(call, call->outcome, status);
    } else {
        call->status = ST_OK;
    }
}

bool answer_checks(call_t *call)
{
    problem_t problem;
    json_t *empty = call->data ? NULL : json_object();
    status_t status =
        schema_check(call->contract->reply, call->data ? call->data : empty, SCHEMA_OPEN, &problem);
    json_decref(empty);
    if (status == ST_OK)
        return true;
    call->data = NULL;
    call_refuse(call, ST_BROKEN, "reply.bad", "", "the reply of %s is not as its contract says at %s",
                call->type, problem.at);
    return false;
}

static void s_errors(call_t *call)
{
    buffer_t *to = call->reply;
    for (size_t i = 0; i < call->problem_count; i++) {
        const problem_t *problem = &call->problems[i];
        buffer_text(to, i ? ",{\"at\":" : "{\"at\":");
        buffer_quoted(to, problem->at);
        buffer_text(to, ",\"code\":");
        buffer_quoted(to, problem->code);
        buffer_text(to, ",\"why\":");
        buffer_quoted(to, problem->why);
        buffer_text(to, "}");
    }
}

/* The sentence of codes.json where the statement gave none. */
static void s_sentence(serve_t *self, problem_t *problem)
{
    if (*problem->why)
        return;
    const char *sentence = s_text(json_object_get(contracts_codes(self->contracts), problem->code), "en");
    snprintf(problem->why, sizeof problem->why, "%s", *sentence ? sentence : problem->code);
}

static void s_refused(serve_t *self, call_t *call)
{
    buffer_t *to = call->reply;
    s_sentence(self, &call->problems[0]);
    buffer_text(to, "{\"why\":");
    buffer_quoted(to, call->problems[0].why);
    buffer_text(to, ",\"code\":");
    buffer_quoted(to, call->problems[0].code);
    buffer_text(to, ",\"errors\":[");
    s_errors(call);
    buffer_text(to, "]");
    if (*call->node) {
        buffer_text(to, ",\"node\":");
        buffer_quoted(to, call->node);
    }
    const char *name;
    json_t *value;
    json_object_foreach(call->data, name, value)
    {
        if (strcmp(name, "why") == 0 || strcmp(name, "code") == 0 || strcmp(name, "errors") == 0)
            continue;
        buffer_text(to, ",");
        buffer_quoted(to, name);
        buffer_text(to, ":");
        buffer_json(to, value);
    }
    buffer_text(to, "}");
}

static void s_text_member(buffer_t *to, const char *between, const char *text)
{
    buffer_text(to, between);
    buffer_text(to, text);
}

void answer_compose(serve_t *self, call_t *call)
{
    char id[UUID_TEXT], time[CLOCK_TEXT];
    int64_t now = clock_now();
    uuid_id_t own = uuid_make(now);
    uuid_text(&own, id);
    clock_text(now, time);
    buffer_t *to = call->reply;
    buffer_clear(to);
    s_text_member(to, "{\"specversion\":\"1.0\",\"id\":\"", id);
    s_text_member(to, "\",\"source\":\"", self->node->name);
    s_text_member(to, "\",\"type\":\"reply\",\"time\":\"", time);
    s_text_member(to, "\",\"requestid\":\"", call->requestid);
    s_text_member(to, "\",\"status\":\"", status_word(call->status));
    buffer_text(to, "\",\"data\":");
    if (call->status != ST_OK)
        s_refused(self, call);
    else if (call->data)
        buffer_json(to, call->data);
    else
        buffer_text(to, "{}");
    buffer_text(to, "}");
}
