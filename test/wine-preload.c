// Preloaded into what runs under Wine 8, for a fault of it and for its speed.
//
// Wine makes a Ctrl+C out of SIGINT by starting a thread within the signal's handler, which allocates.
// When the signal comes while the C library is allocating, the program hangs for ever or ends with "malloc assertion failure": about one in
// forty that are interrupted while they load. Here the handler waits until the C library is done.
//
// And it loads libraries for certificates at each start of a program, and for fonts with each console. Nothing here makes any use of them,
// so they are said not to be there.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>

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
