#pragma once
/* The few things of the operating system that Swift's Glibc module does not show. */
#include <sys/syscall.h>
#include <unistd.h>

/* CPUs this process may run on (the affinity mask, so containers and taskset count). */
static inline int aura_system_cpus(void) {
  unsigned long mask[128] = {0};
  long bytes = syscall(SYS_sched_getaffinity, 0, sizeof mask, mask);
  int n = 0;
  for (unsigned i = 0; bytes > 0 && i < (unsigned long)bytes / sizeof mask[0]; i++) n += __builtin_popcountl(mask[i]);
  return n > 0 ? n : 1;
}
