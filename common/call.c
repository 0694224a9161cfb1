/* call - everything that belongs to one request, from its bytes to its reply; made and freed in one place */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "check.h"

enum { KEPT = 1024 }; /* freed calls that wait to be used again */

static call_t *kept;
static int kept_count;

call_t *call_new(void)
{
    call_t *self = kept;
    if (self) {
        kept = self->next;
        kept_count--;
        self->next = NULL;
        return self;
    }
    self = calloc(1, sizeof *self);
    CHECK(self);
    self->body_bytes = buffer_new();
    self->context = buffer_new();
    self->reply = buffer_new();
    return self;
}

static void s_destroy(call_t *self)
{
    buffer_destroy(&self->body_bytes);
    buffer_destroy(&self->context);
    buffer_destroy(&self->reply);
    free(self);
}

void call_free(call_t **self_p)
{
    call_t *self = *self_p;
    if (!self)
        return;
    *self_p = NULL;
    if (self->open) {
        zmq_msg_close(&self->routing);
        zmq_msg_close(&self->frame);
    }
    json_decref(self->json);
    json_decref(self->added);
    json_decref(self->outcome);
    if (kept_count == KEPT) {
        s_destroy(self);
        return;
    }
    buffer_t *body_bytes = self->body_bytes, *context = self->context, *reply = self->reply;
    memset(self, 0, offsetof(call_t, problems));
    buffer_clear(body_bytes);
    buffer_clear(context);
    buffer_clear(reply);
    self->body_bytes = body_bytes;
    self->context = context;
    self->reply = reply;
    self->next = kept;
    kept = self;
    kept_count++;
}

/* A sentence that was cut to its room may end within a character: take the rest of it away. */
static void s_whole(char *text, size_t size)
{
    size_t length = strlen(text);
    if (length + 1 < size)
        return;
    while (length && ((unsigned char)text[length - 1] & 0xc0) == 0x80)
        length--;
    if (length && (unsigned char)text[length - 1] >= 0xc0)
        length--;
    text[length] = '\0';
}

status_t call_refuse(call_t *self, status_t status, const char *code, const char *at, const char *why, ...)
{
    problem_t *problem = &self->problems[0];
    va_list arguments;
    va_start(arguments, why);
    vsnprintf(problem->why, sizeof problem->why, why, arguments);
    va_end(arguments);
    problem->status = status;
    snprintf(problem->code, sizeof problem->code, "%s", code);
    snprintf(problem->at, sizeof problem->at, "%s", at);
    return call_refuse_problem(self, NULL);
}

status_t call_refuse_problem(call_t *self, const problem_t *problem)
{
    if (problem)
        self->problems[0] = *problem;
    s_whole(self->problems[0].why, sizeof self->problems[0].why);
    s_whole(self->problems[0].at, sizeof self->problems[0].at);
    self->problem_count = 1;
    self->decided = true;
    self->status = self->problems[0].status;
    return self->status;
}
