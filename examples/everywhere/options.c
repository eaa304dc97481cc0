/* options.c - the command line. */
#include <getopt.h>
#include <stdlib.h>
#include "everywhere.h"

static const char usage[] =
    "Usage: everywhere [options] [directory]\n"
    "Counts lines, words and most frequent words of all files below a directory: in a plain loop, on 1 to N threads,\n"
    "as coroutines, and in Python, and compares time and answers.\n"
    "  -d, --dir=DIR      the directory; default: the largest of this machine's documentation and header trees\n"
    "  -r, --repeat=N     rounds to take the median of; default 3\n"
    "  -w, --workers=N    workers at most; default: the CPUs this process may use\n"
    "  -t, --top=N        most frequent words of each file; default 10\n"
    "  -l, --list=N       names in a list of empty, binary, ... files; default 5\n"
    "      --no-python    no rows in Python\n"
    "      --tsv          the table as tab-separated values, and nothing else\n"
    "  -h, --help         this\n";

static int number(const char *text, int least, int most)
{
    char *end;
    long n = strtol(text, &end, 10);
    if (*text && !*end && n >= least && n <= most) return (int)n;
    fprintf(stderr, "everywhere: %s is not a number from %d to %d\n", text, least, most);
    exit(2);
}

static void wrong_use(void)
{
    fputs(usage, stderr);
    exit(2);
}

static const struct option known[] = {
    { "dir", required_argument, NULL, 'd' },
    { "repeat", required_argument, NULL, 'r' },
    { "workers", required_argument, NULL, 'w' },
    { "top", required_argument, NULL, 't' },
    { "list", required_argument, NULL, 'l' },
    { "no-python", no_argument, NULL, 'P' },
    { "tsv", no_argument, NULL, 'T' },
    { "help", no_argument, NULL, 'h' },
    { NULL, 0, NULL, 0 },
};

static void take(struct options *o, int letter)
{
    switch (letter) {
    case 'd': o->directory = optarg; break;
    case 'r': o->rounds = number(optarg, 1, 1000); break;
    case 'w': o->workers = number(optarg, 1, 4096); break;
    case 't': o->top = number(optarg, 1, 1000); break;
    case 'l': o->list = number(optarg, 0, 1000000000); break;
    case 'P': o->python = false; break;
    case 'T': o->tabs = true; break;
    case 'h': fputs(usage, stdout); exit(0);
    default: wrong_use();
    }
}

struct options options_of(int argc, char **argv)
{
    struct options o = { .rounds = 3, .workers = tt_cpu_count(), .top = 10, .list = 5, .python = true };
    for (int letter; (letter = getopt_long(argc, argv, "d:r:w:t:l:h", known, NULL)) != -1;) take(&o, letter);
    if (optind < argc) o.directory = argv[optind++];
    if (optind < argc) wrong_use();
    return o;
}
