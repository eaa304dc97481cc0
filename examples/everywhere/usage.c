/* usage.c - who used the CPUs: this program, and the others on the machine. */
#include <sys/resource.h>
#include <unistd.h>
#include "everywhere.h"

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

double cpu_seconds(void)
{
    struct rusage self, ended;
    getrusage(RUSAGE_SELF, &self);
    getrusage(RUSAGE_CHILDREN, &ended);
    return seconds(self.ru_utime) + seconds(self.ru_stime) + seconds(ended.ru_utime) + seconds(ended.ru_stime);
}

/* The first line of /proc/stat: user nice system idle iowait irq softirq steal, in ticks since the start. */
struct usage usage_now(void)
{
    struct usage u = { .own = cpu_seconds() };
    double t[8] = { 0 }, tick = 1.0 / (double)sysconf(_SC_CLK_TCK);
    FILE *stat = fopen("/proc/stat", "re");
    if (!stat) return u;
    int n = fscanf(stat, "cpu %lf %lf %lf %lf %lf %lf %lf %lf", t, t + 1, t + 2, t + 3, t + 4, t + 5, t + 6, t + 7);
    fclose(stat);
    for (int i = 0; n == 8 && i < 8; i++) {
        u.all += t[i] * tick;
        if (i != 3 && i != 4) u.busy += t[i] * tick;
    }
    return u;
}

double usage_of_others(struct usage before, struct usage now)
{
    double all = now.all - before.all, others = now.busy - before.busy - (now.own - before.own);
    return all > 0 && others > 0 ? others / all : 0;
}

double usage_idle(struct usage before, struct usage now)
{
    return now.all - before.all - (now.busy - before.busy);
}
