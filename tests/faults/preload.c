/* Stands between a process and the C library's calls that change a disk (LD_PRELOAD), for libraries that are not Python.

   Until `faults_arm` it only passes calls on. Then it counts those about files below a folder, by the library that calls,
   and at one of them ends the process, or from one on refuses room, or keeps what was fsynced. Linux only. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { COUNT, KILL_BEFORE, KILL_AFTER, REFUSE };
enum { DUCKDB, ARROW, PYTHON, OTHER, LIBRARIES };

static char below[4096], kept[4096];
static size_t below_length;
static atomic_int armed;
static atomic_long counts[LIBRARIES], total;
static long at;
static int action;

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }
#define REAL(kind, name) static kind original; if (!original) original = (kind)real(name)

void faults_arm(const char *folder, long call, int what, const char *synced) {
    snprintf(below, sizeof below, "%s", folder);
    below_length = strlen(below);
    snprintf(kept, sizeof kept, "%s", synced ? synced : "");
    at = call;
    action = what;
    armed = 1;
}

void faults_disarm(void) { armed = 0; }
long faults_total(void) { return total; }
long faults_count(int library) { return counts[library]; }

static int is_below(const char *path) { return strncmp(path, below, below_length) == 0; }

static int descriptor_is_below(int descriptor) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_below(path);
}

static int path_is_below(int folder, const char *path) {
    if (!path) return 0;
    if (path[0] == '/') return is_below(path);
    if (folder != AT_FDCWD) return descriptor_is_below(folder);
    char here[4096];
    return getcwd(here, sizeof here) && is_below(here);
}

static int library_of(const void *caller) {
    Dl_info found;
    if (!dladdr(caller, &found) || !found.dli_fname) return OTHER;
    if (strstr(found.dli_fname, "duckdb")) return DUCKDB;
    if (strstr(found.dli_fname, "arrow") || strstr(found.dli_fname, "parquet")) return ARROW;
    return strstr(found.dli_fname, "python") ? PYTHON : OTHER;
}

/* Before a call: counts it; -1 where it is refused. `number` is its place among all. */
static int begin(const void *caller, int needs_room, long *number) {
    counts[library_of(caller)]++;
    *number = total++;
    if (action == KILL_BEFORE && *number == at) _exit(137);
    if (action == REFUSE && needs_room && *number >= at) {
        errno = ENOSPC;
        return -1;
    }
    return 0;
}

static void end(long number) {
    if (action == KILL_AFTER && number == at) _exit(137);
}

static void keep_folder(int descriptor, const char *target) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    DIR *folder = opendir(link);
    FILE *out = fopen(target, "w");
    const char *separator = "{";
    for (struct dirent *entry; folder && out && (entry = readdir(folder));) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        fprintf(out, "%s\"%s\":%lu", separator, entry->d_name, (unsigned long)entry->d_ino);
        separator = ",";
    }
    if (out) {
        fprintf(out, "%s}", separator[0] == '{' ? "{" : "");
        fclose(out);
    }
    if (folder) closedir(folder);
}

static void keep_file(int descriptor, const char *target) {
    char link[64], block[65536];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    FILE *in = fopen(link, "r"), *out = fopen(target, "w");
    for (size_t length; in && out && (length = fread(block, 1, sizeof block, in)) > 0;) fwrite(block, 1, length, out);
    if (in) fclose(in);
    if (out) fclose(out);
}

static void keep(int descriptor) {
    struct stat found;
    char target[5000];
    if (!kept[0] || fstat(descriptor, &found)) return;
    int folder = S_ISDIR(found.st_mode);
    snprintf(target, sizeof target, "%s/%lu%s", kept, (unsigned long)found.st_ino, folder ? ".folder" : "");
    folder ? keep_folder(descriptor, target) : keep_file(descriptor, target);
}

#define CALL(kind, result, name, needs_room, condition, parameters, arguments)         \
    result name parameters {                                                           \
        typedef kind;                                                                  \
        REAL(call_type, #name);                                                        \
        long number;                                                                   \
        if (!armed || !(condition)) return original arguments;                         \
        if (begin(__builtin_return_address(0), needs_room, &number)) return -1;        \
        result value = original arguments;                                             \
        end(number);                                                                   \
        return value;                                                                  \
    }

CALL(ssize_t (*call_type)(int, const void *, size_t), ssize_t, write, 1, descriptor_is_below(fd),
     (int fd, const void *from, size_t size), (fd, from, size))
CALL(ssize_t (*call_type)(int, const void *, size_t, off_t), ssize_t, pwrite, 1, descriptor_is_below(fd),
     (int fd, const void *from, size_t size, off_t place), (fd, from, size, place))
CALL(ssize_t (*call_type)(int, const void *, size_t, off64_t), ssize_t, pwrite64, 1, descriptor_is_below(fd),
     (int fd, const void *from, size_t size, off64_t place), (fd, from, size, place))
CALL(ssize_t (*call_type)(int, const struct iovec *, int), ssize_t, writev, 1, descriptor_is_below(fd),
     (int fd, const struct iovec *from, int size), (fd, from, size))
CALL(int (*call_type)(int, off_t), int, ftruncate, 0, descriptor_is_below(fd), (int fd, off_t size), (fd, size))
CALL(int (*call_type)(int, off64_t), int, ftruncate64, 0, descriptor_is_below(fd), (int fd, off64_t size), (fd, size))
CALL(int (*call_type)(const char *, const char *), int, rename, 1, path_is_below(AT_FDCWD, to),
     (const char *from, const char *to), (from, to))
CALL(int (*call_type)(int, const char *, int, const char *), int, renameat, 1, path_is_below(there, to),
     (int here, const char *from, int there, const char *to), (here, from, there, to))
CALL(int (*call_type)(const char *), int, unlink, 0, path_is_below(AT_FDCWD, path), (const char *path), (path))
CALL(int (*call_type)(int, const char *, int), int, unlinkat, 0, path_is_below(folder, path),
     (int folder, const char *path, int flags), (folder, path, flags))
CALL(int (*call_type)(const char *), int, rmdir, 0, path_is_below(AT_FDCWD, path), (const char *path), (path))
CALL(int (*call_type)(const char *, mode_t), int, mkdir, 1, path_is_below(AT_FDCWD, path),
     (const char *path, mode_t mode), (path, mode))

#define SYNC(name)                                                                     \
    int name(int fd) {                                                                 \
        typedef int (*call_type)(int);                                                 \
        REAL(call_type, #name);                                                        \
        long number;                                                                   \
        if (!armed || !descriptor_is_below(fd)) return original(fd);                   \
        if (begin(__builtin_return_address(0), 1, &number)) return -1;                 \
        int value = original(fd);                                                      \
        if (!value) keep(fd);                                                          \
        end(number);                                                                   \
        return value;                                                                  \
    }
SYNC(fsync)
SYNC(fdatasync)

#define OPEN(name)                                                                     \
    int name(const char *path, int flags, ...) {                                       \
        typedef int (*call_type)(const char *, int, ...);                              \
        REAL(call_type, #name);                                                        \
        va_list rest;                                                                  \
        va_start(rest, flags);                                                         \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;        \
        va_end(rest);                                                                  \
        long number;                                                                   \
        if (!armed || !(flags & O_CREAT) || !path_is_below(AT_FDCWD, path)) return original(path, flags, mode); \
        if (begin(__builtin_return_address(0), 1, &number)) return -1;                 \
        int value = original(path, flags, mode);                                       \
        end(number);                                                                   \
        return value;                                                                  \
    }
OPEN(open)
OPEN(open64)
