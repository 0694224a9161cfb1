/* backlog - pages of leaves from the database, for followers that lag behind the window */
#include <stdlib.h>
#include <string.h>

#include "backlog.h"
#include "check.h"
#include "hex.h"
#include "log.h"
#include "source.h"

#define PAGES_MOST 4
#define PAGE_ROWS 512
#define PAGE_LEAVES 65536

typedef struct question {
    source_t *source;
    lane_t lane;
    int64_t after;
    bool proofs;
    struct question *next;
} question_t;

struct backlog {
    relay_t *relay;
    question_t *questions; /* waiting, first come first served */
    question_t *asked;     /* the one that the database is answering */
    page_t *page;          /* its answer, while the paths are missing */
    int64_t limit;         /* last leaf that the page may speak of */
    int held;              /* pages that sources hold */
    merkle_t *tree;
    db_parameters_t *parameters;
    array_t *firsts, *counts;
};

backlog_t *backlog_new(relay_t *relay)
{
    backlog_t *self = calloc(1, sizeof *self);
    CHECK(self);
    self->relay = relay;
    self->tree = merkle_new();
    self->parameters = db_parameters_new();
    self->firsts = array_new(ARRAY_BIGINT);
    self->counts = array_new(ARRAY_BIGINT);
    return self;
}

static void s_page_free(page_t **page_p)
{
    page_t *page = *page_p;
    *page_p = NULL;
    if (!page)
        return;
    for (size_t i = 0; i < page->count; i++)
        entry_destroy(&page->entries[i]);
    free(page->entries);
    free(page);
}

void backlog_destroy(backlog_t **self_p)
{
    backlog_t *self = *self_p;
    *self_p = NULL;
    if (!self)
        return;
    while (self->questions) {
        question_t *question = self->questions;
        self->questions = question->next;
        free(question);
    }
    free(self->asked);
    s_page_free(&self->page);
    merkle_destroy(&self->tree);
    db_parameters_destroy(&self->parameters);
    array_destroy(&self->firsts);
    array_destroy(&self->counts);
    free(self);
}

void backlog_prepare(backlog_t *self)
{
    relay_prepare(self->relay, self->relay->reader, "page", "text,text,bigint,bigint,bigint");
    relay_prepare(self->relay, self->relay->reader, "page_hashes", "bigint[],bigint[]");
}

static void s_next(backlog_t *self);

/* The question is answered, or its source is gone: the next one's turn. */
static void s_answer(backlog_t *self)
{
    question_t *question = self->asked;
    page_t *page = self->page;
    self->asked = NULL;
    self->page = NULL;
    if (question->source) {
        self->held++;
        source_page(question->source, question->lane, page);
    } else {
        s_page_free(&page);
    }
    free(question);
    s_next(self);
}

/* A failure is no answer: the same question is asked again, when the connection is there. */
static bool s_good(backlog_t *self, const PGresult *result)
{
    if (!result)
        return false;
    if (PQresultStatus(result) == PGRES_TUPLES_OK)
        return true;
    const char *why = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    log_error("backlog_failed", "code", db_sqlstate(result), "why", why ? why : "", NULL);
    db_drop(self->relay->reader);
    return false;
}

enum {
    COLUMN_LEAF,
    COLUMN_VIA,
    COLUMN_ID,
    COLUMN_TYPE,
    COLUMN_SOURCE,
    COLUMN_REGION,
    COLUMN_ROUTE,
    COLUMN_BODY,
    COLUMN_INDEX,
    COLUMN_PATH,
    COLUMN_FIRST,
    COLUMN_COUNT,
    COLUMN_TEXT,
    COLUMN_SIGNATURE,
    COLUMN_OWN
};

/* bytea in text form: \x and hexadecimal. */
static bool s_bytes(const PGresult *result, int row, int column, void *to, size_t most, size_t *ret_length)
{
    size_t length = (size_t)PQgetlength(result, row, column);
    if (length < 2 || (length - 2) / 2 > most ||
        !hex_decode(PQgetvalue(result, row, column) + 2, length - 2, to))
        return false;
    *ret_length = (length - 2) / 2;
    return true;
}

static sealed_t *s_sealed(const PGresult *result, int row)
{
    seal_t seal;
    signature_t signature;
    size_t length;
    const char *text = PQgetvalue(result, row, COLUMN_TEXT);
    size_t text_length = (size_t)PQgetlength(result, row, COLUMN_TEXT);
    if (PQgetisnull(result, row, COLUMN_TEXT) || seal_read(text, text_length, &seal, NULL) != ST_OK ||
        !s_bytes(result, row, COLUMN_SIGNATURE, signature.bytes, sizeof signature.bytes, &length))
        return NULL;
    return sealed_new(&seal, text, text_length, &signature);
}

static entry_t *s_entry(const PGresult *result, int row, lane_t lane, const entry_t *before)
{
    uuid_id_t id;
    size_t length = 0;
    if (!uuid_of_text(PQgetvalue(result, row, COLUMN_ID), UUID_TEXT - 1, &id))
        return NULL;
    entry_t *entry =
        entry_new(&id, lane, PQgetvalue(result, row, COLUMN_TYPE), PQgetvalue(result, row, COLUMN_SOURCE),
                  PQgetvalue(result, row, COLUMN_REGION), PQgetvalue(result, row, COLUMN_ROUTE),
                  PQgetvalue(result, row, COLUMN_BODY), (size_t)PQgetlength(result, row, COLUMN_BODY));
    if (!entry)
        return NULL;
    entry->leaf = strtoll(PQgetvalue(result, row, COLUMN_LEAF), NULL, 10);
    snprintf(entry->via, sizeof entry->via, "%s", PQgetvalue(result, row, COLUMN_VIA));
    entry->index = (int)strtol(PQgetvalue(result, row, COLUMN_INDEX), NULL, 10);
    if (s_bytes(result, row, COLUMN_PATH, entry->path, sizeof entry->path, &length))
        entry->path_length = length / HASH_BYTES;
    if (before && before->seal && before->seal->length == (size_t)PQgetlength(result, row, COLUMN_TEXT) &&
        memcmp(before->seal->text, PQgetvalue(result, row, COLUMN_TEXT), before->seal->length) == 0)
        entry->seal = sealed_share(before->seal);
    else
        entry->seal = s_sealed(result, row);
    return entry;
}

/* Which of the node's own seals the page's events stand under, each once; their leaf hashes are asked for. */
static void s_want_hashes(backlog_t *self, const PGresult *result)
{
    int64_t last = 0;
    array_clear(self->firsts);
    array_clear(self->counts);
    for (int row = 0; row < PQntuples(result); row++) {
        int64_t first = strtoll(PQgetvalue(result, row, COLUMN_FIRST), NULL, 10);
        if (strcmp(PQgetvalue(result, row, COLUMN_OWN), "t") != 0 || first == last)
            continue;
        array_number(self->firsts, first);
        array_number(self->counts, strtoll(PQgetvalue(result, row, COLUMN_COUNT), NULL, 10));
        last = first;
    }
}

static void s_paths(backlog_t *self, int64_t first, const hash_t *hashes, size_t count)
{
    if (count == 0 || count > LIMIT_SEAL_LEAVES)
        return;
    merkle_build(self->tree, hashes, count);
    for (size_t i = 0; i < self->page->count; i++) {
        entry_t *entry = self->page->entries[i];
        hash_t path[MERKLE_PATH_MOST];
        if (entry->leaf < first || entry->leaf >= first + (int64_t)count ||
            strcmp(entry->node, self->relay->node) != 0)
            continue;
        entry->path_length = merkle_path(self->tree, (size_t)(entry->leaf - first), path);
        memcpy(entry->path, path, entry->path_length * HASH_BYTES);
    }
}

static void s_hashes(void *argument, const PGresult *result)
{
    backlog_t *self = argument;
    if (!s_good(self, result))
        return;
    static hash_t hashes[LIMIT_SEAL_LEAVES];
    for (int row = 0; row < PQntuples(result); row++) {
        size_t length;
        if (s_bytes(result, row, 1, hashes, sizeof hashes, &length))
            s_paths(self, strtoll(PQgetvalue(result, row, 0), NULL, 10), hashes, length / HASH_BYTES);
    }
    s_answer(self);
}

/* The rows as entries; a leaf whose event is archived is none. A page that was cut short ends at its last row; another at the last leaf that
 * was looked at. */
static void s_rows(void *argument, const PGresult *result)
{
    backlog_t *self = argument;
    if (!s_good(self, result))
        return;
    int rows = PQntuples(result);
    page_t *page = calloc(1, sizeof *page);
    CHECK(page);
    page->entries = calloc((size_t)rows + 1, sizeof(entry_t *));
    CHECK(page->entries);
    for (int row = 0; row < rows; row++) {
        if (PQgetisnull(result, row, COLUMN_ID))
            continue;
        entry_t *entry =
            s_entry(result, row, self->asked->lane, page->count ? page->entries[page->count - 1] : NULL);
        if (entry)
            page->entries[page->count++] = entry;
        else
            log_error("leaf_unreadable", "leaf", PQgetvalue(result, row, COLUMN_LEAF), NULL);
    }
    size_t bytes = 0;
    for (size_t i = 0; i < page->count; i++)
        bytes += page->entries[i]->length;
    bool cut = rows == PAGE_ROWS || bytes >= 4194304;
    page->upto = cut ? strtoll(PQgetvalue(result, rows - 1, COLUMN_LEAF), NULL, 10) : self->limit;
    self->page = page;
    s_want_hashes(self, result);
    if (!self->asked->proofs || array_count(self->firsts) == 0) {
        s_answer(self);
        return;
    }
    db_parameters_clear(self->parameters);
    db_array(self->parameters, self->firsts);
    db_array(self->parameters, self->counts);
    db_run(self->relay->reader, "page_hashes", self->parameters, s_hashes, self);
    db_sync(self->relay->reader);
}

static void s_ask(backlog_t *self)
{
    relay_t *relay = self->relay;
    int64_t most = self->asked->after + PAGE_LEAVES;
    self->limit = most < relay->head.leaf ? most : relay->head.leaf;
    db_parameters_clear(self->parameters);
    db_text(self->parameters, relay->node);
    db_text(self->parameters, lane_word(self->asked->lane));
    db_number(self->parameters, self->asked->after);
    db_number(self->parameters, self->limit - self->asked->after);
    db_number(self->parameters, PAGE_ROWS);
    db_run(relay->reader, "page", self->parameters, s_rows, self);
    db_sync(relay->reader);
}

static void s_next(backlog_t *self)
{
    if (self->asked || !self->questions || self->held >= PAGES_MOST || !db_ready(self->relay->reader))
        return;
    self->asked = self->questions;
    self->questions = self->asked->next;
    s_ask(self);
}

void backlog_ask(backlog_t *self, source_t *source, lane_t lane, int64_t after, bool proofs)
{
    question_t *question = calloc(1, sizeof *question), **last = &self->questions;
    CHECK(question);
    *question = (question_t){source, lane, after, proofs, NULL};
    while (*last)
        last = &(*last)->next;
    *last = question;
    s_next(self);
}

void backlog_forget(backlog_t *self, const source_t *source)
{
    for (question_t **at = &self->questions; *at;) {
        question_t *question = *at;
        if (question->source == source) {
            *at = question->next;
            free(question);
        } else {
            at = &question->next;
        }
    }
    if (self->asked && self->asked->source == source)
        self->asked->source = NULL;
}

void backlog_return(backlog_t *self, page_t **page_p)
{
    s_page_free(page_p);
    self->held--;
    s_next(self);
}

void backlog_ready(backlog_t *self)
{
    if (self->asked) {
        s_page_free(&self->page);
        s_ask(self);
    } else {
        s_next(self);
    }
}

void backlog_lost(backlog_t *self)
{
    s_page_free(&self->page);
}
