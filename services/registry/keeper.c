/* keeper - what the registry does by itself, beside its requests: on a connection of its own, so that no request waits for it */
#include <stdlib.h>

#include "check.h"
#include "log.h"
#include "registry.h"

enum { TICK_MS = 500 };

struct keeper {
    serve_t *serve;
    db_t *db;
    int timer;
    rotation_t *rotation;
    matching_t *matching;
};

char *registry_statement(const serve_t *serve, const char *name)
{
    char path[4096], *text = NULL;
    size_t room = 0;
    snprintf(path, sizeof path, "%s/services/registry/statements/%s.sql", serve_share(serve), name);
    FILE *file = fopen(path, "r");
    if (!file || getdelim(&text, &room, '\0', file) <= 0)
        fatal("%s cannot be read", path);
    fclose(file);
    return text;
}

void registry_prepare(const serve_t *serve, db_t *db, const char *name, const char *types)
{
    char *sql = registry_statement(serve, name);
    db_prepare(db, name, sql, types);
    free(sql);
}

static void s_on_state(void *argument, bool ready)
{
    keeper_t *self = argument;
    if (ready)
        return;
    rotation_lost(self->rotation);
    if (self->matching)
        matching_lost(self->matching);
}

static int s_on_tick(zloop_t *loop, int timer, void *argument)
{
    (void)loop, (void)timer;
    keeper_t *self = argument;
    rotation_tick(self->rotation);
    if (self->matching && db_ready(self->db))
        matching_tick(self->matching);
    return 0;
}

keeper_t *keeper_new(serve_t *serve)
{
    keeper_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->serve = serve;
    self->db = db_new(serve_loop(serve), serve_conninfo(serve), "registry keeper");
    db_option(self->db, "statement_timeout", "30s");
    self->rotation = rotation_new(serve, self->db);
    self->matching = serve_process(serve) == 0 ? matching_new(serve, self->db) : NULL;
    db_start(self->db, s_on_state, self);
    self->timer = zloop_timer(serve_loop(serve), TICK_MS, 0, s_on_tick, self);
    return self;
}

void keeper_destroy(keeper_t **self_p)
{
    keeper_t *self = *self_p;
    if (!self)
        return;
    zloop_timer_end(serve_loop(self->serve), self->timer);
    db_destroy(&self->db);
    rotation_destroy(&self->rotation);
    matching_destroy(&self->matching);
    free(self);
    *self_p = NULL;
}
