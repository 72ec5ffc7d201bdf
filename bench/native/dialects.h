// What the stub answers in each dialect, made once; only the clock inside changes.
#ifndef TONGWEN_BENCH_DIALECTS_H
#define TONGWEN_BENCH_DIALECTS_H
#include <stdio.h>
#include <string.h>

#define STAMP "T0000000000000000000"

typedef struct {
  char bytes[4096];
  size_t length;
  size_t stamp; // where the 19 digits stand
} Template;

typedef struct {
  Template whole, first, next;
  size_t (*last)(char *to, int events);
  int last_events;
} Dialect;

static Dialect openai, anthropic;

static const char *HEADERS = "x-request-id: req_0a1b2c3d4e5f60718293a4b5c6d7e8f9\r\n"
                             "x-ratelimit-limit-requests: 10000\r\n"
                             "x-ratelimit-remaining-requests: 9999\r\n"
                             "x-ratelimit-limit-tokens: 2000000\r\n"
                             "x-ratelimit-remaining-tokens: 1999900\r\n"
                             "strict-transport-security: max-age=31536000\r\n"
                             "x-content-type-options: nosniff\r\n";

static void find_stamp(Template *t) {
  t->bytes[t->length] = 0;
  t->stamp = (size_t)(strstr(t->bytes, STAMP) - t->bytes) + 1;
}

static void whole_template(Template *t, const char *json) {
  t->length = (size_t)sprintf(t->bytes, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %zu\r\n%s\r\n%s",
                              strlen(json), HEADERS, json);
  find_stamp(t);
}

// One server-sent event as one HTTP chunk; `name` may be absent.
static size_t sse(char *to, const char *name, const char *json) {
  char event[2048];
  int n = name ? snprintf(event, sizeof event, "event: %s\ndata: %s\n\n", name, json)
               : snprintf(event, sizeof event, "data: %s\n\n", json);
  return (size_t)sprintf(to, "%x\r\n%s\r\n", n, event);
}

static size_t sse_head(char *to) {
  return (size_t)sprintf(to,
                         "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\n"
                         "transfer-encoding: chunked\r\n%s\r\n",
                         HEADERS);
}

#define CHUNK                                                                                                            \
  "{\"id\":\"chatcmpl-BenchBenchBenchBenchBench01\",\"object\":\"chat.completion.chunk\",\"created\":1760000000,"       \
  "\"model\":\"gpt-4o-mini-2024-07-18\",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_bench00001\","

static size_t openai_last(char *to, int events) {
  char usage[1024];
  size_t n = sse(to, NULL, CHUNK "\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":null}");
  snprintf(usage, sizeof usage,
           CHUNK "\"choices\":[],\"usage\":{\"prompt_tokens\":412,\"completion_tokens\":%d,\"total_tokens\":%d}}", events,
           412 + events);
  n += sse(to + n, NULL, usage);
  n += sse(to + n, NULL, "[DONE]");
  return n + (size_t)sprintf(to + n, "0\r\n\r\n");
}

static void make_openai(void) {
  whole_template(
      &openai.whole,
      "{\"id\":\"chatcmpl-BenchBenchBenchBenchBench01\",\"object\":\"chat.completion\",\"created\":1760000000,"
      "\"model\":\"gpt-4o-mini-2024-07-18\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"" STAMP
      " The quick brown fox jumps over the lazy dog.\",\"refusal\":null,\"annotations\":[]},\"logprobs\":null,"
      "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":412,\"completion_tokens\":10,\"total_tokens\":422,"
      "\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},\"completion_tokens_details\":{"
      "\"reasoning_tokens\":0,\"audio_tokens\":0,\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}},"
      "\"service_tier\":\"default\",\"system_fingerprint\":\"fp_bench00001\"}");
  Template *first = &openai.first, *next = &openai.next;
  first->length = sse_head(first->bytes);
  first->length += sse(first->bytes + first->length, NULL,
                       CHUNK "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"" STAMP
                             "\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}");
  find_stamp(first);
  next->length = sse(next->bytes, NULL,
                     CHUNK "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" STAMP
                           "\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}");
  find_stamp(next);
  openai.last = openai_last;
  openai.last_events = 3;
}

#define DELTA "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" STAMP "\"}}"

static size_t anthropic_last(char *to, int events) {
  char usage[512];
  size_t n = sse(to, "content_block_stop", "{\"type\":\"content_block_stop\",\"index\":0}");
  snprintf(usage, sizeof usage,
           "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},"
           "\"usage\":{\"output_tokens\":%d}}",
           events);
  n += sse(to + n, "message_delta", usage);
  n += sse(to + n, "message_stop", "{\"type\":\"message_stop\"}");
  return n + (size_t)sprintf(to + n, "0\r\n\r\n");
}

static void make_anthropic(void) {
  whole_template(&anthropic.whole,
                 "{\"id\":\"msg_01BenchBenchBenchBenchBe\",\"type\":\"message\",\"role\":\"assistant\","
                 "\"model\":\"claude-sonnet-4-5-20250929\",\"content\":[{\"type\":\"text\",\"text\":\"" STAMP
                 " The quick brown fox jumps over the lazy dog.\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,"
                 "\"usage\":{\"input_tokens\":412,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,"
                 "\"cache_creation\":{\"ephemeral_5m_input_tokens\":0,\"ephemeral_1h_input_tokens\":0},"
                 "\"output_tokens\":10,\"service_tier\":\"standard\"}}");
  Template *first = &anthropic.first, *next = &anthropic.next;
  first->length = sse_head(first->bytes);
  first->length += sse(first->bytes + first->length, "message_start",
                       "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_01BenchBenchBenchBenchBe\",\"type\":\"message\","
                       "\"role\":\"assistant\",\"model\":\"claude-sonnet-4-5-20250929\",\"content\":[],\"stop_reason\":null,"
                       "\"stop_sequence\":null,\"usage\":{\"input_tokens\":412,\"cache_creation_input_tokens\":0,"
                       "\"cache_read_input_tokens\":0,\"output_tokens\":1,\"service_tier\":\"standard\"}}}");
  first->length += sse(first->bytes + first->length, "content_block_start",
                       "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}");
  first->length += sse(first->bytes + first->length, "ping", "{\"type\":\"ping\"}");
  first->length += sse(first->bytes + first->length, "content_block_delta", DELTA);
  find_stamp(first);
  next->length = sse(next->bytes, "content_block_delta", DELTA);
  find_stamp(next);
  anthropic.last = anthropic_last;
  anthropic.last_events = 3;
}
#endif
