// What conmon calls to make a container: here just a program with conmon's streams.
// runtime ... create ... --pid-file FILE ID: starts what $BENCH_PROGRAM says, split at its blanks.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int count, char **words)
{
    const char *file = NULL;
    for (int i = 1; i + 1 < count; i++)
        if (strcmp(words[i], "--pid-file") == 0)
            file = words[i + 1];
    char *program = getenv("BENCH_PROGRAM");
    if (file == NULL || program == NULL)
        return 0; // start and delete: nothing to do
    pid_t child = fork();
    if (child == 0)
    {
        char *arguments[32] = { 0 };
        int n = 0;
        for (char *word = strtok(program, " "); word != NULL && n < 31; word = strtok(NULL, " "))
            arguments[n++] = word;
        execv(arguments[0], arguments);
        _exit(127);
    }

    FILE *stream = fopen(file, "w");
    if (child < 0 || stream == NULL)
        return 1;
    fprintf(stream, "%d", (int)child);
    return fclose(stream) != 0;
}
