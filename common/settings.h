/* settings - what an operator may set: SINERGI_* of the environment, over DIR/settings, over the fallback
 *
 *   static const setting_t settings[] = {{"SINERGI_DB", NULL, "PostgreSQL conninfo ..."}, {0}};
 *   settings_load(settings);   settings_get("SINERGI_DB")
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdio.h>

typedef struct {
    const char *name;
    const char *fallback; /* NULL: unset */
    const char *help;     /* one line */
} setting_t;

/* Settings that every program shares (SINERGI_DIR, SINERGI_DB, SINERGI_SHARE ...), ended by a NULL name. */
extern const setting_t settings_shared[];

/* Take the shared settings and `own` (NULL or ended by a NULL name; borrowed). A line NAME=value of
   SINERGI_DIR/settings counts where the environment has none; the last of several counts, empty lines and
   those that begin with # do not. All daemons of the node share that file, so a name of another daemon's
   table is no mistake. Exits with one sentence naming the line that is not SINERGI_NAME=value, and if the
   file is there but cannot be read. */
void settings_load(const setting_t *own);

/* Value of a known setting, or NULL if it is unset; borrowed until settings are loaded again. Empty in the
 * environment is unset there. A name that no table holds is a bug. */
const char *settings_get(const char *name);

/* The same as a decimal number between least and most, both included; exits with one sentence naming the
 * setting if it is none or unset. */
long settings_number(const char *name, long least, long most);

/* Print the tables as --help does. */
void settings_print(FILE *file, const setting_t *own);

#endif
