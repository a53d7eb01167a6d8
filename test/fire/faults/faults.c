// Preloaded into a process, makes its calls to the system fail as the process asks for.
//
// What is to fail belongs to a place: a folder, a port, a host name, a descriptor, or any socket. A rule says which call
// fails there, how, and the how-manieth. The process speaks to this library through access(2) and readlink(2) of paths
// that begin with /.faults/, so nothing has to be compiled into it:
//
//   access   /.faults/path/<place>/<prefix>   calls with paths that begin so, and descriptors that were opened there
//            /.faults/port/<place>/<port>     sockets that connect to this port of any address
//            /.faults/host/<place>/<name>     look-ups of this name; without a rule it is 127.0.0.1
//            /.faults/fd/<place>/<fd>         a descriptor that is open already
//            /.faults/sockets/<place>         sockets that are made from now on
//            /.faults/rule/<place>/<call>/<errno>/<from>/<count>/<every>
//                  from the <from>th call on <count> times (0: always) every <every>th fails; an errno of 10000 + n stands
//                  for a call that takes n bytes only, one of 20000 for a call that takes half
//            /.faults/clear/<place>           no rule any more
//            /.faults/forget/<place>          nothing of it any more
//   readlink /.faults/hits/<place>            how many calls have failed
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#define PLACES 256
#define RULES 2048
#define FDS 65536
#define NONE (-1)
#define PARTIAL 10000
#define HALF 20000

struct place {
  int used, port;
  char prefix[256], host[64];
  long hits;
};

struct rule {
  int used, place, error;
  char call[16];
  long calls, from, count, every;
};

static struct place places[PLACES];
static struct rule rules[RULES];
static int rule_end;
static short owner[FDS];  // place + 1
static int any_socket = NONE;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) ((__typeof__(&name))real(#name))
static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }
// Looked up once each: a write(2) is asked for often.
#define NEXT(name)                                      \
  ({                                                    \
    static __typeof__(&name) found;                     \
    if (found == NULL) found = REAL(name);              \
    found;                                              \
  })

static int place_of_path(const char *path) {
  if (path == NULL) return NONE;
  for (int i = 0; i < PLACES; i++) {
    struct place *p = &places[i];
    if (p->used && p->prefix[0] != 0 && strncmp(path, p->prefix, strlen(p->prefix)) == 0) return i;
  }
  return NONE;
}

static int place_of_fd(int fd) { return fd < 0 || fd >= FDS ? NONE : owner[fd] - 1; }

static void mark(int fd, int place) {
  if (fd >= 0 && fd < FDS) owner[fd] = (short)(place + 1);
}

static int place_of_address(const struct sockaddr *address) {
  if (address == NULL) return NONE;
  int port = 0;
  if (address->sa_family == AF_INET) port = ntohs(((const struct sockaddr_in *)address)->sin_port);
  else if (address->sa_family == AF_INET6) port = ntohs(((const struct sockaddr_in6 *)address)->sin6_port);
  else if (address->sa_family == AF_UNIX) return place_of_path(((const struct sockaddr_un *)address)->sun_path);
  if (port == 0) return NONE;
  for (int i = 0; i < PLACES; i++)
    if (places[i].used && places[i].port == port) return i;
  return NONE;
}

static int place_of_host(const char *host) {
  if (host == NULL) return NONE;
  for (int i = 0; i < PLACES; i++)
    if (places[i].used && places[i].host[0] != 0 && strcmp(places[i].host, host) == 0) return i;
  return NONE;
}

// The error of this call; 0 if it is to go on.
static int fault(const char *call, int place) {
  if (place == NONE) return 0;
  int error = 0;
  pthread_mutex_lock(&lock);
  for (int i = 0; i < rule_end && error == 0; i++) {
    struct rule *r = &rules[i];
    if (!r->used || r->place != place || strcmp(r->call, call) != 0) continue;
    long n = ++r->calls - r->from;
    if (n < 0 || (r->count > 0 && n >= r->count * r->every) || n % r->every != 0) continue;
    error = r->error;
    places[place].hits++;
  }
  pthread_mutex_unlock(&lock);
  return error;
}

static void forget_rules(int place) {
  pthread_mutex_lock(&lock);
  for (int i = 0; i < rule_end; i++)
    if (rules[i].place == place) rules[i].used = 0;
  while (rule_end > 0 && !rules[rule_end - 1].used) rule_end--;
  pthread_mutex_unlock(&lock);
}

static void add_rule(int place, const char *call, int error, long from, long count, long every) {
  pthread_mutex_lock(&lock);
  for (int i = 0; i < RULES; i++) {
    struct rule *r = &rules[i];
    if (r->used) continue;
    *r = (struct rule){.place = place, .error = error, .from = from, .count = count, .every = every};
    snprintf(r->call, sizeof r->call, "%s", call);
    r->used = 1;
    if (i >= rule_end) rule_end = i + 1;
    break;
  }
  pthread_mutex_unlock(&lock);
}

static int command(const char *path) {
  int place = 0, at = 0, error = 0;
  long from = 0, count = 0, every = 0;
  char word[16] = "", call[16] = "";
  if (sscanf(path, "/.faults/%15[a-z]/%d%n", word, &place, &at) != 2 || place < 0 || place >= PLACES) return -1;
  const char *rest = path[at] == '/' ? path + at + 1 : path + at;
  struct place *p = &places[place];
  if (strcmp(word, "rule") == 0) {
    if (sscanf(rest, "%15[a-z]/%d/%ld/%ld/%ld", call, &error, &from, &count, &every) != 5) return -1;
    add_rule(place, call, error, from, count, every);
  } else if (strcmp(word, "clear") == 0) forget_rules(place);
  else if (strcmp(word, "forget") == 0) {
    forget_rules(place);
    memset(p, 0, sizeof *p);
    for (int i = 0; i < FDS; i++)
      if (owner[i] == place + 1) owner[i] = 0;
    if (any_socket == place) any_socket = NONE;
  } else {
    if (strcmp(word, "path") == 0) snprintf(p->prefix, sizeof p->prefix, "%s", rest);
    else if (strcmp(word, "host") == 0) snprintf(p->host, sizeof p->host, "%s", rest);
    else if (strcmp(word, "port") == 0) p->port = atoi(rest);
    else if (strcmp(word, "fd") == 0) mark(atoi(rest), place);
    else if (strcmp(word, "sockets") == 0) any_socket = place;
    else return -1;
    p->used = 1;
  }
  return 0;
}

#define FAIL(error) \
  do {              \
    errno = error;  \
    return -1;      \
  } while (0)

int access(const char *path, int mode) {
  if (strncmp(path, "/.faults/", 9) == 0) {
    if (command(path) == 0) return 0;
    FAIL(EINVAL);
  }
  return NEXT(access)(path, mode);
}

ssize_t readlink(const char *path, char *buffer, size_t size) {
  int place;
  if (sscanf(path, "/.faults/hits/%d", &place) == 1 && place >= 0 && place < PLACES)
    return snprintf(buffer, size, "%ld", places[place].hits);
  return NEXT(readlink)(path, buffer, size);
}

int open64(const char *path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  mode_t mode = va_arg(list, mode_t);
  va_end(list);
  int place = place_of_path(path);
  int error = fault("open", place);
  if (error != 0) FAIL(error);
  int fd = NEXT(open64)(path, flags, mode);
  mark(fd, place);
  return fd;
}

// A descriptor is closed whatever close(2) says.
#define CLOSE(fd, closing)                 \
  ({                                       \
    int place = place_of_fd(fd);           \
    mark(fd, NONE);                        \
    int result = (int)closing;             \
    int error = fault("close", place);     \
    if (error != 0) FAIL(error);           \
    result;                                \
  })

int close(int fd) { return CLOSE(fd, NEXT(close)(fd)); }

static size_t share(int error, size_t size) {
  size_t part = error >= HALF ? size / 2 : (size_t)(error - PARTIAL);
  return part < size ? part : size;
}

ssize_t write(int fd, const void *bytes, size_t size) {
  int error = fault("write", place_of_fd(fd));
  if (error == PARTIAL) return 0;
  if (error > PARTIAL) return NEXT(write)(fd, bytes, share(error, size));
  if (error != 0) FAIL(error);
  return NEXT(write)(fd, bytes, size);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  int error = fault("write", place_of_fd(fd));
  if (error == PARTIAL) return 0;
  if (error > PARTIAL) return NEXT(write)(fd, parts[0].iov_base, share(error, parts[0].iov_len));
  if (error != 0) FAIL(error);
  return NEXT(writev)(fd, parts, count);
}

#define READER(name, declared, given)            \
  ssize_t name declared {                        \
    int error = fault("read", place_of_fd(fd));  \
    if (error == PARTIAL) return 0;              \
    if (error != 0 && error < PARTIAL) FAIL(error); \
    return NEXT(name) given;                     \
  }
READER(read, (int fd, void *bytes, size_t size), (fd, bytes, size))
READER(pread64, (int fd, void *bytes, size_t size, off64_t at), (fd, bytes, size, at))
READER(readv, (int fd, const struct iovec *parts, int count), (fd, parts, count))
READER(preadv64, (int fd, const struct iovec *parts, int count, off64_t at), (fd, parts, count, at))

static int stat_fault(int fd, const char *path) {
  int by_path = path != NULL && path[0] != 0;
  return fault(by_path ? "stat" : "fstat", by_path ? place_of_path(path) : place_of_fd(fd));
}

int statx(int fd, const char *path, int flags, unsigned int mask, struct statx *found) {
  int error = stat_fault(fd, path);
  if (error != 0) FAIL(error);
  return NEXT(statx)(fd, path, flags, mask, found);
}

// Node calls statx(2) and close(2) so.
long syscall(long number, ...) {
  va_list list;
  va_start(list, number);
  long a[6];
  for (int i = 0; i < 6; i++) a[i] = va_arg(list, long);
  va_end(list);
  if (number == SYS_statx) {
    int error = stat_fault((int)a[0], (const char *)a[1]);
    if (error != 0) FAIL(error);
  }
  if (number == SYS_close) return CLOSE((int)a[0], NEXT(syscall)(number, a[0]));
  return NEXT(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

#define ON_PATH(name, declared, given)            \
  int name declared {                             \
    int error = fault(#name, place_of_path(path)); \
    if (error != 0) FAIL(error);                  \
    return NEXT(name) given;                      \
  }
ON_PATH(rename, (const char *path, const char *to), (path, to))
ON_PATH(unlink, (const char *path), (path))

// The name of a folder need not end with a slash, and the place's does.
static int folder_fault(const char *call, const char *path) {
  char folder[512];
  snprintf(folder, sizeof folder, "%s/", path == NULL ? "" : path);
  return fault(call, place_of_path(folder));
}

int mkdir(const char *path, mode_t mode) {
  int error = folder_fault("mkdir", path);
  if (error != 0) FAIL(error);
  return NEXT(mkdir)(path, mode);
}

int scandir64(const char *path, struct dirent64 ***names, int (*filter)(const struct dirent64 *),
              int (*compare)(const struct dirent64 **, const struct dirent64 **)) {
  int error = folder_fault("readdir", path);
  if (error != 0) FAIL(error);
  return NEXT(scandir64)(path, names, filter, compare);
}

int socket(int domain, int type, int protocol) {
  int place = any_socket;
  int error = fault("socket", place);
  if (error != 0) FAIL(error);
  int fd = NEXT(socket)(domain, type, protocol);
  mark(fd, place);
  return fd;
}

int accept4(int fd, struct sockaddr *address, socklen_t *size, int flags) {
  int accepted = NEXT(accept4)(fd, address, size, flags);
  mark(accepted, NONE);
  return accepted;
}

int bind(int fd, const struct sockaddr *address, socklen_t size) {
  int error = fault("bind", place_of_fd(fd));
  if (error != 0) FAIL(error);
  return NEXT(bind)(fd, address, size);
}

int connect(int fd, const struct sockaddr *address, socklen_t size) {
  int place = place_of_address(address);
  if (place != NONE) mark(fd, place);
  int error = fault("connect", place_of_fd(fd));
  if (error != 0) FAIL(error);
  return NEXT(connect)(fd, address, size);
}

// How a connection attempt that was under way has ended.
int getsockopt(int fd, int level, int name, void *value, socklen_t *size) {
  if (level == SOL_SOCKET && name == SO_ERROR) {
    int error = fault("connected", place_of_fd(fd));
    if (error != 0) {
      *(int *)value = error;
      return 0;
    }
  }
  return NEXT(getsockopt)(fd, level, name, value, size);
}

#define SENDER(type, name, declared, given)      \
  type name declared {                           \
    int error = fault("send", place_of_fd(fd));  \
    if (error != 0) FAIL(error);                 \
    return NEXT(name) given;                     \
  }
SENDER(ssize_t, send, (int fd, const void *bytes, size_t size, int flags), (fd, bytes, size, flags))
SENDER(ssize_t, sendto, (int fd, const void *bytes, size_t size, int flags, const struct sockaddr *to, socklen_t n),
       (fd, bytes, size, flags, to, n))
SENDER(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags), (fd, message, flags))
SENDER(int, sendmmsg, (int fd, struct mmsghdr *messages, unsigned int count, int flags), (fd, messages, count, flags))

ssize_t recvmsg(int fd, struct msghdr *message, int flags) {
  int error = fault("receive", place_of_fd(fd));
  if (error != 0) FAIL(error);
  return NEXT(recvmsg)(fd, message, flags);
}

int shutdown(int fd, int how) {
  int error = fault("shutdown", place_of_fd(fd));
  if (error != 0) FAIL(error);
  return NEXT(shutdown)(fd, how);
}

int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
  int place = place_of_host(host);
  int error = fault("lookup", place);
  // The errors of the resolver are negative; EAI_SYSTEM would look at errno.
  if (error != 0) return -error;
  return NEXT(getaddrinfo)(place == NONE ? host : "127.0.0.1", service, hints, found);
}
