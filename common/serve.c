/* serve - a daemon's start, its loop and its end */
#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "clock.h"
#include "json_pool.h"
#include "log.h"
#include "serve_private.h"

enum { TICK_MS = 200, STOP_MS = 3000 };

int64_t serve_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

static void s_help(const service_t *service)
{
    printf("%s\nSETTINGS\n", service->manual);
    settings_print(stdout, service->settings);
}

static void s_path(const serve_t *self, const char *name, char *ret_path, size_t size)
{
    snprintf(ret_path, size, "%s/%s", self->node->dir, name);
}

static void s_keys(serve_t *self)
{
    char path[NODE_DIR_TEXT + 64];
    problem_t problem;
    struct stat file;
    s_path(self, "keys/curve.json", path, sizeof path);
    if (stat(path, &file) == 0)
        self->keys_at = file.st_mtim;
    if (curve_key_load(path, &self->key, &problem) != ST_OK)
        fatal("%s", problem.why);
    uint8_t public_key[KEY_BYTES], secret_key[KEY_BYTES];
    CHECK(zmq_z85_decode(public_key, self->key.public_key) &&
          zmq_z85_decode(secret_key, self->key.secret_key));
    self->cert = zcert_new_from(public_key, secret_key);
    keys_wipe(secret_key, sizeof secret_key);
    CHECK(self->cert);
}

static bool s_has_personal(const serve_t *self)
{
    for (const contract_t *contract = NULL; (contract = contracts_next(self->contracts, contract)) != NULL;)
        if (contract->personal && strcmp(contract->service, self->service->name) == 0)
            return true;
    return false;
}

/* Only a service whose messages have personal fields reads the keys for them. */
static void s_personal_keys(serve_t *self)
{
    char path[NODE_DIR_TEXT + 64];
    problem_t problem;
    if (!s_has_personal(self))
        return;
    s_path(self, "keys/personal.json", path, sizeof path);
    if (vault_load(path, &self->vault, &problem) != ST_OK)
        fatal("%s", problem.why);
    s_path(self, "tree.json", path, sizeof path);
    if (tree_load(path, &self->tree, &problem) != ST_OK)
        fatal("%s", problem.why);
    s_path(self, "keys/digest.json", path, sizeof path);
    if (digest_key_load(path, &self->digest_key, &problem) != ST_OK)
        fatal("%s", problem.why);
}

static void s_contracts(serve_t *self)
{
    char path[4096], error[1024];
    snprintf(path, sizeof path, "%s/proto", self->share);
    self->contracts = contracts_load(path, error, sizeof error);
    if (!self->contracts)
        fatal("the contracts of %s are not whole: %s", path, error);
    self->request = contracts_envelope(self->contracts, "request");
}

static void s_database(serve_t *self)
{
    char name[128];
    node_config_conninfo(self->node, self->service->name, self->conninfo, sizeof self->conninfo);
    snprintf(name, sizeof name, "%s commands", self->service->name);
    self->db = db_new(self->loop, self->conninfo, name);
    db_option(self->db, "statement_timeout", "2s");
    db_option(self->db, "lock_timeout", "500ms");
    db_option(self->db, "idle_in_transaction_session_timeout", "60s");
    db_option_plans(self->db);
    snprintf(name, sizeof name, "%s queries", self->service->name);
    self->reader = db_new(self->loop, self->conninfo, name);
    db_option(self->reader, "statement_timeout", "5s");
    db_option(self->reader, "default_transaction_read_only", "on");
    self->directory = directory_new(self->node->name, self->node->region, self->key.public_key);
}

static void s_parts(serve_t *self)
{
    self->refusals = refusals_new(self);
    self->batch = batch_new(self);
    self->queries = queries_new(self);
    self->timers = timers_new(self);
    self->gate = gate_new(self);
    batch_prepare(self->batch);
    queries_prepare(self->queries);
    refusals_prepare(self->refusals);
    timers_prepare(self->timers);
    directory_prepare(self->directory, self->reader);
    pieces_check(self);
}

void serve_go_on(serve_t *self)
{
    queries_go_on(self->queries);
    batch_go_on(self->batch);
}

static void s_start_parts(serve_t *self)
{
    self->started = true;
    self->zap = zap_new(self);
    if (self->service->start)
        self->service->start(self);
    gate_open(self->gate);
    serve_follow_start(self);
    log_info("ready", "node", self->node->name, "region", self->node->region, "release", SINERGI_VERSION,
             "process", log_number(self->process), NULL);
}

void serve_directory_loaded(serve_t *self)
{
    if (!self->started)
        s_start_parts(self);
    else if (self->service->directory_changed)
        self->service->directory_changed(self);
    serve_follow_regions(self);
}

static void s_on_directory(void *argument, bool ok)
{
    serve_t *self = argument;
    self->reloading = false;
    if (!ok)
        return; /* the reader was lost; it loads again when it is back */
    serve_directory_loaded(self);
    batch_recheck(self->batch);
    queries_recheck(self->queries);
    serve_go_on(self);
}

void serve_reload(serve_t *self)
{
    if (self->reloading || !db_ready(self->reader))
        return;
    self->reloading = true;
    directory_load(self->directory, self->reader, s_on_directory, self);
}

static void s_on_reader(void *argument, bool ready)
{
    serve_t *self = argument;
    if (ready)
        serve_reload(self);
}

static void s_on_db(void *argument, bool ready)
{
    serve_t *self = argument;
    if (!ready)
        batch_lost(self->batch);
    else if (self->started)
        serve_go_on(self);
}

static void s_stop(serve_t *self);

void serve_restart(serve_t *self)
{
    if (self->stopping)
        return;
    self->restarting = true;
    s_stop(self);
}

/* A rotation has put other keys into the file (README.md of the relay). */
static void s_watch_keys(serve_t *self)
{
    char path[NODE_DIR_TEXT + 64];
    struct stat now;
    s_path(self, "keys/curve.json", path, sizeof path);
    if (stat(path, &now) != 0 ||
        (now.st_mtim.tv_sec == self->keys_at.tv_sec && now.st_mtim.tv_nsec == self->keys_at.tv_nsec))
        return;
    curve_key_t key;
    if (curve_key_load(path, &key, NULL) != ST_OK)
        return;
    self->keys_at = now.st_mtim;
    bool other = strcmp(key.public_key, self->key.public_key) != 0;
    keys_wipe(&key, sizeof key);
    if (other) {
        log_info("keys_changed", "why",
                 "the node's keys were rotated: this daemon begins anew with the new ones", NULL);
        serve_restart(self);
    }
}

static int s_on_tick(zloop_t *loop, int timer, void *argument)
{
    (void)loop, (void)timer;
    serve_t *self = argument;
    s_watch_keys(self);
    queries_tick(self->queries);
    batch_tick(self->batch);
    if (self->started) {
        timers_tick(self->timers);
        serve_go_on(self);
    }
    return 0;
}

/* Everything that was begun or taken is answered: the process may end. */
static int s_on_stop_tick(zloop_t *loop, int timer, void *argument)
{
    (void)loop, (void)timer;
    serve_t *self = argument;
    bool idle = !batch_busy(self->batch) && !batch_waiting(self->batch) && !queries_waiting(self->queries);
    return idle ? -1 : 0;
}

static int s_on_stop_deadline(zloop_t *loop, int timer, void *argument)
{
    (void)loop, (void)timer, (void)argument;
    return -1;
}

static void s_stop(serve_t *self)
{
    log_info("stopping", NULL);
    self->stopping = true;
    if (self->started) {
        gate_close(self->gate);
        queries_stop(self->queries);
        batch_stop(self->batch);
        serve_go_on(self);
    }
    zloop_timer(self->loop, 10, 0, s_on_stop_tick, self);
    zloop_timer(self->loop, STOP_MS, 1, s_on_stop_deadline, self);
}

static int s_on_signal(zloop_t *loop, zmq_pollitem_t *item, void *argument)
{
    (void)loop;
    serve_t *self = argument;
    struct signalfd_siginfo signal_info;
    if (read(item->fd, &signal_info, sizeof signal_info) < 0)
        return 0;
    self->restarting = false; /* who ends it means it */
    if (self->stopping)
        return 0;
    if (!self->started) {
        log_info("stopping", NULL);
        return -1;
    }
    s_stop(self);
    return 0;
}

/* Blocked before any thread of ZeroMQ begins, so that the loop alone hears them. */
static int s_signals(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    int descriptor = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    CHECK(descriptor >= 0);
    return descriptor;
}

static void s_open(serve_t *self)
{
    self->node = node_config_of_folder(settings_get("SINERGI_DIR"));
    self->share = share_folder();
    self->process = (int)settings_number("SINERGI_PROCESS", 0, 63);
    self->rebuild = settings_number("SINERGI_REBUILD", 0, 1) == 1;
    clock_open(self->node->dir, self->node->drill);
    s_keys(self);
    s_contracts(self);
    s_personal_keys(self);
    self->loop = zloop_new();
    CHECK(self->loop);
    s_database(self);
    s_parts(self);
}

static void s_close(serve_t *self)
{
    if (self->service->stop && self->started)
        self->service->stop(self);
    follow_destroy(&self->follow);
    gate_destroy(&self->gate);
    zap_destroy(&self->zap);
    batch_destroy(&self->batch);
    queries_destroy(&self->queries);
    timers_destroy(&self->timers);
    refusals_destroy(&self->refusals);
    db_destroy(&self->db);
    db_destroy(&self->reader);
    directory_destroy(&self->directory);
    zloop_destroy(&self->loop);
    contracts_destroy(&self->contracts);
    vault_destroy(&self->vault);
    zcert_destroy(&self->cert);
    node_config_destroy(&self->node);
    keys_wipe(&self->key, sizeof self->key);
    keys_wipe(&self->tree, sizeof self->tree);
    keys_wipe(&self->digest_key, sizeof self->digest_key);
}

int serve(const service_t *service, int argc, char **argv)
{
    static serve_t self;
    json_pool_use();
    log_open(service->name);
    settings_load(service->settings);
    if (argc > 1 && strcmp(argv[1], "--version") == 0)
        return printf("%s " SINERGI_VERSION "\n", service->name) > 0 ? 0 : 1;
    if (argc > 1) {
        s_help(service);
        return strcmp(argv[1], "--help") == 0 ? 0 : 1;
    }
    int signals = s_signals();
    zsys_handler_set(NULL);
    /* many ids are made for each request: random bytes without a system call for each */
    randombytes_set_implementation(&randombytes_internal_implementation);
    CHECK(sodium_init() >= 0);
    self.service = service;
    s_open(&self);
    zmq_pollitem_t item = {.fd = signals, .events = ZMQ_POLLIN};
    CHECK(zloop_poller(self.loop, &item, s_on_signal, &self) == 0);
    zloop_timer(self.loop, TICK_MS, 0, s_on_tick, &self);
    db_start(self.db, s_on_db, &self);
    db_start(self.reader, s_on_reader, &self);
    zloop_start(self.loop);
    log_info("stopped", NULL);
    s_close(&self);
    if (self.restarting) {
        execv("/proc/self/exe", argv);
        fatal("cannot begin anew: %s", strerror(errno));
    }
    return 0;
}
