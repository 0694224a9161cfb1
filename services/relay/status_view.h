/* status_view - what only the running relay knows, added to the reply of relay_status */
#ifndef STATUS_VIEW_H
#define STATUS_VIEW_H

#include "serve.h"

/* Hook `after` of relay_status. */
status_t status_view(serve_t *serve, call_t *call);

#endif
