// The program that every contender starts, so that all do the same work: program CPU WORK [ARG]...
// CPU is the processor to run on, or -1 to stay where the starter put it.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char block[1 << 20];

static void put(const char *bytes, size_t count)
{
    while (count > 0)
    {
        ssize_t written = write(1, bytes, count);
        if (written <= 0)
            exit(3);
        bytes += written;
        count -= (size_t)written;
    }
}

int main(int count, char **words)
{
    if (count < 3)
        return 2;
    int cpu = atoi(words[1]);
    const char *work = words[2];
    if (cpu >= 0)
    {
        cpu_set_t set;
        CPU_ZERO(&set);
        CPU_SET(cpu, &set);
        if (sched_setaffinity(0, sizeof set, &set) != 0)
            return 3;
    }

    // late-WORK: the same once a byte of input has come; then it stays until it is killed, so that its processor time can be read.
    int late = strncmp(work, "late-", 5) == 0;
    if (late)
    {
        if (read(0, block, 1) != 1)
            return 3;
        work += 5;
    }

    if (strcmp(work, "blocks") == 0) // blocks BYTES SIZE
    {
        long size = atol(words[4]);
        for (long left = atol(words[3]); left > 0; left -= size)
            put(block, (size_t)size);
    }
    else if (strcmp(work, "paced") == 0) // paced BYTES RATE: pieces of 4 KiB at so many bytes a second
    {
        double rate = atof(words[4]);
        double bytes = atof(words[3]);
        struct timespec start, now;
        clock_gettime(CLOCK_MONOTONIC, &start);
        for (double done = 0; done < bytes; done += 4096)
        {
            clock_gettime(CLOCK_MONOTONIC, &now);
            double ahead = done / rate - (double)(now.tv_sec - start.tv_sec) - (double)(now.tv_nsec - start.tv_nsec) / 1e9;
            if (ahead > 0)
            {
                struct timespec pause = { (time_t)ahead, (long)((ahead - (double)(time_t)ahead) * 1e9) };
                nanosleep(&pause, NULL);
            }

            put(block, bytes - done < 4096 ? (size_t)(bytes - done) : 4096);
        }
    }
    else if (strcmp(work, "lines") == 0) // lines BYTES: 80 bytes a line, one write each
    {
        memset(block, 'x', 79);
        block[79] = '\n';
        for (long left = atol(words[3]); left > 0; left -= 80)
            put(block, 80);
    }
    else if (strcmp(work, "echo") == 0)
    {
        ssize_t got;
        while ((got = read(0, block, sizeof block)) > 0)
            put(block, (size_t)got);
    }
    else if (strcmp(work, "sink") == 0) // sink BYTES: reads that many, then says so
    {
        long left = atol(words[3]);
        ssize_t got;
        while (left > 0 && (got = read(0, block, 1 << 16)) > 0)
            left -= got;
        put("x", 1);
    }
    else if (strcmp(work, "hello") == 0) // a byte, then idle until killed
    {
        put("x", 1);
        for (;;)
            pause();
    }
    else if (strcmp(work, "signal") == 0) // signal FIFO: its process id there, then idle until killed
    {
        int fifo = open(words[3], O_WRONLY | O_CLOEXEC);
        int pid = getpid();
        if (fifo < 0 || write(fifo, &pid, sizeof pid) != sizeof pid)
            return 3;
        close(fifo);
        for (;;)
            pause();
    }
    else
    {
        return 2;
    }

    while (late)
        pause();
    return 0;
}
