// A platform that costs almost nothing: one thread, epoll. Speaks OpenAI chat and, at paths that end in /messages,
// Anthropic messages; whole or streamed, with usage.
//
//   upstream -p PORT
//
// Knobs travel inside a message's text, which every gateway and every dialect carries unchanged:
//   bench-knobs events=N delay=D     N one-token events (streamed), D microseconds between events or before a whole answer
// The first event leaves at once, so that what a caller waits for is overhead alone. A token is T and 19 digits: the
// monotonic clock in nanoseconds at the moment of sending; a reader on the same machine subtracts it from its own.
// GET /stats: counters as JSON; any other GET: an empty list.
#define _GNU_SOURCE
#include "dialects.h"
#include "event-loop.h"
#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/socket.h>

typedef enum { IDLE, DELAYED, STREAMING } Work;

typedef struct {
  int fd;
  char *in, *out;
  size_t in_length, in_size, out_start, out_length, out_size;
  int wants_out, dead;
  Work work;
  const Dialect *dialect;
  int sent, events;
  uint64_t delay_ns, due_ns;
  int place; // in the heap of due connections; -1 = not there
} Connection;

static int epoll;
static Connection **heap;
static int heap_length, heap_size;
static unsigned long requests, streams, events_sent, open_streams, connections;

static void heap_swap(int a, int b) {
  Connection *held = heap[a];
  heap[a] = heap[b];
  heap[b] = held;
  heap[a]->place = a;
  heap[b]->place = b;
}

static void heap_rise(int i) {
  for (int parent; i > 0 && heap[parent = (i - 1) / 2]->due_ns > heap[i]->due_ns; i = parent) heap_swap(parent, i);
}

static void heap_sink(int i) {
  for (;;) {
    int left = 2 * i + 1, right = left + 1, least = i;
    if (left < heap_length && heap[left]->due_ns < heap[least]->due_ns) least = left;
    if (right < heap_length && heap[right]->due_ns < heap[least]->due_ns) least = right;
    if (least == i) return;
    heap_swap(least, i);
    i = least;
  }
}

static void heap_put(Connection *c) {
  if (c->place >= 0) {
    heap_rise(c->place);
    heap_sink(c->place);
    return;
  }
  if (heap_length == heap_size) heap = realloc(heap, (size_t)(heap_size = heap_size ? heap_size * 2 : 1024) * sizeof *heap);
  heap[heap_length] = c;
  c->place = heap_length;
  heap_rise(heap_length++);
}

static void heap_remove(Connection *c) {
  int i = c->place;
  if (i < 0) return;
  c->place = -1;
  if (i == --heap_length) return;
  heap[i] = heap[heap_length];
  heap[i]->place = i;
  heap_rise(i);
  heap_sink(heap[i]->place);
}

static void stamp(Template *t) {
  uint64_t now = now_ns();
  for (int i = 18; i >= 0; i--, now /= 10) t->bytes[t->stamp + (size_t)i] = (char)('0' + now % 10);
}

static void want_out(Connection *c, int wants) {
  if (c->wants_out == wants) return;
  c->wants_out = wants;
  watch(epoll, EPOLL_CTL_MOD, c->fd, wants, c);
}

static void send_bytes(Connection *c, const char *bytes, size_t length) {
  if (c->dead) return;
  if (c->out_length == c->out_start) {
    ssize_t written = send(c->fd, bytes, length, MSG_NOSIGNAL);
    if (written == (ssize_t)length) return;
    if (written < 0 && errno != EAGAIN) {
      c->dead = 1;
      return;
    }
    if (written > 0) bytes += written, length -= (size_t)written;
    c->out_length = c->out_start = 0;
  }
  if (c->out_length + length > c->out_size) c->out = realloc(c->out, c->out_size = (c->out_length + length) * 2 + 4096);
  memcpy(c->out + c->out_length, bytes, length);
  c->out_length += length;
  want_out(c, 1);
}

static void send_rest(Connection *c) {
  while (c->out_start < c->out_length) {
    ssize_t written = send(c->fd, c->out + c->out_start, c->out_length - c->out_start, MSG_NOSIGNAL);
    if (written < 0 && errno == EAGAIN) return;
    if (written < 0) {
      c->dead = 1;
      return;
    }
    c->out_start += (size_t)written;
  }
  c->out_length = c->out_start = 0;
  want_out(c, 0);
}

static void send_template(Connection *c, const Template *t) {
  stamp((Template *)t);
  send_bytes(c, t->bytes, t->length);
}

static void finish(Connection *c) {
  heap_remove(c);
  if (c->work == STREAMING) open_streams--;
  c->work = IDLE;
}

// Sends one event, or the end, and says when the next is due.
static void step(Connection *c, uint64_t now) {
  if (c->sent == c->events) {
    char last[4096];
    send_bytes(c, last, c->dialect->last(last, c->events));
    events_sent += (unsigned long)c->dialect->last_events;
    finish(c);
    return;
  }
  send_template(c, c->sent == 0 ? &c->dialect->first : &c->dialect->next);
  events_sent++;
  c->sent++;
  // The end follows the last token at once (after the others' turns); a late event does not shift the ones after it.
  if (c->sent == c->events) c->due_ns = now + 1;
  else c->due_ns = c->delay_ns ? c->due_ns + c->delay_ns : now + 1;
  heap_put(c);
}

static long knob(const char *from, const char *to, const char *name, long otherwise) {
  const char *at = memmem(from, (size_t)(to - from), name, strlen(name));
  if (!at) return otherwise;
  at += strlen(name);
  return at < to && isdigit((unsigned char)*at) ? strtol(at, NULL, 10) : otherwise;
}

static void answer_get(Connection *c, const char *head) {
  char body[256], answer[512];
  int n = !strncmp(head + 4, "/stats", 6)
              ? sprintf(body, "{\"requests\":%lu,\"streams\":%lu,\"events\":%lu,\"open\":%lu,\"connections\":%lu}", requests,
                        streams, events_sent, open_streams, connections)
              : sprintf(body, "{\"object\":\"list\",\"data\":[]}");
  int length = sprintf(answer, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s", n, body);
  send_bytes(c, answer, (size_t)length);
}

static void answer(Connection *c, const char *head, const char *body, size_t length) {
  if (!memcmp(head, "GET", 3)) {
    answer_get(c, head);
    return;
  }
  requests++;
  const char *path_end = strchr(head + 5, ' ');
  int messages = path_end && path_end - head > 9 && !memcmp(path_end - 9, "/messages", 9);
  c->dialect = messages ? &anthropic : &openai;
  const char *end = body + length, *knobs = memmem(body, length, "bench-knobs ", 12);
  const char *knobs_end = knobs && end - knobs > 64 ? knobs + 64 : end;
  long delay_us = knobs ? knob(knobs, knobs_end, "delay=", 0) : 0;
  c->delay_ns = (uint64_t)delay_us * 1000;
  c->due_ns = now_ns();
  if (!memmem(body, length, "\"stream\":true", 13) && !memmem(body, length, "\"stream\": true", 14)) {
    if (!delay_us) {
      send_template(c, &c->dialect->whole);
      return;
    }
    c->work = DELAYED;
    c->due_ns += c->delay_ns;
    heap_put(c);
    return;
  }
  streams++;
  open_streams++;
  c->work = STREAMING;
  c->sent = 0;
  c->events = knobs ? (int)knob(knobs, knobs_end, "events=", 64) : 64;
  if (c->events < 1) c->events = 1;
  step(c, c->due_ns);
}

// Answers one complete request at the start of the buffer; returns its length, 0 while incomplete.
static size_t take_request(Connection *c) {
  char *end = c->in_length < 16 ? NULL : memmem(c->in, c->in_length, "\r\n\r\n", 4);
  if (!end) return 0;
  size_t at = (size_t)(end + 4 - c->in), length = 0;
  int chunked = 0;
  for (char *line = c->in; line < end;) {
    if (!strncasecmp(line, "content-length:", 15)) length = strtoul(line + 15, NULL, 10);
    char *next = memchr(line, '\n', (size_t)(end + 2 - line));
    if (!next) break;
    if (!strncasecmp(line, "transfer-encoding:", 18) && memmem(line, (size_t)(next - line), "chunked", 7)) chunked = 1;
    line = next + 1;
  }
  if (!chunked) {
    if (c->in_length < at + length) return 0;
    answer(c, c->in, c->in + at, length);
    return at + length;
  }
  static char *joined;
  static size_t joined_size;
  for (length = 0;;) {
    char *line_end = memchr(c->in + at, '\n', c->in_length - at);
    if (!line_end) return 0;
    size_t chunk = strtoul(c->in + at, NULL, 16);
    at = (size_t)(line_end + 1 - c->in);
    if (c->in_length < at + chunk + 2) return 0;
    if (!chunk) break;
    if (length + chunk > joined_size) joined = realloc(joined, joined_size = (length + chunk) * 2);
    memcpy(joined + length, c->in + at, chunk);
    length += chunk;
    at += chunk + 2;
  }
  answer(c, c->in, joined ? joined : "", length);
  return at + 2;
}

static void take_requests(Connection *c) {
  while (c->work == IDLE && c->in_length && !c->dead) {
    size_t used = take_request(c);
    if (!used) return;
    memmove(c->in, c->in + used, c->in_length - used);
    c->in_length -= used;
  }
}

static void read_bytes(Connection *c) {
  for (;;) {
    // One byte stays free: numbers are read up to their end, which must not be outside.
    if (c->in_size - c->in_length < 4097) c->in = realloc(c->in, c->in_size *= 2);
    size_t room = c->in_size - c->in_length - 1;
    ssize_t n = recv(c->fd, c->in + c->in_length, room, 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) {
      c->dead = 1;
      return;
    }
    c->in_length += (size_t)n;
    c->in[c->in_length] = 0;
    if ((size_t)n < room) return;
  }
}

static void accept_all(int listener) {
  for (int k = 0, one = 1; k < 64; k++) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    if (fd < 0) return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    Connection *c = calloc(1, sizeof *c);
    c->fd = fd;
    c->place = -1;
    c->in = malloc(c->in_size = 8192);
    watch(epoll, EPOLL_CTL_ADD, fd, 0, c);
    connections++;
  }
}

static void forget(Connection *c) {
  finish(c);
  close(c->fd);
  free(c->in);
  free(c->out);
  free(c);
  connections--;
}

static void run_due(void) {
  if (!heap_length) return;
  for (uint64_t now = now_ns(); heap_length && heap[0]->due_ns <= now;) {
    Connection *c = heap[0];
    if (c->work == DELAYED) {
      finish(c);
      send_template(c, &c->dialect->whole);
    } else step(c, now);
    if (c->work == IDLE) take_requests(c);
    if (c->dead) forget(c);
  }
}

static int listen_at(int port) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (!bind(listener, (struct sockaddr *)&address, sizeof address) && !listen(listener, 4096)) return listener;
  perror("listen");
  exit(1);
}

int main(int argc, char **argv) {
  int port = argc == 3 && !strcmp(argv[1], "-p") ? atoi(argv[2]) : 0;
  if (!port) {
    fprintf(stderr, "usage: upstream -p PORT\n");
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  prctl(PR_SET_TIMERSLACK, 1UL);
  allow_many_files();
  make_openai();
  make_anthropic();
  int listener = listen_at(port);
  epoll = epoll_create1(0);
  watch(epoll, EPOLL_CTL_ADD, listener, 0, NULL);
  struct epoll_event ready[MAX_READY];
  for (;;) {
    int n = wait_ready(epoll, ready, heap_length ? heap[0]->due_ns : 0);
    for (int i = 0; i < n; i++) {
      Connection *c = ready[i].data.ptr;
      if (!c) {
        accept_all(listener);
        continue;
      }
      if (ready[i].events & EPOLLOUT) send_rest(c);
      if (ready[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
        read_bytes(c);
        if (!c->dead) take_requests(c);
      }
      if (c->dead) forget(c);
    }
    run_due();
  }
}
