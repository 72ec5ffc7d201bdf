// What the stub and the load generator share: a monotonic clock and a wait with a deadline in nanoseconds.
#ifndef TONGWEN_BENCH_EVENT_LOOP_H
#define TONGWEN_BENCH_EVENT_LOOP_H
#include <errno.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MAX_READY 512

static inline uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

// Waits for events until `deadline_ns` on the clock above (0 = for ever). Kernels before 5.11 wait in whole milliseconds
// and spin through the last one: late events would look like a slow gateway.
static inline int wait_ready(int epoll, struct epoll_event *ready, uint64_t deadline_ns) {
  uint64_t now = deadline_ns ? now_ns() : 0;
  uint64_t left = deadline_ns > now ? deadline_ns - now : 0;
#ifdef SYS_epoll_pwait2
  static int unsupported;
  if (!unsupported) {
    int64_t timeout[2] = {(int64_t)(left / 1000000000ull), (int64_t)(left % 1000000000ull)};
    int n = (int)syscall(SYS_epoll_pwait2, epoll, ready, MAX_READY, deadline_ns ? timeout : NULL, NULL, 0);
    if (n >= 0 || errno != ENOSYS) return n;
    unsupported = 1;
  }
#endif
  return epoll_wait(epoll, ready, MAX_READY, deadline_ns ? (int)(left / 1000000ull) : -1);
}

static inline void watch(int epoll, int operation, int fd, int writable, void *owner) {
  struct epoll_event event = {.events = EPOLLIN | (writable ? EPOLLOUT : 0), .data.ptr = owner};
  epoll_ctl(epoll, operation, fd, &event);
}

static inline void allow_many_files(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit)) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}
#endif
