/* serve_pieces - a message is one stem: contract, row of the route table and statement are there, all or none */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "log.h"
#include "serve_private.h"

const route_t *serve_route(const serve_t *self, const char *stem)
{
    for (const route_t *route = self->service->routes; route->stem; route++)
        if (strcmp(route->stem, stem) == 0)
            return route;
    return NULL;
}

char *pieces_file(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = NULL;
    size_t room = 0;
    if (!file)
        return NULL;
    ssize_t length = getdelim(&text, &room, '\0', file);
    fclose(file);
    if (length > 0)
        return text;
    free(text);
    return NULL;
}

static void s_prepare(serve_t *self, const contract_t *contract)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/services/%s/sql/%s.sql", self->share, contract->service, contract->stem);
    char *sql = pieces_file(path);
    if (!sql)
        fatal("message %s has no statement: %s cannot be read", contract->stem, path);
    bool many = serve_route(self, contract->stem)->flags & ROUTE_MANY;
    db_prepare(contract->kind == KIND_QUERY ? self->reader : self->db, contract->stem, sql,
               many ? "jsonb[],text[],jsonb[]" : "jsonb,text,jsonb");
    free(sql);
}

static void s_contracts(serve_t *self)
{
    for (const contract_t *contract = NULL; (contract = contracts_next(self->contracts, contract)) != NULL;) {
        if (strcmp(contract->service, self->service->name) != 0 || contract->kind == KIND_EVENT)
            continue;
        if (!serve_route(self, contract->stem))
            fatal("message %s of proto/%s has no row in the route table", contract->stem, contract->service);
        s_prepare(self, contract);
    }
}

static void s_routes(const serve_t *self)
{
    for (const route_t *route = self->service->routes; route->stem; route++) {
        const contract_t *contract = contracts_find(self->contracts, route->stem);
        if (!contract || contract->kind == KIND_EVENT || strcmp(contract->service, self->service->name) != 0)
            fatal("the route table has a row for %s, which has no contract in proto/%s", route->stem,
                  self->service->name);
        if (route->flags & ROUTE_ALONE && !route->reason)
            fatal("message %s runs alone, and its row does not say why", route->stem);
        if (route->flags & ROUTE_MANY && contract->kind != KIND_COMMAND)
            fatal("the row of %s says that many are one call, and it is no command", route->stem);
    }
}

/* on_<event>.sql and fold_<event>.sql name events; NNN_ are migrations; the rest are statements of messages. */
static void s_statement_file(const serve_t *self, const char *file)
{
    const char *dot = strrchr(file, '.');
    if (!dot || strcmp(dot, ".sql") != 0 || (*file >= '0' && *file <= '9'))
        return;
    char stem[256];
    snprintf(stem, sizeof stem, "%.*s", (int)(dot - file), file);
    const char *event = strncmp(stem, "on_", 3) == 0     ? stem + 3
                        : strncmp(stem, "fold_", 5) == 0 ? stem + 5
                                                         : NULL;
    if (event && !contracts_event(self->contracts, event))
        fatal("services/%s/sql/%s: no contract declares the event %s", self->service->name, file, event);
    if (!event && !serve_route(self, stem))
        fatal("services/%s/sql/%s belongs to no message", self->service->name, file);
}

static void s_files(const serve_t *self)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/services/%s/sql", self->share, self->service->name);
    DIR *folder = opendir(path);
    if (!folder)
        fatal("%s cannot be read", path);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        if (*entry->d_name != '.')
            s_statement_file(self, entry->d_name);
    closedir(folder);
}

void pieces_check(serve_t *self)
{
    s_routes(self);
    s_contracts(self);
    s_files(self);
}
