/* follow_types - which types a service follows: those it has a statement for, and the others of the same
 * kinds of subject */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "follow_parts.h"
#include "log.h"

static char *s_file(const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file)
        fatal("%s: %s", path, strerror(errno));
    buffer_t *buffer = buffer_new();
    char piece[4096];
    size_t length;
    while ((length = fread(piece, 1, sizeof piece, file)) > 0)
        buffer_bytes(buffer, piece, length);
    if (ferror(file) || fclose(file) != 0)
        fatal("%s: cannot be read", path);
    char *text = strdup(buffer->bytes);
    CHECK(text);
    buffer_destroy(&buffer);
    return text;
}

void follow_statement(const follow_config_t *config, db_t *db, const char *name, const char *types)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/common/sql/%s.sql", config->share, name);
    char *sql = s_file(path);
    db_prepare(db, name, sql, types);
    free(sql);
}

/* The kind of a contract's subjects is the last name of its pointer: /directive. */
static void s_kind(const contract_event_t *event, char ret_kind[FOLLOW_KIND_TEXT])
{
    const char *slash = event->subject ? strrchr(event->subject, '/') : NULL;
    snprintf(ret_kind, FOLLOW_KIND_TEXT, "%s", slash ? slash + 1 : "");
}

static follow_type_t *s_find(const follow_types_t *self, const char *type)
{
    for (size_t i = 0; i < self->count; i++)
        if (strcmp(self->types[i].event->type, type) == 0)
            return &self->types[i];
    return NULL;
}

static follow_type_t *s_add(follow_types_t *self, const contract_event_t *event)
{
    follow_type_t *found = s_find(self, event->type);
    if (found)
        return found;
    self->types = realloc(self->types, (self->count + 1) * sizeof *self->types);
    CHECK(self->types);
    follow_type_t *type = &self->types[self->count++];
    memset(type, 0, sizeof *type);
    type->event = event;
    s_kind(event, type->kind);
    return type;
}

/* A file on_<event>.sql or fold_<event>.sql: prepare it. */
static void s_take_file(follow_types_t *self, const follow_config_t *config, db_t *db, const char *folder,
                        const char *file)
{
    bool on = strncmp(file, "on_", 3) == 0, fold = strncmp(file, "fold_", 5) == 0;
    size_t length = strlen(file);
    if ((!on && !fold) || length < 5 || strcmp(file + length - 4, ".sql") != 0)
        return;
    char name[96], path[1200];
    if (length - 4 >= sizeof name)
        fatal("%s/%s: its name is too long", folder, file);
    snprintf(name, sizeof name, "%.*s", (int)(length - 4), file);
    const contract_event_t *event = contracts_event(config->contracts, name + (on ? 3 : 5));
    if (!event)
        fatal("%s/%s: no contract declares the event %s", folder, file, name + (on ? 3 : 5));
    follow_type_t *type = s_add(self, event);
    memcpy(on ? type->on : type->fold, name, sizeof name);
    type->handled = true;
    snprintf(path, sizeof path, "%s/%s", folder, file);
    char *sql = s_file(path);
    db_prepare(db, name, sql, "jsonb,jsonb");
    free(sql);
}

static bool s_kind_followed(const follow_types_t *self, size_t count, const char *kind, size_t length)
{
    for (size_t i = 0; i < count; i++)
        if (length > 0 && strlen(self->types[i].kind) == length &&
            memcmp(self->types[i].kind, kind, length) == 0)
            return true;
    return false;
}

/* A subject's versions have no gap only if every event of its kind is seen. */
static void s_complete(follow_types_t *self, const contracts_t *contracts)
{
    size_t handled = self->count;
    char kind[FOLLOW_KIND_TEXT];
    for (const contract_t *contract = contracts_next(contracts, NULL); contract;
         contract = contracts_next(contracts, contract))
        for (contract_event_t **event = contract->events; event && *event; event++) {
            s_kind(*event, kind);
            if (s_kind_followed(self, handled, kind, strlen(kind)))
                s_add(self, *event);
        }
}

static int s_compare(const void *first, const void *second)
{
    return strcmp(((const follow_type_t *)first)->event->type, ((const follow_type_t *)second)->event->type);
}

void follow_types_load(follow_types_t *self, const follow_config_t *config, db_t *db)
{
    char folder[900];
    snprintf(folder, sizeof folder, "%s/services/%s/sql", config->share, config->service);
    DIR *dir = opendir(folder);
    if (!dir && errno != ENOENT)
        fatal("%s: %s", folder, strerror(errno));
    for (struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir))
        s_take_file(self, config, db, folder, entry->d_name);
    if (dir)
        closedir(dir);
    s_complete(self, config->contracts);
    if (self->count > 1)
        qsort(self->types, self->count, sizeof *self->types, s_compare);
    self->names = calloc(self->count + 1, sizeof *self->names);
    self->waited = calloc(self->count + 1, sizeof *self->waited);
    CHECK(self->names && self->waited);
    for (size_t i = 0, waited = 0; i < self->count; i++) {
        const follow_type_t *type = &self->types[i];
        self->names[i] = type->event->type;
        if (*type->fold || (*type->on && strcmp(type->event->service, config->service) != 0))
            self->waited[waited++] = type->event->type;
    }
}

void follow_types_clear(follow_types_t *self)
{
    free(self->types);
    free(self->names);
    free(self->waited);
    memset(self, 0, sizeof *self);
}

const follow_type_t *follow_types_find(const follow_types_t *self, const char *type)
{
    size_t low = 0, high = self->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(type, self->names[middle]);
        if (order == 0)
            return &self->types[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

bool follow_types_kind(const follow_types_t *self, const char *subject)
{
    return s_kind_followed(self, self->count, subject, strcspn(subject, "/"));
}
