/* follow - a daemon's follower: its connections, who of several processes follows, and what is done next */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "follow_parts.h"
#include "log.h"

#define PAUSE_FIRST 100 /* ms until a transaction is tried again, doubled each time */
#define PAUSE_MOST 10000
#define ANOTHER_WAIT 1000 /* ms until it is looked again whether another process still follows */

static void s_activate(follow_t *self);

static void s_statements(follow_t *self)
{
    static const struct {
        const char *name, *types;
    } statements[] = {{"follow_try", ""},
                      {"follow_cursors", "text"},
                      {"follow_again", ""},
                      {"follow_count", ""},
                      {"follow_waits", ""},
                      {"follow_lock", "text"},
                      {"follow_directory", ""},
                      {"follow_applied", "text[]"},
                      {"follow_wake", "text[],bigint"},
                      {"follow_fetch", "text,bigint,bigint,text[],bigint"},
                      {"follow_set_applied", "text[],bigint[]"},
                      {"follow_hold", "uuid[],bigint[],text[],bigint[],text[],json[]"},
                      {"follow_release", "uuid[]"},
                      {"follow_park", "uuid[],bigint[],text[],text[],text[],text[],json[],timestamptz"},
                      {"follow_move", "text,text,bigint"},
                      {"follow_filter", "text,text"}};
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
        follow_statement(&self->config, self->db, statements[i].name, statements[i].types);
    if (self->config.current) { /* there is a directory */
        follow_statement(&self->config, self->db, "follow_grants",
                         "uuid[],text[],text[],uuid[],uuid[],timestamptz[]");
        follow_statement(&self->config, self->db, "follow_grants_come", "");
    }
    db_prepare(self->db, "follow_append", JOURNAL_APPEND_ONCE, JOURNAL_APPEND_TYPES);
}

/* Receipts are the events of kind receipt that any daemon may write. */
static const contract_event_t *s_receipt(const contracts_t *contracts)
{
    for (const contract_t *contract = contracts_next(contracts, NULL); contract;
         contract = contracts_next(contracts, contract))
        for (contract_event_t **event = contract->events; event && *event; event++)
            if (strcmp((*event)->service, "journal") == 0 && (*event)->subject &&
                strcmp((*event)->subject, "/receipt") == 0)
                return *event;
    return NULL;
}

follow_t *follow_new(const follow_config_t *config)
{
    follow_t *self = calloc(1, sizeof *self);
    char name[64], path[64];
    CHECK(self && (config->endpoint == NULL || config->cert));
    self->config = *config;
    snprintf(name, sizeof name, "%s follower", config->service);
    self->db = db_new(config->loop, config->conninfo, name);
    snprintf(path, sizeof path, "%s,public", config->service);
    db_option(self->db, "search_path", path);
    db_option(self->db, "lock_timeout", "5s");
    db_option(self->db, "statement_timeout", "60s");
    db_option_plans(self->db);
    /* what a crash takes back here is followed again; an event made here leaves the node only behind the relay's own commit, which is on disk */
    db_option(self->db, "synchronous_commit", "off");
    follow_types_load(&self->types, config, self->db);
    s_statements(self);
    self->filter = follow_filter_text(&self->types, LANES, 0);
    self->receipt = s_receipt(config->contracts);
    self->parameters = db_parameters_new();
    self->memory = follow_memory_new();
    self->reader = batch_reader_new();
    self->rows = journal_rows_new();
    self->array = buffer_new();
    self->context = buffer_new();
    self->packets = zlistx_new();
    self->wakes = zhashx_new();
    self->regions = json_array();
    self->served = json_array();
    self->wake_most = FOLLOW_WAKE_MOST;
    self->timer = -1;
    self->pause = PAUSE_FIRST;
    self->rebuild_head = -1;
    return self;
}

/* Forget all that is not in the database. */
static void s_drop(follow_t *self)
{
    self->active = self->busy = self->look = false;
    follow_packets_drop(self);
    follow_unit_clear(&self->unit);
    follow_parcel_clear(&self->parcel);
    follow_parcel_clear(&self->woken);
    zhashx_purge(self->wakes);
    self->wake_most = FOLLOW_WAKE_MOST;
    if (self->timer >= 0)
        zloop_timer_end(self->config.loop, self->timer);
    self->timer = -1;
}

void follow_destroy(follow_t **self_p)
{
    follow_t *self = *self_p;
    if (!self)
        return;
    s_drop(self);
    follow_link_close(self);
    db_destroy(&self->db);
    db_parameters_destroy(&self->parameters);
    follow_types_clear(&self->types);
    follow_memory_destroy(&self->memory);
    batch_reader_destroy(&self->reader);
    journal_rows_destroy(&self->rows);
    buffer_destroy(&self->array);
    buffer_destroy(&self->context);
    zlistx_destroy(&self->packets);
    zhashx_destroy(&self->wakes);
    json_decref(self->regions);
    json_decref(self->served);
    free(self->filter);
    free(self);
    *self_p = NULL;
}

void follow_regions(follow_t *self, json_t *regions, json_t *served)
{
    json_incref(regions);
    json_incref(served);
    json_decref(self->regions);
    json_decref(self->served);
    self->regions = regions;
    self->served = served;
}

static int s_on_time(zloop_t *loop, int timer, void *argument)
{
    (void)loop, (void)timer;
    follow_t *self = argument;
    self->timer = -1;
    self->busy = false;
    if (self->active)
        follow_next(self);
    else
        s_activate(self);
    return 0;
}

static void s_wait(follow_t *self, int64_t wait)
{
    self->busy = true;
    self->timer = zloop_timer(self->config.loop, (size_t)wait, 1, s_on_time, self);
}

void follow_pause(follow_t *self)
{
    log_warn("follow", "status", "retry", "code", self->unit.problem.code, "why", self->unit.problem.why,
             "ms", log_number(self->pause), NULL);
    s_wait(self, self->pause + randombytes_uniform((uint32_t)(self->pause / 2) + 1));
    self->pause = self->pause * 2 < PAUSE_MOST ? self->pause * 2 : PAUSE_MOST;
}

void follow_trouble(follow_t *self, const PGresult *result)
{
    db_problem(self->db, result, &self->unit.problem);
    follow_pause(self);
}

void follow_resume(follow_t *self)
{
    self->pause = PAUSE_FIRST;
}

void follow_reload(follow_t *self)
{
    s_drop(self);
    s_wait(self, self->pause);
}

static void s_rebuilt(follow_t *self)
{
    if (!self->config.rebuild || self->rebuilt || self->rebuild_head < 0)
        return;
    for (lane_t lane = 0; lane < LANES; lane++)
        if (self->cursors[lane].cursor < self->rebuild_head)
            return;
    self->rebuilt = true;
    log_info("follow", "rebuilt", self->config.service, "leaf", log_number(self->rebuild_head), NULL);
    if (self->config.rebuilt)
        self->config.rebuilt(self->config.argument);
}

/* What was freed comes first, then what is begun, then what a filter lacks, then what is new. */
void follow_next(follow_t *self)
{
    while (self->active && !self->busy) {
        if (zhashx_size(self->wakes) > 0)
            follow_wake(self);
        else if (self->parcel.range_count > 0)
            follow_parcel_unit(self);
        else if (self->fetch_lane < LANES)
            follow_fetch(self);
        else if (self->look)
            follow_wake_look(self);
        else if (zlistx_size(self->packets) > 0)
            follow_parcel_open(self);
        else
            break;
    }
    if (self->active && !self->busy)
        s_rebuilt(self);
}

static void s_take_cursors(follow_t *self, const PGresult *result)
{
    memset(self->cursors, 0, sizeof self->cursors);
    for (int row = 0; row < PQntuples(result); row++) {
        lane_t lane;
        if (!lane_of_word(PQgetvalue(result, row, 0), &lane))
            continue;
        link_cursor_t *cursor = &self->cursors[lane];
        snprintf(cursor->epoch, sizeof cursor->epoch, "%s", PQgetvalue(result, row, 1));
        cursor->cursor = strtoll(PQgetvalue(result, row, 2), NULL, 10);
        follow_filter_take(&self->types, lane, PQgetvalue(result, row, 3));
    }
}

static bool s_good(follow_t *self, const PGresult *result)
{
    if (!result)
        return false;
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_FATAL_ERROR)
        follow_trouble(self, result);
    return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

static void s_on_cursors(void *argument, const PGresult *result)
{
    follow_t *self = argument;
    if (s_good(self, result))
        s_take_cursors(self, result);
}

static void s_on_again(void *argument, const PGresult *result)
{
    s_good(argument, result);
}

static void s_on_count(void *argument, const PGresult *result)
{
    follow_t *self = argument;
    if (!s_good(self, result))
        return;
    self->held = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    self->look = self->held > 0;
    self->behalf = self->held > 0 && self->config.current;
    self->fetch_lane = 0;
    self->active = true;
    follow_resume(self);
    log_info("follow", "service", self->config.service, "urgent",
             log_number(self->cursors[LANE_URGENT].cursor), "normal",
             log_number(self->cursors[LANE_NORMAL].cursor), "bulk",
             log_number(self->cursors[LANE_BULK].cursor), "held", log_number(self->held), NULL);
    follow_link_open(self);
    follow_next(self);
}

static void s_on_try(void *argument, const PGresult *result)
{
    follow_t *self = argument;
    if (!s_good(self, result))
        return;
    if (strcmp(PQgetvalue(result, 0, 0), "t") != 0) {
        s_wait(self, ANOTHER_WAIT);
        return;
    }
    db_parameters_clear(self->parameters);
    db_text(self->parameters, self->filter);
    db_run(self->db, "follow_cursors", self->parameters, s_on_cursors, self);
    db_parameters_clear(self->parameters);
    db_run(self->db, "follow_again", self->parameters, s_on_again, self);
    db_run(self->db, "follow_count", self->parameters, s_on_count, self);
    db_sync(self->db);
}

/* The lock is this connection's, so that the next process follows as soon as this one is gone. */
static void s_activate(follow_t *self)
{
    db_parameters_clear(self->parameters);
    db_run(self->db, "follow_try", self->parameters, s_on_try, self);
    db_sync(self->db);
}

static void s_on_state(void *argument, bool ready)
{
    follow_t *self = argument;
    s_drop(self);
    if (ready)
        s_activate(self);
}

void follow_start(follow_t *self)
{
    if (follow_wanted(self))
        db_start(self->db, s_on_state, self);
}

const char *const *follow_waited_for(const follow_t *self)
{
    return self->types.waited;
}

bool follow_wanted(const follow_t *self)
{
    return self->types.count > 0;
}

bool follow_active(const follow_t *self)
{
    return self->active;
}

/* What is to be done is begun at once, so that not being busy is having nothing to do. */
bool follow_idle(const follow_t *self)
{
    return self->active && !self->busy;
}

int64_t follow_leaf(const follow_t *self, lane_t lane)
{
    return self->cursors[lane].cursor;
}

size_t follow_open(const follow_t *self)
{
    return zlistx_size(self->packets) + (self->parcel.range_count > 0 && !self->parcel.fetched);
}

int64_t follow_parked(const follow_t *self)
{
    return self->parked;
}
