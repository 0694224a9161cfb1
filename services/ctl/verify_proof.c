/* verify_proof - one event with its proof, checked offline: `sinergi verify --proof` */
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "log.h"
#include "verify.h"

static int s_refused(const problem_t *problem, bool json)
{
    if (json)
        json_print(json_pack("{s:b, s:s, s:s}", "good", 0, "code", problem->code, "why", problem->why));
    else
        printf("WRONG: %s: %s\n", problem->code, problem->why);
    return EXIT_CONFLICT;
}

/* The file of revocations: certificates, then revocations of them (proto/README.md section 5). */
static status_t s_revocations(certificates_t *certificates, const char *path, problem_t *problem)
{
    size_t length;
    char *text = file_read(path, &length);
    scan_t scan = {text, text + length};
    status_t status = ST_OK;
    while (status == ST_OK && scan.at < scan.end) {
        batch_item_t item;
        bool revocation = scan_literal(&scan, "revocation ");
        if (revocation ? !batch_signed_scan(&scan, REVOCATION_TEXT, &item)
                       : !batch_item_scan(&scan, &item) || item.kind != BATCH_CERTIFICATE)
            status = problem_set(problem, ST_INVALID, "revocation.form", "",
                                 "the file of revocations is malformed");
        else
            status = (revocation ? certificates_revoke : certificates_add)(
                certificates, item.bytes, item.length, &item.signature, problem);
    }
    free(text);
    return status;
}

/* Was the key revoked before this seal, or before it signed a certificate of the chain? The file's certificates were
 * known when its revocations came; what the proof brings besides comes after them. */
static status_t s_revoked(const char *text, size_t length, const uint8_t root[KEY_BYTES], bool drill,
                          const char *path, const proof_t *proof, problem_t *problem)
{
    batch_item_t item;
    batch_reader_t *reader = batch_reader_new();
    certificates_t *certificates = certificates_new(root, drill);
    status_t status = s_revocations(certificates, path, problem);
    if (status == ST_OK)
        status = batch_reader_open_proof(reader, text, length, problem);
    while (status == ST_OK && batch_reader_next(reader, &item))
        if (item.kind == BATCH_CERTIFICATE)
            status = certificates_add(certificates, item.bytes, item.length, &item.signature, problem);
    if (status == ST_OK && certificates_refuse(certificates, &proof->seal, &proof->seal_hash))
        status = problem_set(problem, ST_DENIED, "seal.revoked", "number",
                             "the key was revoked, and this seal is a later one than the last that counts");
    certificates_destroy(&certificates);
    batch_reader_destroy(&reader);
    return status;
}

static void s_good(const proof_t *proof, const envelope_t *event, bool drill, bool json)
{
    char id[UUID_TEXT];
    uuid_text(&event->id, id);
    if (json) {
        json_print(json_pack("{s:b, s:b, s:s, s:s, s:s, s:s, s:I, s:I, s:s, s:b}", "good", 1, "drill", drill,
                             "event", id, "type", event->type, "node", proof->seal.node, "region",
                             event->region, "leaf", (json_int_t)proof->leaf, "seal",
                             (json_int_t)proof->seal.number, "time", proof->seal.time, "behalf",
                             proof->behalf));
        return;
    }
    printf("event %s, %s of region %s: leaf %lld of node %s, under its seal %lld of %s%s: proven%s\n", id,
           event->type, event->region, (long long)proof->leaf, proof->seal.node,
           (long long)proof->seal.number, proof->seal.time, drill ? ", in an exercise" : "",
           proof->behalf ? ", if the grant that it names stands" : "");
}

int verify_proof_file(const char *path, const char *root, const char *revocations, bool json)
{
    hash_t key;
    size_t length;
    proof_t proof;
    envelope_t event;
    problem_t problem = {0};
    if (!root || !hash_of_text(root, strlen(root), &key))
        fatal("verify: --proof needs --root HEX, the root's public key: 64 hexadecimal characters");
    char *text = file_read(path, &length);
    bool drill = false;
    status_t status = proof_check(text, length, key.bytes, drill, &proof, &problem);
    if (status != ST_OK && strcmp(problem.code, "certificate.drill") == 0)
        status = proof_check(text, length, key.bytes, drill = true, &proof, &problem);
    if (status == ST_OK)
        status = envelope_read(proof.event, proof.event_length, &event, &problem);
    if (status == ST_OK && revocations)
        status = s_revoked(text, length, key.bytes, drill, revocations, &proof, &problem);
    int code = EXIT_OK;
    if (status != ST_OK)
        code = s_refused(&problem, json);
    else
        s_good(&proof, &event, drill, json);
    free(text);
    return code;
}
