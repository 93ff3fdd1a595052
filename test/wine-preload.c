// Preloaded into what runs under Wine 8, for a fault of it and for its speed.
//
// Wine makes a Ctrl+C out of SIGINT by starting a thread within the signal's handler, which allocates.
// When the signal comes while the C library is allocating, the program hangs for ever or ends with "malloc assertion failure": about one in
// forty that are interrupted while they load. Here the handler waits until the C library is done.
//
// And it loads libraries for certificates at each start of a program, and for fonts with each console. Nothing here makes any use of them,
// so they are said not to be there. It clears 960 KiB of each thread's stack, page by page, for programs that read what they have not written;
// the copy of its ntdll.dll that TETHER_WINE_NTDLL names clears 64 KiB. And for each process it forks twice, where what is forked for a moment
// only to fork again gets a copy of all of the first one's page tables: the second fork is a vfork, as all that the one in the middle does is to
// wait for that and end.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);

static __thread volatile sig_atomic_t depth __attribute__((tls_model("initial-exec")));
static __thread volatile sig_atomic_t pending __attribute__((tls_model("initial-exec")));
static void (*handler)(int, siginfo_t *, void *);

static inline void enter(void) { depth++; }

static inline void leave(void)
{
    if (--depth == 0 && pending) {
        pending = 0;
        raise(SIGINT);
    }
}

static void on_interrupt(int signal, siginfo_t *information, void *context)
{
    if (depth)
        pending = 1;
    else
        handler(signal, information, context);
}

int sigaction(int signal, const struct sigaction *restrict action, struct sigaction *restrict old)
{
    int (*next)(int, const struct sigaction *, struct sigaction *) = dlsym(RTLD_NEXT, "sigaction");
    if (signal != SIGINT || !action || !(action->sa_flags & SA_SIGINFO))
        return next(signal, action, old);

    struct sigaction own = *action;
    handler = action->sa_sigaction;
    own.sa_sigaction = on_interrupt;
    return next(signal, &own, old);
}

int pthread_create(pthread_t *restrict thread, const pthread_attr_t *restrict attributes, void *(*start)(void *), void *restrict argument)
{
    static int (*next)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    if (!next)
        next = dlsym(RTLD_NEXT, "pthread_create");

    enter();
    int result = next(thread, attributes, start, argument);
    leave();
    return result;
}

#define GUARDED(name, parameters, arguments) \
    void *name parameters { enter(); void *result = __libc_##name arguments; leave(); return result; }

GUARDED(malloc, (size_t size), (size))
GUARDED(calloc, (size_t count, size_t size), (count, size))
GUARDED(realloc, (void *memory, size_t size), (memory, size))
GUARDED(memalign, (size_t alignment, size_t size), (alignment, size))

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    *memory = memalign(alignment, size);
    return *memory ? 0 : 12; // ENOMEM
}

void free(void *memory)
{
    enter();
    __libc_free(memory);
    leave();
}

void *dlopen(const char *name, int flags)
{
    static void *(*next)(const char *, int);
    if (!next)
        next = dlsym(RTLD_NEXT, "dlopen");

    return name && (strstr(name, "libgnutls") || strstr(name, "libfreetype") || strstr(name, "libfontconfig")) ? NULL : next(name, flags);
}

// Wine's server opens it, for each process.
int open(const char *name, int flags, ...)
{
    static int (*next)(const char *, int, ...);
    if (!next)
        next = dlsym(RTLD_NEXT, "open");

    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    static const char library[] = "/x86_64-windows/ntdll.dll";
    size_t length = strlen(name);
    const char *replacement = getenv("TETHER_WINE_NTDLL");
    return next(replacement && length >= sizeof library && !strcmp(name + length - (sizeof library - 1), library) ? replacement : name, flags, mode);
}

static pid_t own;
static void *first_fork, *second_fork;

// The library is loaded into shells too, whose children fork for more than that.
__attribute__((constructor)) static void find_forks(void)
{
    char program[4096] = "";
    if (readlink("/proc/self/exe", program, sizeof program - 1) < 0)
        *program = 0;

    const char *name = strrchr(program, '/');
    own = getpid();
    first_fork = dlsym(RTLD_NEXT, "fork");
    second_fork = name && (!strcmp(name, "/wine64") || !strcmp(name, "/wine64-preloader")) ? dlsym(RTLD_NEXT, "vfork") : first_fork;
}

__attribute__((used)) static void *choose_fork(void) { return getpid() == own ? first_fork : second_fork; }

// It must not have a frame of its own when vfork returns for the second time.
__asm__(".text\n.globl fork\n.type fork, @function\nfork:\n"
        "    subq $8, %rsp\n    call choose_fork\n    addq $8, %rsp\n    jmp *%rax\n.size fork, .-fork\n");
