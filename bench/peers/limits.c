// What C achieves with the bare system calls, the limit for everybody, and the stopwatch for command lines.
// limits PROGRAM WORK [ARG]... prints lines of 'figure value'.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;
static char buffer[1 << 20];
static char *program;

static void die(const char *what)
{
    fprintf(stderr, "limits: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static double cpu(void)
{
    double seconds = 0;
    for (int i = 0; i < 2; i++)
    {
        struct rusage use;
        getrusage(i == 0 ? RUSAGE_SELF : RUSAGE_CHILDREN, &use);
        seconds += use.ru_utime.tv_sec + use.ru_stime.tv_sec + (use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
    }

    return seconds;
}

// The child's stdin and stdout are pipes; in and out are this side's ends.
static pid_t start(char **arguments, int *in, int *out)
{
    int to[2], from[2];
    if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0)
        die("pipe2");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, to[0], 0);
    posix_spawn_file_actions_adddup2(&actions, from[1], 1);
    pid_t child;
    errno = posix_spawn(&child, arguments[0], &actions, NULL, arguments, environ);
    if (errno != 0)
        die(arguments[0]);
    posix_spawn_file_actions_destroy(&actions);
    close(to[0]);
    close(from[1]);
    *in = to[1];
    *out = from[0];
    return child;
}

static void end(pid_t child, int in, int out)
{
    close(in);
    close(out);
    if (waitpid(child, NULL, 0) < 0)
        die("waitpid");
}

static void all(int file, long count, int writes)
{
    while (count > 0)
    {
        ssize_t done = writes ? write(file, buffer, (size_t)count) : read(file, buffer, (size_t)count);
        if (done <= 0)
            die(writes ? "write" : "read");
        count -= done;
    }
}

static void starts(int rounds, long megabytes, int descriptors)
{
    for (int i = 0; i < descriptors; i++)
        if (open("/dev/null", O_RDONLY | O_CLOEXEC) < 0)
            die("open");
    if (megabytes > 0)
    {
        char *heap = mmap(NULL, (size_t)megabytes << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (heap == MAP_FAILED)
            die("mmap");
        memset(heap, 1, (size_t)megabytes << 20);
    }

    char *arguments[] = { program, "-1", "hello", NULL };
    for (int round = 0; round < rounds; round++)
    {
        int in, out;
        double begin = now();
        pid_t child = start(arguments, &in, &out);
        double returned = now();
        all(out, 1, 0);
        double first = now();
        printf("returns %.3f\nfirst %.3f\n", (returned - begin) * 1e6, (first - begin) * 1e6);
        kill(child, SIGKILL);
        end(child, in, out);
    }
}

static void output(char *processor, char *work, char *bytes, char *block, int pipe_size, long read_size)
{
    char *arguments[] = { program, processor, work, bytes, block, NULL };
    int in, out;
    double begin = now(), used = cpu();
    pid_t child = start(arguments, &in, &out);
    if (pipe_size > 0 && fcntl(out, F_SETPIPE_SZ, pipe_size) < 0)
        die("F_SETPIPE_SZ");
    long total = 0;
    ssize_t got;
    while ((got = read(out, buffer, (size_t)read_size)) > 0)
        total += got;
    double seconds = now() - begin;
    end(child, in, out);
    printf("rate %.4f\ncpu %.4f\n", total / seconds / 1e9, (cpu() - used) / (total / 1e9));
}

static void input(char *processor, char *bytes)
{
    char *arguments[] = { program, processor, "sink", bytes, NULL };
    int in, out;
    long total = atol(bytes);
    double begin = now(), used = cpu();
    pid_t child = start(arguments, &in, &out);
    for (long left = total; left > 0; left -= 65536)
        all(in, 65536, 1);
    all(out, 1, 0);
    double seconds = now() - begin;
    end(child, in, out);
    printf("rate %.4f\ncpu %.4f\n", total / seconds / 1e9, (cpu() - used) / (total / 1e9));
}

static void pingpong(int write_to, int read_from, int rounds)
{
    for (int round = -100; round < rounds; round++)
    {
        double begin = now();
        all(write_to, 64, 1);
        all(read_from, 64, 0);
        if (round >= 0)
            printf("us %.3f\n", (now() - begin) * 1e6);
    }
}

static void echo(char *processor, int rounds)
{
    char *arguments[] = { program, processor, "echo", NULL };
    int in, out;
    pid_t child = start(arguments, &in, &out);
    pingpong(in, out, rounds);
    end(child, in, out);
}

// A socket between two processes: message 0 is ping-pong of 64 bytes, else as many bytes as fit into total go one way.
static void sockets(int processor, int rounds, long total, long message)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        die("socketpair");
    pid_t child = fork();
    if (child == 0)
    {
        close(pair[0]);
        if (processor >= 0)
        {
            cpu_set_t set;
            CPU_ZERO(&set);
            CPU_SET(processor, &set);
            sched_setaffinity(0, sizeof set, &set);
        }

        ssize_t got;
        if (message > 0)
            for (long left = total; left > 0; left -= message)
                all(pair[1], message, 1);
        else
            while ((got = read(pair[1], buffer, 64)) > 0)
                all(pair[1], got, 1);
        _exit(0);
    }

    close(pair[1]);
    double begin = now();
    if (message > 0)
    {
        for (long left = total; left > 0; left -= message)
            all(pair[0], message, 0);
        printf("rate %.4f\n", total / (now() - begin) / 1e9);
    }
    else
    {
        pingpong(pair[0], pair[0], rounds);
    }

    close(pair[0]);
    waitpid(child, NULL, 0);
}

// A keeper's command line that starts '… program -1 signal FIFO': until the command has ended (or, for conmon, has told the
// program's id on its pipe), and until the program's first byte has arrived. %d in a word is the round.
static void command(int rounds, const char *fifo, int synchronised, char **words)
{
    unlink(fifo);
    if (mkfifo(fifo, 0600) != 0)
        die(fifo);
    int first = open(fifo, O_RDWR | O_CLOEXEC);
    for (int round = 0; round < rounds; round++)
    {
        char text[64][256], *arguments[65] = { 0 };
        for (int i = 0; words[i] != NULL && i < 64; i++)
        {
            char *mark = strstr(words[i], "%d");
            if (mark == NULL)
                snprintf(text[i], sizeof text[i], "%s", words[i]);
            else
                snprintf(text[i], sizeof text[i], "%.*s%d-%d%s", (int)(mark - words[i]), words[i], (int)getpid(), round, mark + 2);
            arguments[i] = text[i];
        }

        int sync[2], pid;
        pid_t child;
        if (pipe2(sync, O_CLOEXEC) != 0)
            die("pipe2");
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
        if (synchronised)
        {
            setenv("_OCI_SYNCPIPE", "200", 1);
            posix_spawn_file_actions_adddup2(&actions, sync[1], 200);
        }

        double begin = now();
        errno = posix_spawnp(&child, arguments[0], &actions, NULL, arguments, environ);
        if (errno != 0)
            die(arguments[0]);
        close(sync[1]);
        int status = 0;
        if (synchronised)
        {
            if (read(sync[0], buffer, sizeof buffer) <= 0)
                die("the pipe of conmon");
        }
        else if (waitpid(child, &status, 0) < 0 || status != 0)
        {
            fprintf(stderr, "limits: %s ended with %d\n", arguments[0], status);
            exit(1);
        }

        double returned = now();
        if (read(first, &pid, sizeof pid) != sizeof pid)
            die(fifo);
        double arrived = now();
        printf("returns %.3f\nfirst %.3f\n", (returned - begin) * 1e6, (arrived - begin) * 1e6);
        kill(pid, SIGKILL);
        if (synchronised)
            waitpid(child, &status, 0);
        close(sync[0]);
        posix_spawn_file_actions_destroy(&actions);
    }

    close(first);
    unlink(fifo);
}

// The attach socket of conmon for a program that it keeps: packets whose first byte names the stream.
static int conmon_attach(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int file = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    for (int tries = 0; connect(file, (struct sockaddr *)&address, sizeof address) != 0; tries++)
    {
        if (tries > 2000)
            die(path);
        usleep(500);
    }

    return file;
}

static void conmon(const char *socket_path, const char *work, long amount, char **words)
{
    int ready[2];
    if (pipe2(ready, O_CLOEXEC) != 0)
        die("pipe2");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ready[1], 200);
    setenv("_OCI_SYNCPIPE", "200", 1);
    pid_t child;
    double begin = now(), used = cpu();
    errno = posix_spawnp(&child, words[0], &actions, NULL, words, environ);
    if (errno != 0)
        die(words[0]);
    close(ready[1]);
    if (read(ready[0], buffer, sizeof buffer) <= 0)
        die("the pipe of conmon");
    int pid = atoi(strchr(buffer, ':') + 1);
    int file = conmon_attach(socket_path);
    if (strcmp(work, "echo") == 0)
    {
        for (long round = -100; round < amount; round++)
        {
            begin = now();
            all(file, 64, 1);
            for (long left = 64; left > 0;)
            {
                ssize_t got = read(file, buffer, sizeof buffer);
                if (got <= 1)
                    die("read");
                left -= got - 1;
            }

            if (round >= 0)
                printf("us %.3f\n", (now() - begin) * 1e6);
        }
    }
    else
    {
        // The program waits for a byte, so that nothing is lost before this client has attached.
        ssize_t got;
        long total = 0;
        begin = now();
        all(file, 1, 1);
        while (total < amount && (got = read(file, buffer, sizeof buffer)) > 0)
            total += got - 1;
        printf("rate %.4f\n", total / (now() - begin) / 1e9);
    }

    (void)used;
    kill(pid, SIGKILL);
    waitpid(child, NULL, 0);
}

int main(int count, char **words)
{
    if (count < 4)
        return 2;
    program = words[1];
    char *work = words[2];
    signal(SIGPIPE, SIG_IGN);
    if (strcmp(work, "start") == 0)
        starts(atoi(words[3]), atol(words[4]), atoi(words[5]));
    else if (strcmp(work, "output") == 0)
        output(words[3], words[4], words[5], words[6], atoi(words[7]), atol(words[8]));
    else if (strcmp(work, "input") == 0)
        input(words[3], words[4]);
    else if (strcmp(work, "echo") == 0)
        echo(words[3], atoi(words[4]));
    else if (strcmp(work, "sockets") == 0)
        sockets(atoi(words[3]), atoi(words[4]), atol(words[5]), atol(words[6]));
    else if (strcmp(work, "command") == 0)
        command(atoi(words[3]), words[4], atoi(words[5]), words + 6);
    else if (strcmp(work, "conmon") == 0)
        conmon(words[3], words[4], atol(words[5]), words + 6);
    else
        return 2;
    return 0;
}
