/* fault - named places at which a test may end the process as a crash would */
#include "fault.h"

#ifdef SINERGI_FAULTS
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void fault_reach(const char *place)
{
    char path[1024];
    const char *dir = getenv("SINERGI_DIR");
    snprintf(path, sizeof path, "%s/run/fault-%s-%s", dir ? dir : ".", program_invocation_short_name, place);
    if (unlink(path) == 0)
        kill(getpid(), SIGKILL);
}
#else
typedef int fault_unused_t; /* a file of C holds at least one declaration */
#endif
