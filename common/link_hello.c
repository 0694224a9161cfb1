/* link_hello - the text of HELLO: who follows, what of the journal, and from where on */
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "check.h"
#include "link_reader.h"

static json_t *s_filter(const link_hello_t *hello)
{
    if (hello->route)
        return json_pack("{s:s, s:b}", "version", hello->filter, "route", 1);
    json_t *types = json_array();
    for (char **type = hello->types; *type; type++)
        json_array_append_new(types, json_string(*type));
    return json_pack("{s:s, s:o}", "version", hello->filter, "types", types);
}

char *link_hello_json(const link_hello_t *hello)
{
    json_t *lanes = json_object();
    for (lane_t lane = 0; lane < LANES; lane++) {
        const link_cursor_t *cursor = &hello->lanes[lane];
        json_t *json =
            json_pack("{s:s, s:I, s:I, s:s}", "epoch", cursor->epoch, "cursor", (json_int_t)cursor->cursor,
                      "seal", (json_int_t)cursor->seal, "sealhash", cursor->sealhash);
        json_object_set_new(lanes, lane_word(lane), json);
    }
    return link_json_text(json_pack(
        "{s:s, s:s, s:s, s:b, s:o, s:b, s:i, s:o, s:o}", "node", hello->node, "name", hello->name, "release",
        hello->release, "drill", (int)hello->drill, "clock", link_json_clock(hello->clock), "proofs",
        (int)hello->proofs, "window", hello->window, "filter", s_filter(hello), "lanes", lanes));
}

static int s_compare(const void *first, const void *second)
{
    return strcmp(*(char *const *)first, *(char *const *)second);
}

static void s_types(link_reader_t *reader, const json_t *array, link_hello_t *hello)
{
    size_t count = json_array_size(array);
    if (!json_is_array(array) || count > LINK_TYPES_MOST) {
        link_reader_refuse(reader, "filter", "has neither route nor a list of types in its bounds");
        return;
    }
    hello->types = calloc(count + 1, sizeof *hello->types);
    CHECK(hello->types);
    for (size_t i = 0; i < count; i++) {
        const json_t *type = json_array_get(array, i);
        size_t length = json_string_length(type);
        if (!json_is_string(type) || length >= LINK_TYPE_TEXT ||
            !link_is_word(json_string_value(type), length)) {
            link_reader_refuse(reader, "filter", "has a type that is none");
            return;
        }
        hello->types[i] = strdup(json_string_value(type));
        CHECK(hello->types[i]);
    }
    qsort(hello->types, count, sizeof *hello->types, s_compare);
    for (size_t i = 1; i < count; i++)
        if (strcmp(hello->types[i - 1], hello->types[i]) == 0)
            link_reader_refuse(reader, "filter", "has a type twice");
}

/* Read what stands in an object within: the reader's object is changed meanwhile. */
static bool s_enter(link_reader_t *reader, json_t *object, const char *member)
{
    json_t *within = reader->status == ST_OK ? json_object_get(object, member) : NULL;
    if (!json_is_object(within))
        link_reader_refuse(reader, member, "is no object");
    reader->json = within;
    return reader->status == ST_OK;
}

static void s_read_filter(link_reader_t *reader, link_hello_t *hello)
{
    json_t *root = reader->json;
    if (s_enter(reader, root, "filter")) {
        link_read_text(reader, "version", link_is_visible, false, hello->filter, sizeof hello->filter);
        hello->route = json_is_true(json_object_get(reader->json, "route"));
        if (reader->status == ST_OK && !hello->route)
            s_types(reader, json_object_get(reader->json, "types"), hello);
    }
    reader->json = root;
}

static void s_read_cursor(link_reader_t *reader, link_cursor_t *cursor)
{
    link_read_text(reader, "epoch", link_is_uuid, true, cursor->epoch, sizeof cursor->epoch);
    link_read_number(reader, "cursor", 0, cursor->epoch[0] ? INT64_MAX : 0, &cursor->cursor);
    link_read_number(reader, "seal", 0, INT64_MAX, &cursor->seal);
    link_read_text(reader, "sealhash", link_is_hash, true, cursor->sealhash, sizeof cursor->sealhash);
    if ((cursor->seal > 0) != (cursor->sealhash[0] != 0))
        link_reader_refuse(reader, "sealhash", "stands without seal, or seal without it");
}

static void s_read_lanes(link_reader_t *reader, link_hello_t *hello)
{
    json_t *root = reader->json;
    if (s_enter(reader, root, "lanes")) {
        json_t *lanes = reader->json;
        for (lane_t lane = 0; lane < LANES; lane++)
            if (s_enter(reader, lanes, lane_word(lane)))
                s_read_cursor(reader, &hello->lanes[lane]);
    }
    reader->json = root;
}

status_t link_hello_parse(const char *bytes, size_t length, link_hello_t *ret_hello, problem_t *problem)
{
    link_reader_t reader;
    link_hello_t hello = {0};
    int64_t window = 0;
    link_reader_open(&reader, bytes, length, problem);
    link_read_text(&reader, "node", node_name_is, false, hello.node, sizeof hello.node);
    link_read_text(&reader, "name", link_is_word, false, hello.name, sizeof hello.name);
    link_read_text(&reader, "release", link_is_visible, false, hello.release, sizeof hello.release);
    link_read_flag(&reader, "drill", &hello.drill);
    link_read_clock(&reader, "clock", &hello.clock);
    link_read_flag(&reader, "proofs", &hello.proofs);
    link_read_number(&reader, "window", 1, LINK_WINDOW_MOST, &window);
    hello.window = (int)window;
    if (reader.status == ST_OK)
        s_read_filter(&reader, &hello);
    if (reader.status == ST_OK)
        s_read_lanes(&reader, &hello);
    if (reader.status == ST_OK)
        *ret_hello = hello;
    else
        link_hello_clear(&hello);
    return link_reader_close(&reader, reader.json);
}

void link_hello_clear(link_hello_t *self)
{
    for (char **type = self->types; type && *type; type++)
        free(*type);
    free(self->types);
    self->types = NULL;
}

bool link_hello_wants(const link_hello_t *self, const char *type)
{
    size_t count = 0;
    while (!self->route && self->types[count])
        count++;
    return self->route || bsearch(&type, self->types, count, sizeof *self->types, s_compare);
}

void link_filter(const char *const *types, char ret_filter[LINK_FILTER_TEXT])
{
    buffer_t *text = buffer_new();
    for (size_t i = 0; types[i]; i++) {
        buffer_text(text, types[i]);
        buffer_text(text, "\n");
    }
    hash_t hash = hash_of(text->bytes, text->length);
    hash_text(&hash, ret_filter);
    buffer_destroy(&text);
}
