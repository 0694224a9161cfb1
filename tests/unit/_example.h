/* _example - a tree of three nodes with fixed keys, certificates, two seals and six events, from which the
 * worked bytes of proto/examples are made */
#ifndef EXAMPLE_H
#define EXAMPLE_H

#include <inttypes.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>
#include <cmocka.h>

#include "hex.h"
#include "proof.h"

#define EXAMPLE_NODES 3
#define EXAMPLE_EVENTS 6 /* five under the first seal, one under the second */
#define EXAMPLE_TIME "2023-02-02T02:00:00.000Z"
#define EXAMPLE_MILLISECONDS 1675303200000

typedef struct {
    const char *name, *region, *issuer;
    uint8_t seed; /* every byte of its secret keys */
    signing_key_t signing;
    certificate_t certificate;
    char text[CERTIFICATE_TEXT];
    size_t length;
    signature_t signature;
} example_node_t;

typedef struct {
    seal_t seal;
    char text[SEAL_TEXT];
    size_t length;
    signature_t signature;
} example_seal_t;

typedef struct {
    bool drill;
    signing_key_t root;
    example_node_t nodes[EXAMPLE_NODES];
    uuid_id_t epoch;
    char events[EXAMPLE_EVENTS][1024];
    example_seal_t seals[2];
    batch_item_t items[EXAMPLE_EVENTS];
} example_t;

/* An id of the example's time that ends with `number`. */
static inline uuid_id_t example_uuid(uint8_t number)
{
    uuid_id_t id = {.bytes = {[6] = 0x70, [8] = 0x80, [15] = number}};
    for (int i = 0; i < 6; i++)
        id.bytes[i] = (uint8_t)((uint64_t)EXAMPLE_MILLISECONDS >> (40 - 8 * i));
    return id;
}

static inline void example_signing(uint8_t seed, signing_key_t *ret_key)
{
    uint8_t bytes[KEY_BYTES];
    memset(bytes, seed, sizeof bytes);
    signing_key_of_seed(bytes, ret_key);
}

/* Public X25519 key of a secret whose bytes are all `seed`; CURVE's is the same in Z85. */
static inline void example_x25519(uint8_t seed, uint8_t ret_public[KEY_BYTES])
{
    uint8_t bytes[KEY_BYTES];
    memset(bytes, seed, sizeof bytes);
    assert_int_equal(crypto_scalarmult_base(ret_public, bytes), 0);
}

/* Write and sign the certificate as its fields stand. */
static inline void example_certify(example_node_t *node, const signing_key_t *issuer)
{
    node->certificate.key = signing_fingerprint(issuer->public_key);
    node->length = certificate_write(&node->certificate, node->text);
    signed_sign(node->text, node->length, issuer, &node->signature);
}

static inline void example_node(example_node_t *node, const signing_key_t *issuer, bool drill)
{
    certificate_t *certificate = &node->certificate;
    uint8_t curve[KEY_BYTES];
    example_signing(node->seed, &node->signing);
    memset(certificate, 0, sizeof *certificate);
    certificate->drill = drill;
    certificate->certificate = example_uuid(node->seed);
    certificate->region_count = 1;
    snprintf(certificate->node, sizeof certificate->node, "%s", node->name);
    snprintf(certificate->regions[0], REGION_TEXT, "%s", node->region);
    snprintf(certificate->issuer, sizeof certificate->issuer, "%s", node->issuer);
    snprintf(certificate->from, INSTANT_TEXT, "2023-01-01T00:00:00.000Z");
    snprintf(certificate->to, INSTANT_TEXT, "2025-01-01T00:00:00.000Z");
    example_x25519((uint8_t)(node->seed + 0x10), curve);
    assert_non_null(zmq_z85_encode(certificate->curve, curve, sizeof curve));
    memcpy(certificate->signing, node->signing.public_key, KEY_BYTES);
    example_x25519((uint8_t)(node->seed + 0x20), certificate->sealing);
    example_certify(node, issuer);
}

static inline void example_event(example_t *self, size_t index)
{
    char id[UUID_TEXT], zeros[HASH_TEXT];
    uuid_id_t uuid = example_uuid((uint8_t)(0xe0 + index));
    uuid_text(&uuid, id);
    memset(zeros, '0', HASH_TEXT - 1);
    zeros[HASH_TEXT - 1] = '\0';
    snprintf(self->events[index], sizeof self->events[index],
             "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"62.71-1\",\"type\":\"business_registered\","
             "\"time\":\"" EXAMPLE_TIME "\",\"region\":\"62.71\",\"subject\":\"business/"
             "%s\",\"version\":1,\"lane\":\"normal\",\"route\":\"root none\","
             "\"key\":\"%s\",\"cause\":\"%s\",\"request\":\"%s\",\"data\":{\"name\":\"Batik Danum %zu\"}}",
             id, id, zeros, id, zeros, index + 1);
    batch_item_t *item = &self->items[index];
    *item = (batch_item_t){
        .kind = BATCH_EVENT, .bytes = self->events[index], .leaf = (int64_t)index + 1, .epoch = self->epoch};
    item->length = strlen(self->events[index]);
    snprintf(item->node, sizeof item->node, "62.71-1");
}

/* Write and sign the seal as its fields stand. */
static inline void example_sign(example_t *self, example_seal_t *seal)
{
    seal->length = seal_write(&seal->seal, seal->text);
    signed_sign(seal->text, seal->length, &self->nodes[2].signing, &seal->signature);
}

static inline void example_seal(example_t *self, size_t number, size_t first, size_t count)
{
    example_seal_t *signed_seal = &self->seals[number - 1];
    seal_t *seal = &signed_seal->seal;
    hash_t leaves[EXAMPLE_EVENTS];
    for (size_t i = 0; i < count; i++)
        leaves[i] = merkle_leaf(self->items[first - 1 + i].bytes, self->items[first - 1 + i].length);
    merkle_t *tree = merkle_new();
    merkle_build(tree, leaves, count);
    for (size_t i = 0; i < count; i++) {
        batch_item_t *item = &self->items[first - 1 + i];
        item->seal = (int64_t)number;
        item->index = (int64_t)i;
        hash_t path[MERKLE_PATH_MOST];
        item->path_length = merkle_path(tree, i, path);
        memcpy(item->path, path, item->path_length * sizeof *path);
    }
    *seal = (seal_t){.drill = self->drill,
                     .node = "62.71-1",
                     .epoch = self->epoch,
                     .number = (int64_t)number,
                     .first = (int64_t)first,
                     .count = (int64_t)count,
                     .up = (int64_t)(first + count - 1),
                     .time = EXAMPLE_TIME};
    seal->root = merkle_root(tree);
    seal->key = signing_fingerprint(self->nodes[2].signing.public_key);
    if (number > 1)
        seal->previous = hash_of(self->seals[0].text, self->seals[0].length);
    example_sign(self, signed_seal);
    merkle_destroy(&tree);
}

static inline void example_make(example_t *self, bool drill)
{
    static const example_node_t nodes[EXAMPLE_NODES] = {
        {.name = "00-1", .region = "00", .issuer = "root", .seed = 2},
        {.name = "62-1", .region = "62", .issuer = "00-1", .seed = 3},
        {.name = "62.71-1", .region = "62.71", .issuer = "62-1", .seed = 4}};
    memset(self, 0, sizeof *self);
    self->drill = drill;
    self->epoch = example_uuid(0xee);
    example_signing(1, &self->root);
    for (size_t i = 0; i < EXAMPLE_NODES; i++) {
        self->nodes[i] = nodes[i];
        example_node(&self->nodes[i], i ? &self->nodes[i - 1].signing : &self->root, drill);
    }
    for (size_t i = 0; i < EXAMPLE_EVENTS; i++)
        example_event(self, i);
    example_seal(self, 1, 1, 5);
    example_seal(self, 2, 6, 1);
}

static inline batch_item_t example_certificate_item(const example_node_t *node)
{
    return (batch_item_t){
        .kind = BATCH_CERTIFICATE, .bytes = node->text, .length = node->length, .signature = node->signature};
}

static inline batch_item_t example_seal_item(const example_seal_t *seal)
{
    return (batch_item_t){
        .kind = BATCH_SEAL, .bytes = seal->text, .length = seal->length, .signature = seal->signature};
}

/* The chain, the event's seal, the event; borrowed until the writer starts again. */
static inline const char *example_proof(const example_t *self, batch_writer_t *writer, size_t event,
                                        size_t *ret_length)
{
    batch_writer_start_proof(writer);
    for (size_t i = 0; i < EXAMPLE_NODES; i++) {
        batch_item_t item = example_certificate_item(&self->nodes[i]);
        assert_true(batch_writer_add(writer, &item));
    }
    batch_item_t seal = example_seal_item(&self->seals[event < 5 ? 0 : 1]);
    assert_true(batch_writer_add(writer, &seal));
    assert_true(batch_writer_add(writer, &self->items[event]));
    return batch_writer_text(writer, ret_length);
}

/* Lane normal, leaves above 0 up to 7: chain, first seal, leaves 1, 3 and 5 with their paths, second seal,
 * leaf 6. */
static inline void example_batch(const example_t *self, batch_writer_t *writer)
{
    batch_writer_start(writer, "normal", &self->epoch, 0);
    for (size_t i = 0; i < EXAMPLE_NODES; i++) {
        batch_item_t item = example_certificate_item(&self->nodes[i]);
        assert_true(batch_writer_add(writer, &item));
    }
    for (size_t i = 0; i < EXAMPLE_EVENTS; i++) {
        batch_item_t seal = example_seal_item(&self->seals[i < 5 ? 0 : 1]);
        if (i % 5 == 0)
            assert_true(batch_writer_add(writer, &seal));
        if (i % 2 == 0 || i == 5)
            assert_true(batch_writer_add(writer, &self->items[i]));
    }
}

#endif
