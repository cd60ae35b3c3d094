/* Loaded before the C library: makes a sync of a write-ahead log fail or a sync take longer, and sets the wall clock.

   FAULT_SYNC   a file; while it is there, the next fsync or fdatasync of a file named *-wal removes it and fails with EIO
   FAULT_DELAY  microseconds that each fsync and fdatasync takes longer, as on a device that is slower than this one
   FAULT_CLOCK  a file with a number of seconds, read at each look at the wall clock and added to it */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int fails(int fd) {
    const char *order = getenv("FAULT_SYNC");
    char link[64], path[4096];
    if (order == NULL) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 4 || memcmp(path + length - 4, "-wal", 4) != 0) return 0;
    return unlink(order) == 0;
}

static int sync_with(const char *name, int fd) {
    if (fails(fd)) {
        errno = EIO;
        return -1;
    }
    const char *delay = getenv("FAULT_DELAY");
    if (delay != NULL) usleep((useconds_t)atol(delay));
    return ((int (*)(int))dlsym(RTLD_NEXT, name))(fd);
}

int fsync(int fd) { return sync_with("fsync", fd); }
int fdatasync(int fd) { return sync_with("fdatasync", fd); }

static long offset(void) {
    const char *name = getenv("FAULT_CLOCK");
    char text[32] = {0};
    if (name == NULL) return 0;
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    return length > 0 ? atol(text) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (real == NULL) real = dlsym(RTLD_NEXT, "clock_gettime");
    int result = real(clock, now);
    if (result == 0 && clock == CLOCK_REALTIME) now->tv_sec += offset();
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec precise;
    (void)zone;
    int result = clock_gettime(CLOCK_REALTIME, &precise);
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return result;
}

time_t time(time_t *told) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (told != NULL) *told = now.tv_sec;
    return now.tv_sec;
}
