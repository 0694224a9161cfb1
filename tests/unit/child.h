/* child - run a function in a process of its own, and see what it wrote on standard error and how it ended */
#ifndef CHILD_H
#define CHILD_H

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Its exit status, or 128 and the signal; what it wrote, cut at size - 1. */
static inline int child_run(void (*function)(void *argument), void *argument, char *ret_text, size_t size)
{
    int ends[2], status = 0;
    size_t used = 0;
    if (pipe(ends) != 0)
        abort();
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        function(argument);
        _exit(0);
    }
    close(ends[1]);
    for (ssize_t got; used < size - 1 && (got = read(ends[0], ret_text + used, size - 1 - used)) > 0;)
        used += (size_t)got;
    ret_text[used] = '\0';
    close(ends[0]);
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        abort();
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* A new folder below SINERGI_SCRATCH or /tmp; the caller frees. */
static inline char *child_folder(void)
{
    const char *scratch = getenv("SINERGI_SCRATCH");
    char *folder = malloc(256);
    int length = folder ? snprintf(folder, 256, "%s/t.XXXXXX", scratch && *scratch ? scratch : "/tmp") : -1;
    if (length < 0 || length >= 256 || !mkdtemp(folder))
        abort();
    return folder;
}

/* Write a file of that folder. */
static inline void child_write(const char *folder, const char *name, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    if (!file || fputs(text, file) < 0 || fclose(file) != 0)
        abort();
}

/* Delete a file of that folder. */
static inline void child_unlink(const char *folder, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    unlink(path);
}

#endif
