/*
 * How a keeper that is compiled ahead of time becomes nobody's child: before its runtime is started, while the process has one thread and no
 * managed code has run, so that fork(2) is as safe as in any C program. The first copy ends at once; the second goes on to main, in a session
 * of its own, re-parented to the init process or the nearest subreaper. Without it the keeper would have to be executed, and its runtime
 * started, a second time (KeeperProcess.Launch, which the framework-dependent keeper does).
 */
#define _GNU_SOURCE
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

enum { START_CHANNEL = 3 };

/* glibc hands main's arguments to constructors; a C library that does not leaves argc at 0 or argv without the word. */
__attribute__((constructor)) static void detach(int argc, char **argv)
{
    if (argc != 3 || argv == 0 || strcmp(argv[1], "fork") != 0)
        return;

    pid_t second = fork();
    if (second > 0)
        _exit(0);

    /* On an error of fork the word stays, and KeeperProcess.Launch tries its way and reports. */
    if (second == 0) {
        setsid();
        /* The launcher's spawn has done this already, unless its C library could not (musl). */
        syscall(SYS_close_range, START_CHANNEL + 1, ~0U, 0);
        strcpy(argv[1], "keep"); /* as long as "fork" */
    }
}
