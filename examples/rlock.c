/* An RLock: functions that lock may call each other. */
#include <stdio.h>
#include <tutti.h>

static tt_rlock lock;
static long balance = 100;

static void add(long amount)
{
    tt_guard_rlock(&lock); /* until the function returns */
    balance += amount;
    printf("depth %d, balance %ld\n", (int)tt_rlock_depth(&lock), balance);
}

static void transfer_and_charge(long amount)
{
    tt_guard_rlock(&lock); /* the two changes are seen together or not at all */
    add(-amount);
    add(-1);
}

int main(void)
{
    add(50);
    transfer_and_charge(20);
    printf("held: %s\n", tt_rlock_held(&lock) ? "yes" : "no");
}
/* prints:
depth 1, balance 150
depth 2, balance 130
depth 2, balance 129
held: no
*/
