#pragma once
/* The few things of the operating system that Swift's Glibc module does not show. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <pthread.h>
#include <stdint.h>
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

/* Blocks of memory that this thread has taken. Every module that includes this has a counter of its own; AuraBase's is
 * the one that counts. */
static inline uint64_t *aura_system_blocks(void) {
  static __thread uint64_t blocks;
  return &blocks;
}

/* Bytes of stack below this frame. 0 where it is on no stack that the system knows of, as in a coroutine.
 * The bounds are looked up once for each thread (the first thread's stand in /proc/self/maps). */
static inline size_t aura_system_stack_room(void) {
  static __thread uintptr_t low, high;
  uintptr_t here = (uintptr_t)__builtin_frame_address(0);
  if (!high) {
    pthread_attr_t attributes;
    void *start = 0;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes)) return 0;
    if (!pthread_attr_getstack(&attributes, &start, &size)) {
      low = (uintptr_t)start;
      high = low + size;
    }
    pthread_attr_destroy(&attributes);
  }
  return here > low && here <= high ? here - low : 0;
}
