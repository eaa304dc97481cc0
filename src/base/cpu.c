/* cpu.c - tt_cpu_count: min(affinity, cgroup quota), at least 1; TUTTI_CPU_COUNT overrides.
 * A quota binds on every level, so each ancestor of this process's cgroup is asked. */
#include "base/cpu.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tutti/core.h>

enum { PATH_SIZE = 4096 };

static int round_up(long long quota, long long period)
{
    return quota > 0 && period > 0 ? (int)((quota + period - 1) / period) : 0;
}

/* Reads numbers from a small file; "max" counts as -1. Returns how many there were. */
static int read_numbers(const char *dir, const char *name, long long out[2])
{
    char path[PATH_SIZE + 32], text[64] = "";
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "re");
    if (!f) return 0;
    size_t n = fread(text, 1, sizeof text - 1, f);
    text[n] = 0;
    fclose(f);
    if (strncmp(text, "max", 3) == 0) {
        out[0] = -1;
        return 1 + (sscanf(text + 3, "%lld", &out[1]) == 1);
    }
    int got = sscanf(text, "%lld %lld", &out[0], &out[1]);
    return got > 0 ? got : 0;
}

int tt_cgroup_quota_(const char *dir)
{
    long long n[2], quota[2], period[2];
    if (read_numbers(dir, "cpu.max", n) == 2) return round_up(n[0], n[1]);
    if (read_numbers(dir, "cpu.cfs_quota_us", quota) != 1 || read_numbers(dir, "cpu.cfs_period_us", period) != 1)
        return 0;
    return round_up(quota[0], period[0]);
}

/* The least quota from `root``path` up to `root` itself; 0: none. */
static int least_quota(const char *root, const char *path)
{
    char dir[PATH_SIZE];
    int least = 0;
    snprintf(dir, sizeof dir, "%s%s", root, path);
    for (;;) {
        int q = tt_cgroup_quota_(dir);
        if (q > 0 && (least == 0 || q < least)) least = q;
        char *slash = strrchr(dir, '/');
        if (!slash || (size_t)(slash - dir) < strlen(root)) return least;
        *slash = 0;
    }
}

/* Looks at one line of /proc/self/cgroup: "0::/path" (v2) or "4:cpu,cpuacct:/path" (v1). */
static int quota_of_line(char *line)
{
    line[strcspn(line, "\n")] = 0;
    char *controllers = strchr(line, ':');
    char *path = controllers ? strchr(controllers + 1, ':') : NULL;
    if (!path) return 0;
    *path++ = 0;
    controllers++;
    if (*controllers == 0) return least_quota("/sys/fs/cgroup", path);
    for (char *save, *c = strtok_r(controllers, ",", &save); c; c = strtok_r(NULL, ",", &save))
        if (strcmp(c, "cpu") == 0) return least_quota("/sys/fs/cgroup/cpu", path);
    return 0;
}

static int cgroup_quota(void)
{
    char line[PATH_SIZE];
    int least = 0;
    FILE *f = fopen("/proc/self/cgroup", "re");
    if (!f) return 0;
    while (fgets(line, sizeof line, f)) {
        int q = quota_of_line(line);
        if (q > 0 && (least == 0 || q < least)) least = q;
    }
    fclose(f);
    return least;
}

static int affinity(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0 ? CPU_COUNT(&set) : 1;
}

int tt_cpu_count(void)
{
    const char *override = getenv("TUTTI_CPU_COUNT");
    int n = override ? atoi(override) : 0;
    if (n > 0) return n;
    int cpus = affinity(), quota = cgroup_quota();
    return quota > 0 && quota < cpus ? quota : cpus;
}
