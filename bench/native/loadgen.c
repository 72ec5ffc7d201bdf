// A one-thread load generator for chat completions, whole or streamed, in the OpenAI and the Anthropic dialect.
// Prints one JSON object.
//
//   loadgen -p PORT -c CONNECTIONS -d SECONDS -w WARM_UP_SECONDS -b BODY_FILE [-u PATH] [-H 'name: value']...
//           [-s] streamed   [-n N] tokens that a stream must bring   [-r MS] spread of the first requests
//           [-R RATE] open loop: RATE requests a second in all   [-x MAX] stop after MAX requests
//
// Without -R each connection sends its next request when the last one ended. With -R latency counts from the scheduled
// time, so that a slow gateway cannot slow down its own measurement. Every sample is kept: percentiles are exact.
// A token T<19 digits> is the stub's clock at sending: `token_us` is the one-way time of a token through the gateway.
#define _GNU_SOURCE
#include "event-loop.h"
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/socket.h>

typedef struct {
  uint32_t *values; // tens of nanoseconds: up to 42 s
  size_t length, size;
} Samples;

typedef enum { CLOSED, CONNECTING, WAITING, HEAD, BODY } State;
typedef enum { CHUNK_SIZE, CHUNK_DATA, CHUNK_END, TRAILER } ChunkState;

typedef struct {
  int fd, status, chunked, closes;
  State state;
  int64_t left; // bytes of the body or of the chunk; -1 = until the connection closes
  ChunkState chunk;
  char head[8192], text[8192], digits[32];
  size_t head_length, text_length, digits_length, written;
  uint64_t sent_ns, due_ns, last_token_ns;
  int tokens, usage, ended;
} Connection;

static int epoll, connections = 1, streamed, wanted_tokens, ramp_ms;
static double seconds = 5, warm_seconds = 1, rate;
static unsigned long max_requests;
static char *request;
static size_t request_length;
static struct sockaddr_in address;

static uint64_t begin_ns, measure_ns, stop_ns, next_due_ns;
static Connection **idle;
static int idle_length;
static Samples latency, first_token, token, gap;
static unsigned long ok, bad_status, bad_body, errors, reconnects, started, done, open_now, open_most, tokens_measured, tokens_all;
static unsigned long statuses[600];

static void add(Samples *s, uint64_t ns) {
  if (s->length == s->size) s->values = realloc(s->values, (s->size = s->size ? s->size * 2 : 65536) * sizeof *s->values);
  s->values[s->length++] = ns / 10 > UINT32_MAX ? UINT32_MAX : (uint32_t)(ns / 10);
}

static int measured(uint64_t t) { return t >= measure_ns && t < stop_ns; }

static void open_connection(Connection *c) {
  int one = 1;
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (connect(c->fd, (struct sockaddr *)&address, sizeof address) && errno != EINPROGRESS) {
    errors++;
    close(c->fd);
    c->state = CLOSED;
    return;
  }
  c->state = CONNECTING;
  watch(epoll, EPOLL_CTL_ADD, c->fd, 1, c);
}

static void reopen(Connection *c, int is_error) {
  if (c->state == HEAD || c->state == BODY) open_now--;
  if (is_error) errors++;
  reconnects++;
  close(c->fd);
  c->state = CLOSED;
  if (now_ns() < stop_ns) open_connection(c);
}

static void push(Connection *c) {
  ssize_t written = send(c->fd, request + c->written, request_length - c->written, MSG_NOSIGNAL);
  if (written < 0 && errno != EAGAIN) {
    reopen(c, 1);
    return;
  }
  if (written > 0) c->written += (size_t)written;
  watch(epoll, EPOLL_CTL_MOD, c->fd, c->written < request_length, c);
}

static void start(Connection *c, uint64_t due_ns) {
  c->due_ns = due_ns;
  c->sent_ns = now_ns();
  c->state = HEAD;
  c->head_length = c->text_length = c->digits_length = 0;
  c->tokens = c->usage = c->ended = c->status = 0;
  c->last_token_ns = 0;
  c->chunk = CHUNK_SIZE;
  started++;
  if (++open_now > open_most) open_most = open_now;
  ssize_t written = send(c->fd, request, request_length, MSG_NOSIGNAL);
  c->written = written > 0 ? (size_t)written : 0;
  if (written < 0 && errno != EAGAIN) reopen(c, 1);
  else if (c->written < request_length) watch(epoll, EPOLL_CTL_MOD, c->fd, 1, c);
}

static void ready_for_next(Connection *c) {
  uint64_t now = now_ns();
  c->state = WAITING;
  if (now >= stop_ns || (max_requests && started >= max_requests)) return;
  if (rate > 0) idle[idle_length++] = c;
  else start(c, now);
}

static void finish(Connection *c) {
  uint64_t now = now_ns();
  open_now--;
  done++;
  if (measured(c->due_ns)) {
    int complete = streamed ? c->ended && c->usage && (!wanted_tokens || c->tokens == wanted_tokens) : c->usage;
    if (c->status != 200) bad_status++;
    else if (!complete) bad_body++;
    else ok++;
    add(&latency, now - c->due_ns);
  }
  if (c->status > 0 && c->status < 600) statuses[c->status]++;
  if (c->status != 200 && getenv("LOADGEN_DEBUG")) fprintf(stderr, "%d: %.*s\n", c->status, (int)c->text_length, c->text);
  if (c->closes) reopen(c, 0);
  else ready_for_next(c);
}

// The clock inside a token, or 0. A machine that has been up for less than 31 years counts 18 digits: the first is 0.
static uint64_t stamp_in(const char *text, size_t length) {
  const char *at = memmem(text, length, "\"T0", 3);
  if (!at || text + length - at < 21) return 0;
  uint64_t value = 0;
  for (int i = 2; i < 21; i++) {
    if (at[i] < '0' || at[i] > '9') return 0;
    value = value * 10 + (uint64_t)(at[i] - '0');
  }
  return value;
}

static int has_usage(const char *text, size_t length) {
  return memmem(text, length, "\"prompt_tokens\"", 15) || memmem(text, length, "\"output_tokens\"", 15);
}

static void take_token(Connection *c, uint64_t stamp, uint64_t now) {
  c->tokens++;
  tokens_all++;
  // Streams that begin while the others ramp up count too: the load is already there.
  if (c->tokens == 1 && now > begin_ns + (uint64_t)(warm_seconds * 1e9) && now < stop_ns) add(&first_token, now - c->sent_ns);
  if (measured(now)) {
    tokens_measured++;
    add(&token, now > stamp ? now - stamp : 0);
    if (c->last_token_ns) add(&gap, now - c->last_token_ns);
  }
  c->last_token_ns = now;
}

static void take_line(Connection *c, const char *line, size_t length, uint64_t now) {
  if (length < 7 || memcmp(line, "data:", 5)) return;
  uint64_t stamp = stamp_in(line, length);
  if (stamp) take_token(c, stamp, now);
  else if (memmem(line, length, "[DONE]", 6) || memmem(line, length, "\"message_stop\"", 14)) c->ended = 1;
  else if (has_usage(line, length)) c->usage = 1;
}

static void keep_text(Connection *c, const char *bytes, size_t length) {
  if (length > sizeof c->text - c->text_length) length = sizeof c->text - c->text_length;
  memcpy(c->text + c->text_length, bytes, length);
  c->text_length += length;
}

static void take_body(Connection *c, const char *bytes, size_t length, uint64_t now) {
  const char *end = bytes + length;
  if (!streamed || c->status != 200) {
    keep_text(c, bytes, length);
    return;
  }
  while (bytes < end) {
    const char *line_end = memchr(bytes, '\n', (size_t)(end - bytes));
    size_t here = (size_t)((line_end ? line_end : end) - bytes);
    if (!line_end || c->text_length) keep_text(c, bytes, here);
    if (!line_end) return;
    if (c->text_length) take_line(c, c->text, c->text_length, now);
    else take_line(c, bytes, here, now);
    c->text_length = 0;
    bytes = line_end + 1;
  }
}

static void end_body(Connection *c, uint64_t now) {
  if (!streamed && c->status == 200) {
    uint64_t stamp = stamp_in(c->text, c->text_length);
    c->usage = stamp && has_usage(c->text, c->text_length);
    if (stamp && measured(c->due_ns)) add(&token, now - stamp);
  }
  finish(c);
}

static void read_head(Connection *c) {
  c->status = atoi(c->head + 9);
  c->left = -1;
  c->chunked = c->closes = 0;
  for (char *line = strstr(c->head, "\r\n"); line; line = strstr(line + 2, "\r\n")) {
    const char *header = line + 2;
    if (!strncasecmp(header, "content-length:", 15)) c->left = strtol(header + 15, NULL, 10);
    else if (!strncasecmp(header, "transfer-encoding:", 18)) c->chunked = 1;
    else if (!strncasecmp(header, "connection: close", 17)) c->closes = 1;
  }
}

// Takes bytes of a head; returns how many belonged to it.
static size_t take_head(Connection *c, const char *bytes, size_t length) {
  size_t room = sizeof c->head - 1 - c->head_length, old = c->head_length;
  memcpy(c->head + old, bytes, length < room ? length : room);
  c->head_length += length < room ? length : room;
  size_t from = old > 3 ? old - 3 : 0;
  char *end = memmem(c->head + from, c->head_length - from, "\r\n\r\n", 4);
  if (!end) return length;
  *end = 0;
  read_head(c);
  if (c->status == 100) c->head_length = 0;
  else c->state = BODY;
  return (size_t)(end + 4 - c->head) - old;
}

static void take_plain(Connection *c, const char *bytes, size_t length, uint64_t now) {
  if (c->left >= 0 && (int64_t)length > c->left) length = (size_t)c->left;
  take_body(c, bytes, length, now);
  if (c->left < 0) return;
  c->left -= (int64_t)length;
  if (c->left == 0) end_body(c, now);
}

static void take_chunks(Connection *c, const char *bytes, size_t length, uint64_t now) {
  while (length) {
    if (c->chunk == CHUNK_DATA) {
      size_t here = (int64_t)length > c->left ? (size_t)c->left : length;
      take_body(c, bytes, here, now);
      bytes += here, length -= here, c->left -= (int64_t)here;
      if (c->left == 0) c->chunk = CHUNK_END;
      continue;
    }
    char byte = *bytes++;
    length--;
    if (c->chunk == CHUNK_SIZE && byte == '\n') {
      c->digits[c->digits_length] = 0;
      c->left = strtol(c->digits, NULL, 16);
      c->digits_length = 0;
      c->chunk = c->left ? CHUNK_DATA : TRAILER;
    } else if (c->chunk == CHUNK_SIZE) {
      if (c->digits_length < sizeof c->digits - 1) c->digits[c->digits_length++] = byte;
    } else if (c->chunk == CHUNK_END) {
      if (byte == '\n') c->chunk = CHUNK_SIZE;
    } else if (byte == '\n') {
      if (c->digits_length == 0) { // an empty line: no trailer, or after it
        end_body(c, now);
        return;
      }
      c->digits_length = 0;
    } else if (byte != '\r') c->digits_length = 1;
  }
}

static void take_bytes(Connection *c, const char *bytes, size_t length, uint64_t now) {
  while (c->state == HEAD && length) {
    size_t used = take_head(c, bytes, length);
    bytes += used, length -= used;
    if (c->state != BODY) continue;
    if (!c->chunked && c->left < 0) c->closes = 1;
    if (!c->chunked && c->left == 0) {
      end_body(c, now);
      return;
    }
  }
  if (!length || c->state != BODY) return;
  if (c->chunked) take_chunks(c, bytes, length, now);
  else take_plain(c, bytes, length, now);
}

static void hung_up(Connection *c, ssize_t received, uint64_t now) {
  if (received == 0 && c->state == BODY && !c->chunked && c->left < 0) {
    end_body(c, now);
    return;
  }
  int resting = c->state == WAITING;
  for (int k = 0; resting && k < idle_length; k++) {
    if (idle[k] != c) continue;
    idle[k] = idle[--idle_length];
    break;
  }
  reopen(c, !resting);
}

static void serve(Connection *c, uint32_t events) {
  static char buffer[262144];
  if (c->state == CONNECTING) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) {
      reopen(c, 1);
      return;
    }
    watch(epoll, EPOLL_CTL_MOD, c->fd, 0, c);
    ready_for_next(c);
    return;
  }
  if ((events & EPOLLOUT) && c->state == HEAD && c->written < request_length) push(c);
  if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR)) || c->state == CLOSED || c->state == CONNECTING) return;
  ssize_t n = recv(c->fd, buffer, sizeof buffer, 0);
  if (n < 0 && errno == EAGAIN) return;
  uint64_t now = now_ns();
  if (n <= 0) hung_up(c, n, now);
  else take_bytes(c, buffer, (size_t)n, now);
}

static int by_value(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static double quantile(const Samples *s, double q) {
  return s->length ? s->values[(size_t)((double)(s->length - 1) * q)] / 100.0 : 0;
}

static void print_samples(const char *name, Samples *s) {
  if (s->length) qsort(s->values, s->length, sizeof *s->values, by_value);
  printf("\"%s\":{\"n\":%zu,\"p50\":%.2f,\"p90\":%.2f,\"p99\":%.2f,\"p999\":%.2f,\"max\":%.2f},", name, s->length,
         quantile(s, .5), quantile(s, .9), quantile(s, .99), quantile(s, .999), quantile(s, 1));
}

static void print_result(void) {
  struct rusage use;
  getrusage(RUSAGE_SELF, &use);
  double cpu = (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) + (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
  printf("{\"ok\":%lu,\"badStatus\":%lu,\"badBody\":%lu,\"errors\":%lu,\"reconnects\":%lu,\"openMost\":%lu,\"started\":%lu,"
         "\"done\":%lu,\"rps\":%.1f,\"tokensAll\":%lu,\"tokensPerSecond\":%.1f,\"cpuSeconds\":%.3f,",
         ok, bad_status, bad_body, errors, reconnects, open_most, started, done, (double)ok / seconds, tokens_all,
         (double)tokens_measured / seconds, cpu);
  print_samples("latency", &latency);
  print_samples("firstToken", &first_token);
  print_samples("token", &token);
  print_samples("gap", &gap);
  printf("\"statuses\":{");
  for (int i = 0, first = 1; i < 600; i++)
    if (statuses[i]) first = (printf("%s\"%d\":%lu", first ? "" : ",", i, statuses[i]), 0);
  printf("}}\n");
}

static void make_request(const char *path, const char *headers, const char *file) {
  FILE *f = fopen(file, "r");
  if (!f) {
    perror(file);
    exit(2);
  }
  fseek(f, 0, SEEK_END);
  size_t length = (size_t)ftell(f);
  rewind(f);
  request = malloc(length + 16384);
  request_length = (size_t)sprintf(request,
                                   "POST %s HTTP/1.1\r\nhost: 127.0.0.1:%d\r\ncontent-type: application/json\r\naccept: */*\r\n"
                                   "user-agent: bench/1\r\n%scontent-length: %zu\r\n\r\n",
                                   path, ntohs(address.sin_port), headers, length);
  if (fread(request + request_length, 1, length, f) != length) exit(2);
  request_length += length;
  fclose(f);
}

static void read_arguments(int argc, char **argv) {
  const char *path = "/v1/chat/completions", *file = NULL;
  char headers[8192] = "";
  for (int option; (option = getopt(argc, argv, "p:c:d:w:b:R:H:u:sn:r:x:")) != -1;) switch (option) {
    case 'p': address.sin_port = htons((uint16_t)atoi(optarg)); break;
    case 'c': connections = atoi(optarg); break;
    case 'd': seconds = atof(optarg); break;
    case 'w': warm_seconds = atof(optarg); break;
    case 'b': file = optarg; break;
    case 'R': rate = atof(optarg); break;
    case 'u': path = optarg; break;
    case 's': streamed = 1; break;
    case 'n': wanted_tokens = atoi(optarg); break;
    case 'r': ramp_ms = atoi(optarg); break;
    case 'x': max_requests = strtoul(optarg, NULL, 10); break;
    case 'H':
      if (strlen(headers) + strlen(optarg) + 3 > sizeof headers) exit(2);
      strcat(strcat(headers, optarg), "\r\n");
      break;
    default: exit(2);
    }
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (!file || !address.sin_port) {
    fprintf(stderr, "usage: loadgen -p PORT -b BODY_FILE ... (see the head of loadgen.c)\n");
    exit(2);
  }
  make_request(path, headers, file);
}

int main(int argc, char **argv) {
  read_arguments(argc, argv);
  signal(SIGPIPE, SIG_IGN);
  prctl(PR_SET_TIMERSLACK, 1UL);
  allow_many_files();
  epoll = epoll_create1(0);
  Connection *all = calloc((size_t)connections, sizeof *all);
  idle = calloc((size_t)connections + 1, sizeof *idle);
  begin_ns = next_due_ns = now_ns();
  measure_ns = begin_ns + (uint64_t)(warm_seconds * 1e9) + (uint64_t)ramp_ms * 1000000;
  stop_ns = measure_ns + (uint64_t)(seconds * 1e9);
  // Whole answers may still come in; streams are cut.
  uint64_t hard_stop_ns = stop_ns + (streamed ? 0 : 500000000ull), step_ns = rate > 0 ? (uint64_t)(1e9 / rate) : 0;
  struct epoll_event ready[MAX_READY];
  for (int launched = 0;;) {
    uint64_t now = now_ns();
    if (now >= hard_stop_ns || (max_requests && done >= max_requests) || (now >= stop_ns && open_now == 0)) break;
    int wanted = ramp_ms ? (int)((double)(now - begin_ns) / (ramp_ms * 1e6) * connections) + 1 : connections;
    if (wanted > connections) wanted = connections;
    for (int k = 0; launched < wanted && k < 256; k++) open_connection(&all[launched++]);
    while (step_ns && idle_length && next_due_ns <= now && next_due_ns < stop_ns) {
      start(idle[--idle_length], next_due_ns);
      next_due_ns += step_ns;
    }
    uint64_t wake_ns = now + (launched < connections ? 1000000 : 50000000);
    if (wake_ns > hard_stop_ns) wake_ns = hard_stop_ns;
    if (step_ns && idle_length && next_due_ns < wake_ns) wake_ns = next_due_ns;
    int n = wait_ready(epoll, ready, wake_ns);
    for (int i = 0; i < n; i++) serve(ready[i].data.ptr, ready[i].events);
  }
  print_result();
  return 0;
}
