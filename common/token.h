/* token - the one-time token by which a new node enrols at its parent (proto/README.md, section 8)
 *
 *   char text[TOKEN_TEXT];
 *   token_write(&token, text);
 *   ...
 *   if (token_read(text, strlen(text), &token, &problem) != ST_OK)
 *       fatal("%s", problem.why);
 *   keys_wipe(&token, sizeof token);
 *
 * It holds a secret key: whoever has the text may enrol the node that it names, once. So it is never logged, and both the text and
 * what was read are wiped where they end.
 */
#ifndef TOKEN_H
#define TOKEN_H

#include "hash.h"
#include "region.h"
#include "scan.h"
#include "status.h"

#define TOKEN_TEXT 512          /* more than the longest token and a NUL */
#define TOKEN_ENDPOINT_TEXT 272 /* "tcp://", a host of at most 255 characters, ":", a port and a NUL */

typedef struct {
    bool drill;
    char node[NODE_NAME_TEXT];          /* name that the new node will have */
    char region[REGION_TEXT];           /* region that it will serve */
    char expires[INSTANT_TEXT];         /* by the parent's clock */
    char endpoint[TOKEN_ENDPOINT_TEXT]; /* of the parent's relay: tcp://62.example.id:7600 */
    char server[CURVE_TEXT];            /* CURVE key of the parent */
    hash_t root;                        /* fingerprint of the root's signing key */
    char secret[CURVE_TEXT]; /* one-time CURVE secret key; its public half is all that the parent keeps */
} token_t;

/* Write the text and a NUL; gives the length without the NUL. Takes values that are ours: one that no reader would take is a bug. */
size_t token_write(const token_t *self, char ret_text[TOKEN_TEXT]);

/* Read it strictly. Invalid otherwise, `at` is the part's name:
     token.kind     it does not begin as a token does, or is of a later release
     token.damaged  its checksum does not fit: mistyped, or not copied as a whole
     token.form     a part is malformed, though the checksum fits */
status_t token_read(const char *text, size_t length, token_t *ret_token, problem_t *ret_problem);

/* Is it the address of a relay as a token can carry it: tcp://HOST:PORT, HOST a name, an IPv4 address or [IPv6]? */
bool token_endpoint_is(const char *endpoint);

/* Take out what a mail or a terminal has put between: spaces, tabs and ends of lines. Gives the length. */
size_t token_trim(char *text);

#endif
