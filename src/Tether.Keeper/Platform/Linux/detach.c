/*
 * How a keeper that is compiled ahead of time becomes nobody's child: before its runtime is started, while the process has one thread and no
 * managed code has run, so that fork(2) is as safe as in any C program. The first copy ends at once; the second goes on to main, in a session
 * of its own, re-parented to the init process or the nearest subreaper. Without it the keeper would have to be executed, and its runtime
 * started, a second time (KeeperProcess.Launch, which the framework-dependent keeper does).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
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

/* The runtime's second thread allocates next to nothing; a heap of its own would be 64 MiB of addresses and a page of memory. */
__attribute__((constructor)) static void share_heap(void)
{
#ifdef M_ARENA_MAX
    mallopt(M_ARENA_MAX, 1);
#endif
}

/*
 * The runtime looks for limits of a control group: twice through all mounts of the system, and then in the group's files. They would bound its
 * heap, which has a bound of its own, and its number of threads, of which there are two. Without a list of mounts it does not look. Only a static
 * executable is linked with --wrap; nothing else in the keeper calls fopen for that file.
 */
FILE *__real_fopen64(const char *path, const char *mode) __attribute__((weak));

FILE *__wrap_fopen64(const char *path, const char *mode)
{
    if (strcmp(path, "/proc/self/mountinfo") == 0 || __real_fopen64 == 0) {
        errno = ENOENT;
        return 0;
    }

    return __real_fopen64(path, mode);
}
