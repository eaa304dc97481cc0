/* python.c - the same job by the Python program beside this one, everywhere.py. It gets the paths on stdin, each ended
 * by a NUL, and prints dots on the way, its two times, and the text of each answer. It takes the time itself, without
 * the start of the interpreter. */
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "everywhere.h"

extern char **environ;

/* examples/everywhere.py, by the name this file was compiled under; NULL: it is not there. */
static const char *script(void)
{
    static char path[4096];
    const char *here = __FILE__, *end = strstr(here, "everywhere/python.c");
    snprintf(path, sizeof path, "%.*severywhere.py", end ? (int)(end - here) : 0, here);
    return access(path, R_OK) == 0 ? path : NULL;
}

/* A file in memory with all paths, at its beginning; NULL: errno. */
static FILE *list_paths(const struct tree *tree)
{
    int fd = memfd_create("paths", MFD_CLOEXEC);
    FILE *list = fd < 0 ? NULL : fdopen(fd, "w+");
    if (!list) return NULL;
    for (size_t i = 0; i < tree->count; i++) fwrite(tree->files[i].path, 1, strlen(tree->files[i].path) + 1, list);
    rewind(list); /* writes what is left */
    return list;
}

/* Starts argv with these as stdin and stdout. */
static int start(const char *const argv[], int in, int out, pid_t *ret_pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    int code = posix_spawnp(ret_pid, argv[0], &actions, NULL, (char *const *)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return -code;
}

static void close_file(FILE **file)
{
    if (*file) fclose(*file);
}

/* Starts the script on the tree; what it prints comes from *ret_output. */
static int start_script(const struct row *row, const struct job *job, pid_t *ret_pid, FILE **ret_output)
{
    char workers[16], top[16];
    int ends[2];
    FILE *paths TT_CLEANUP(close_file) = list_paths(job->tree);
    if (!paths || pipe2(ends, O_CLOEXEC) < 0) return -errno;
    snprintf(workers, sizeof workers, "%d", row->workers);
    snprintf(top, sizeof top, "%d", job->top);
    const char *where = strstr(row->where, "threads") ? "threads" : "processes";
    const char *const argv[] = { "python3", script(), where, workers, top, NULL };
    int code = start(argv, fileno(paths), ends[1], ret_pid);
    close(ends[1]);
    if (code < 0) return close(ends[0]), code;
    *ret_output = need(fdopen(ends[0], "r"));
    return 0;
}

/* Reads what the script prints: 0, or -EBADMSG when it is not all there. */
static int read_output(FILE *from, struct job *job, struct took *took)
{
    char *line = NULL;
    size_t room = 0, answers = 0;
    ssize_t n;
    for (size_t dots = 0; (n = getline(&line, &room, from)) > 0;) {
        if (line[n - 1] == '\n') line[--n] = 0;
        if (strcmp(line, ".") == 0)
            progress_show(job->progress, ++dots, 100);
        else if (took->seconds == 0)
            sscanf(line, "%lf %lf", &took->seconds, &took->cpu);
        else if (answers < job->tree->count)
            job->answers[answers++] = tt_str_of_bytes(line, (size_t)n);
    }
    free(line);
    return answers == job->tree->count ? 0 : -EBADMSG;
}

static tt_value by_python(struct row *row, struct job *job, struct took *took)
{
    pid_t pid;
    FILE *output = NULL;
    int status = 0, code = start_script(row, job, &pid, &output);
    if (code < 0) return tt_error("OSError", "python3: %s", strerror(-code));
    code = read_output(output, job, took);
    fclose(output);
    waitpid(pid, &status, 0);
    if (WIFSIGNALED(status)) return tt_error("OSError", "python3 was ended by signal %d", WTERMSIG(status));
    if (WEXITSTATUS(status)) return tt_error("OSError", "python3 ended with code %d", WEXITSTATUS(status));
    return code < 0 ? tt_error("ValueError", "python3 did not answer for every file") : tt_none();
}

/* "3.11", or "" when there is no python3 of 3.8 or newer. */
static void python_version(char *version, int size)
{
    version[0] = 0;
    FILE *python = popen("python3 -c 'import sys; v = sys.version_info\n"
                         "if v >= (3, 8): print(v[0], v[1], sep=\".\")' 2>/dev/null",
                         "r");
    if (!python) return;
    if (fgets(version, size, python)) version[strcspn(version, "\n")] = 0;
    pclose(python);
}

void places_in_python(struct table *table, int workers)
{
    char version[16];
    python_version(version, sizeof version);
    if (!version[0] || !script()) {
        table->missing = version[0] ? "Not run: Python, whose everywhere.py was not found"
                                    : "Not run: Python, for want of python3 3.8 or newer";
        return;
    }
    table_add(table, workers, "Python %s, threads", version)->run = by_python;
    table_add(table, workers, "Python %s, processes", version)->run = by_python;
}
