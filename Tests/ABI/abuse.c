/* abuse.c - random calls over the whole surface: NULLs, stale, foreign and made-up handles, odd struct sizes, numbers
 * that are none, broken requests, hostile arrays. Whatever comes, the library answers with a status.
 *
 * usage: abuse [SEED [CALLS]]      equal seeds make equal calls; a crash names the call and prints its request
 */
#define _GNU_SOURCE /* mallinfo2 */
#include "support.h"

#include <malloc.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

static uint64_t state;
static uint64_t dice(uint64_t bound) { return dice_below(&state, bound); }
static int chance(unsigned percent) { return dice(100) < percent; }

/* ------------------------------------------------------- what went wrong */

static long call_number;
static const char *call_name = "";
static char request[1 << 16];
static size_t request_length;
static long wrong[8];
enum {
  UNKNOWN_STATUS,
  FAULT_OF_OURS,
  WROTE_ON_FAILURE,
  WROTE_PAST_ERROR,
  BAD_ERROR,
  BAD_ANSWER,
  ARROW_KEPT,
  BAD_COLUMN
};

static void put(const char *text) {
  ssize_t ignored = write(1, text, strlen(text));
  (void)ignored;
}

static void put_number(long n) {
  char digits[24];
  int i = 23;
  digits[i] = 0;
  do digits[--i] = (char)('0' + n % 10);
  while ((n /= 10) > 0);
  put(digits + i);
}

static void put_request(void) {
  size_t i;
  char escaped[4] = {0};
  for (i = 0; i < request_length && i < 2000; i++) {
    unsigned char c = (unsigned char)request[i];
    if (c >= 0x20 && c < 0x7F && c != '\\') {
      escaped[0] = (char)c;
      escaped[1] = 0;
      put(escaped);
    } else {
      put("\\x");
      escaped[0] = "0123456789abcdef"[c >> 4];
      escaped[1] = "0123456789abcdef"[c & 15];
      escaped[2] = 0;
      put(escaped);
    }
  }
}

static void crashed(int signal_number) {
  put("not ok - signal ");
  put_number(signal_number);
  put(signal_number == SIGALRM ? " (hangs)" : "");
  put(" in call ");
  put_number(call_number);
  put(", ");
  put(call_name);
  put("\n# request: ");
  put_request();
  put("\n");
  _exit(1);
}

static void blame(int what) {
  if (wrong[what]++ == 0) {
    static const char *const names[] = {
        "unknown status",  "internal error",   "out-parameter written on failure", "written past struct_size",
        "malformed error", "malformed answer", "Arrow array not released",         "malformed column"};
    put("# first ");
    put(names[what]);
    put(": call ");
    put_number(call_number);
    put(", ");
    put(call_name);
    put(", request: ");
    put_request();
    put("\n");
  }
}

/* --------------------------------------------------------------- handles */

enum { SESSION, RESULT, CANCEL, KINDS };
#define POOL 12
static uint64_t live[KINDS][POOL], dead[KINDS][POOL];
static size_t live_count[KINDS];

static uint64_t a_handle(int kind) {
  unsigned roll = (unsigned)dice(100);
  if (roll < 78 && live_count[kind]) return live[kind][dice(live_count[kind])];
  if (roll < 84) return dead[kind][dice(POOL)];
  if (roll < 90) {
    int other = (kind + 1 + (int)dice(2)) % KINDS;
    return live_count[other] ? live[other][dice(live_count[other])] : 7;
  }
  if (roll < 92) return 0;
  if (roll < 96) return dice_next(&state);
  return dead[kind][0] ^ (uint64_t)1 << dice(64);
}

static void forget(int kind, uint64_t id) {
  size_t i;
  for (i = 0; i < live_count[kind]; i++)
    if (live[kind][i] == id) {
      live[kind][i] = live[kind][--live_count[kind]];
      dead[kind][dice(POOL)] = id;
      return;
    }
}

static void let_go(int kind, uint64_t id) {
  if (kind == SESSION) aura_session_close((aura_session){id});
  if (kind == RESULT) aura_result_free((aura_result){id});
  if (kind == CANCEL) aura_cancel_free((aura_cancel){id});
  forget(kind, id);
}

static void keep(int kind, uint64_t id) {
  if (live_count[kind] == POOL) let_go(kind, live[kind][dice(POOL)]);
  live[kind][live_count[kind]++] = id;
}

/* -------------------------------------------------------------- requests */

static const char *const topologies[] = {
    "\"prod\"",
    "\"prod\"",
    "\"prod\"",
    "\"test\"",
    "\"bulk\"",
    "\"nobody\"",
    "\"\"",
    SMALL_NETWORK,
    SMALL_NETWORK,
    "{\"nodes\":[],\"edges\":[]}",
    "{\"nodes\":[{\"id\":1}],\"links\":[{\"source\":1,\"target\":1}]}",
    "{\"nodes\":[{\"id\":\"a\"},{\"id\":\"a\"}],\"edges\":[]}",
    "{\"nodes\":[{\"id\":\"a\"}],\"edges\":[{\"source\":\"a\",\"target\":\"b\"}]}",
    "{\"nodes\":[{\"id\":0},{\"id\":1},{\"id\":2}],\"edges\":[{\"source\":0,\"target\":1,\"weight\":-1},"
    "{\"source\":1,\"target\":2,\"weight\":1e308},{\"source\":2,\"target\":0,\"weight\":1e308}]}",
    "{\"nodes\":[{\"id\":0,\"load\":1e308,\"capacity\":0},{\"id\":1,\"load\":-5,\"capacity\":-1e-308}],"
    "\"edges\":[{\"source\":0,\"target\":1},{\"source\":0,\"target\":1},{\"source\":1,\"target\":0}],"
    "\"multigraph\":true,\"directed\":true}",
    "null",
    "17",
    "[]"};

static const char *const analyses[] = {
    "[]",
    "null",
    "[{\"id\":\"graph.centrality.pagerank\"}]",
    "[{\"id\":\"graph.centrality.pagerank\",\"parameters\":{\"damping\":0.5}},{\"id\":\"graph.structure.k_core\"}]",
    "[{\"id\":\"graph.structure.weak_components\"},{\"id\":\"graph.structure.strong_components\"}]",
    "[{\"id\":\"graph.structure.articulation\"},{\"id\":\"graph.centrality.betweenness\"}]",
    "[{\"id\":\"graph.centrality.betweenness_sampled\",\"parameters\":{\"samples\":3}}]",
    "[{\"id\":\"no.such.thing\"}]",
    "[{\"id\":\"graph.centrality.pagerank\",\"parameters\":{\"dampin\":1}}]",
    "[{\"id\":17}]",
    "[{}]",
    "{}"};

static const char *const changes[] = {
    "{\"op\":\"set\",\"agent\":\"orders\",\"metrics\":{\"load\":3.2,\"queue\":null}}",
    "{\"op\":\"set\",\"agent\":\"nobody\",\"metrics\":{\"load\":1}}",
    "{\"op\":\"add_agent\",\"agent\":\"z\",\"metrics\":{\"load\":1}}",
    "{\"op\":\"add_agent\",\"agent\":99,\"metrics\":{}}",
    "{\"op\":\"remove_agent\",\"agent\":\"z\"}",
    "{\"op\":\"remove_agent\",\"agent\":\"gateway\"}",
    "{\"op\":\"add_link\",\"source\":\"gateway\",\"target\":\"disk\",\"fields\":{\"weight\":2}}",
    "{\"op\":\"add_link\",\"source\":\"z\",\"target\":\"z\"}",
    "{\"op\":\"remove_link\",\"source\":\"gateway\",\"target\":\"orders\"}",
    "{\"op\":\"set_link\",\"source\":\"orders\",\"target\":\"stock\",\"fields\":{\"weight\":-0.0}}",
    "{\"op\":\"remove_topology\"}",
    "{\"op\":\"dance\"}",
    "{}",
    "7"};

static const char *const tails[] = {"",
                                    "",
                                    "",
                                    ",\"seed\":7",
                                    ",\"seed\":-1",
                                    ",\"seed\":18446744073709551616",
                                    ",\"work_max\":100",
                                    ",\"work_max\":0",
                                    ",\"roles\":{\"strength\":\"weight\"}",
                                    ",\"roles\":{\"length\":\"nothing\"}",
                                    ",\"roles\":7",
                                    ",\"horizon_s\":10",
                                    ",\"horizon_s\":1e300",
                                    ",\"horizon_s\":1e9,\"step_s\":0.001",
                                    ",\"horizon_s\":0.001,\"step_s\":1e6",
                                    ",\"runs\":0",
                                    ",\"runs\":20",
                                    ",\"budget\":1",
                                    ",\"budget\":-1",
                                    ",\"budget\":1e12",
                                    ",\"costs\":{\"restart\":0}",
                                    ",\"kinds\":[\"restart\",\"add_link\"]",
                                    ",\"kinds\":[\"no such\"]",
                                    ",\"protect\":[\"disk\"]",
                                    ",\"mechanism\":\"load_sharing\"",
                                    ",\"mechanism\":\"threshold\"",
                                    ",\"mechanism\":\"contagion\"",
                                    ",\"mechanism\":\"contagion_sis\"",
                                    ",\"mechanism\":\"dc_power\"",
                                    ",\"mechanism\":\"retry_queue\"",
                                    ",\"mechanism\":\"motter_lai\"",
                                    ",\"mechanism\":\"none such\"",
                                    ",\"suppose_failed\":[\"disk\",\"disk\"]",
                                    ",\"suppose_failed\":[9]",
                                    ",\"physics\":{\"threshold\":0,\"alpha\":0,\"retries\":100}",
                                    ",\"physics\":{\"contagion_probability\":1,\"recovery\":0}",
                                    ",\"top\":0",
                                    ",\"loss_effort\":0",
                                    ",\"unheard_of\":true",
                                    ",\"time_s\":12.5",
                                    ",\"time_s\":-1e308"};

#define ONE_OF(list) list[dice(sizeof list / sizeof *list)]

static void say(const char *format, ...) {
  va_list arguments;
  int n;
  va_start(arguments, format);
  n = vsnprintf(request + request_length, sizeof request - request_length, format, arguments);
  va_end(arguments);
  if (n > 0) request_length += (size_t)n;
  if (request_length >= sizeof request) request_length = sizeof request - 1;
}

enum { ANALYZE, PREDICT, INTERVENE, CATALOGUE, SELF_CHECK, EXPLAIN, OBSERVE, APPLY, EVENTS, ASKS };
static const ask_fn ask_functions[ASKS] = {aura_analyze, aura_predict, aura_intervene, aura_catalogue, aura_self_check,
                                           aura_explain, aura_observe, aura_apply,     aura_events};
static const char *const ask_names[ASKS] = {"aura_analyze",   "aura_predict",    "aura_intervene",
                                            "aura_catalogue", "aura_self_check", "aura_explain",
                                            "aura_observe",   "aura_apply",      "aura_events"};

static void say_changes(void) {
  uint64_t n = dice(4), i;
  say("[");
  for (i = 0; i < n; i++) say("%s%s", i ? "," : "", ONE_OF(changes));
  say("]");
}

/* A request as a caller means it, sound or nearly so. */
static void sound_request(int ask, int may_wait) {
  const char *topology = ONE_OF(topologies), *name = ONE_OF(topologies);
  static const char *const agents[] = {"\"orders\"", "\"disk\"", "0", "\"nobody\"", "null", "[]", "1e30"};
  switch (ask) {
  case ANALYZE:
    if (chance(4)) say("{\"topology\":%s%s}", topology, ONE_OF(tails));
    else say("{\"topology\":%s,\"analyses\":%s%s}", topology, ONE_OF(analyses), ONE_OF(tails));
    break;
  case PREDICT:
  case INTERVENE:
    if (chance(4)) say("%s", SMALL_NETWORK);
    else say("{\"topology\":%s,\"runs\":4%s%s}", topology, ONE_OF(tails), ONE_OF(tails));
    break;
  case CATALOGUE: {
    static const char *const list[] = {"{}",
                                       "{\"id\":\"graph.centrality.pagerank\"}",
                                       "{\"id\":\"none\"}",
                                       "{\"family\":\"graph\"}",
                                       "{\"family\":7}",
                                       "{\"schema\":\"predict.request\"}",
                                       "{\"schema\":\"topology\"}",
                                       "{\"schema\":\"no\"}",
                                       "{\"id\":null,\"x\":1}"};
    say("%s", ONE_OF(list));
    break;
  }
  case SELF_CHECK: {
    static const char *const list[] = {"{\"ids\":[]}", "{\"ids\":[\"graph.structure.k_core\"]}", "{\"ids\":[\"none\"]}",
                                       "{\"ids\":7}", "{\"ids\":[7]}"};
    say("%s", dice(500) ? ONE_OF(list) : "{}");
    break;
  }
  case EXPLAIN:
    if (chance(60)) say("{\"topology\":%s,\"agent\":%s%s}", topology, ONE_OF(agents), ONE_OF(tails));
    else if (chance(50)) say("{\"record\":%d}", (int)dice(20) - 2);
    else say("{\"topology\":%s,\"action\":{\"kind\":\"restart\",\"targets\":[%s]}}", topology, ONE_OF(agents));
    break;
  case OBSERVE:
    if (chance(35)) say("{\"topology\":%s,\"document\":%s%s}", name, topology, ONE_OF(tails));
    else if (chance(70)) {
      say("{\"topology\":%s,\"changes\":", name);
      say_changes();
      say("%s}", ONE_OF(tails));
    } else say("{\"topology\":%s%s}", name, ONE_OF(tails));
    break;
  case APPLY: {
    static const char *const outcomes[] = {"accepted", "done", "failed", "unknown", "eaten", ""};
    say("{\"kind\":\"%s\",\"topology\":%s,\"action\":{\"kind\":\"restart\",\"targets\":[%s]},\"outcome\":\"%s\"}",
        chance(90) ? "outcome" : "income", topology, ONE_OF(agents), ONE_OF(outcomes));
    break;
  }
  case EVENTS:
    say("{\"after\":%d,\"limit\":%d", (int)dice(2000) - 5, (int)dice(300) - 3);
    if (may_wait && chance(2)) say(",\"wait_ms\":%d", (int)dice(3) - 1);
    say("}");
    break;
  default: break;
  }
}

/* Random JSON out of words the library knows: sound syntax, senseless content. */
static void random_json(int depth) {
  static const char *const words[] = {"topology", "nodes",    "edges",   "links",      "id",      "source",
                                      "target",   "analyses", "changes", "op",         "agent",   "metrics",
                                      "document", "seed",     "runs",    "directed",   "history", "time_s",
                                      "load",     "capacity", "weight",  "parameters", "prod"};
  uint64_t n = dice(4), i;
  switch (dice(depth > 5 ? 6 : 9)) {
  case 0: say("null"); break;
  case 1: say("%s", chance(50) ? "true" : "false"); break;
  case 2: say("%d", (int)dice(2000) - 1000); break;
  case 3: say("%.17g", (double)(int64_t)dice_next(&state) * (chance(50) ? 1e-18 : 1e250)); break;
  case 4: say("\"%s\"", ONE_OF(words)); break;
  case 5: say("\"\\u%04x\xc3\xa9\"", (unsigned)dice(65536)); break;
  case 6:
    say("[");
    for (i = 0; i < n; i++) {
      if (i) say(",");
      random_json(depth + 1);
    }
    say("]");
    break;
  default:
    say("{");
    for (i = 0; i < n; i++) {
      say("%s\"%s\":", i ? "," : "", ONE_OF(words));
      random_json(depth + 1);
    }
    say("}");
    break;
  }
}

static void mutate(void) {
  static const char *const bits[] = {
      "null", "NaN", "Infinity", "-", "1e999", "\\u0000", "\\ud800",      "\xff", "\xed\xa0\x80", "{",     "}",
      "[",    "]",   "\"",       ",", ":",     "0",       "\xef\xbb\xbf", "\t",   "-1",           "[[[[[["};
  uint64_t edits = 1 + dice(3);
  while (edits--) {
    size_t at = (size_t)dice(request_length + 1);
    if (chance(40) && request_length) request[at ? at - 1 : 0] ^= (char)(1 << dice(8));
    else if (chance(40) && request_length > 1) {
      size_t from = (size_t)dice(request_length), n = (size_t)dice(12);
      if (n > request_length - from) n = request_length - from;
      memmove(request + from, request + from + n, request_length - from - n);
      request_length -= n;
    } else {
      const char *bit = ONE_OF(bits);
      size_t n = strlen(bit);
      if (request_length + n >= sizeof request) continue;
      memmove(request + at + n, request + at, request_length - at);
      memcpy(request + at, bit, n);
      request_length += n;
    }
  }
}

/* Fills `request`; returns the pointer and the size to pass. */
static const char *a_request(int ask, size_t *size) {
  unsigned roll = (unsigned)dice(100);
  request_length = 0;
  if (roll < 44) sound_request(ask, 1);
  else if (roll < 68) {
    sound_request(ask, 0);
    mutate();
  } else if (roll < 75) sound_request((int)dice(ASKS), 0);
  else if (roll < 84) random_json(0);
  else if (roll < 88) {
    sound_request(ask, 0);
    request_length = (size_t)dice(request_length + 1);
  } else if (roll < 91) {
    size_t n = (size_t)dice(200), i;
    for (i = 0; i < n; i++) request[i] = (char)dice(256);
    request_length = n;
  } else if (roll < 93) {
    size_t n = 60 + (size_t)dice(3000);
    memset(request, chance(50) ? '[' : '{', n);
    request_length = n;
  } else if (roll < 97) { /* an LZ4 frame, damaged more often than not */
    static unsigned char frame[sizeof request + 32];
    sound_request(ask, 0);
    request_length = lz4_stored(frame, request, request_length < 60000 ? request_length : 60000);
    memcpy(request, frame, request_length);
    if (chance(70)) request[dice(request_length)] ^= (char)(1 << dice(8));
    if (chance(30)) request_length = (size_t)dice(request_length + 1);
  } else {
    sound_request(ask, 0);
    request[request_length < sizeof request ? request_length : sizeof request - 1] = 0;
    *size = roll == 97 ? 0 : SIZE_MAX;
    request_length = strlen(request);
    if (roll == 99) {
      *size = (size_t)dice(3) - 1; /* SIZE_MAX, 0 or 1 bytes of nothing */
      request_length = 0;
      return NULL;
    }
    return request;
  }
  *size = request_length;
  return request;
}

/* ---------------------------------------------------------------- errors */

static unsigned char error_bytes[1024];
static uint32_t error_size;

static aura_error *an_error(void) {
  static const uint32_t sizes[] = {0, 1, 4, 8, 15, 16, 17, 20, 255, 256, 257, 300, 511, 520, 4096, 4097, UINT32_MAX};
  if (chance(20)) {
    error_size = 0;
    return NULL;
  }
  memset(error_bytes, 0xA5, sizeof error_bytes);
  error_size = chance(60) ? (uint32_t)sizeof(aura_error) : ONE_OF(sizes);
  memcpy(error_bytes, &error_size, sizeof error_size);
  return (aura_error *)(void *)error_bytes;
}

static void judge(aura_status status, const aura_error *error) {
  size_t i, end = error_size < sizeof(aura_error) ? error_size : sizeof(aura_error);
  aura_error copy;
  if (!is_status(status)) blame(UNKNOWN_STATUS);
  if (status == AURA_E_INTERNAL) blame(FAULT_OF_OURS);
  if (!error) return;
  if (end < 4) end = 4;
  for (i = end; i < sizeof error_bytes; i++)
    if (error_bytes[i] != 0xA5) {
      blame(WROTE_PAST_ERROR);
      break;
    }
  if (status == AURA_OK || error_size != sizeof copy) return;
  memcpy(&copy, error_bytes, sizeof copy);
  if (copy.struct_size != sizeof copy || copy.status != status || !memchr(copy.message, 0, sizeof copy.message) ||
      !memchr(copy.pointer, 0, sizeof copy.pointer) || !copy.message[0] || strchr(copy.message, '\n') ||
      (copy.pointer[0] && copy.pointer[0] != '/'))
    blame(BAD_ERROR);
  else
    for (i = 0; copy.message[i]; i += (size_t)json_utf8((const unsigned char *)copy.message + i, 4))
      if (!json_utf8((const unsigned char *)copy.message + i, 4)) {
        blame(BAD_ERROR);
        break;
      }
}

static void judge_result(aura_status status, aura_result result) {
  const char *text = NULL;
  size_t length = 0;
  if (status != AURA_OK) {
    if (result.id != 0xABCDEF) blame(WROTE_ON_FAILURE);
    return;
  }
  keep(RESULT, result.id);
  if (aura_result_json(result, &text, &length) != AURA_OK || !text || strlen(text) != length ||
      !json_valid(text, length))
    blame(BAD_ANSWER);
}

/* ---------------------------------------------------------------- arrays */

static int32_t odd_type(void) { return chance(85) ? 1 + (int32_t)dice(4) : (int32_t)dice(9) - 3; }

static uint32_t odd_size(uint32_t right) {
  static const uint32_t sizes[] = {0, 1, 3, 4, 7, 8, 12, 16, 24, 31, 40, 47, 63, 72, 100, 4096, 4097, UINT32_MAX};
  return chance(88) ? right : ONE_OF(sizes);
}

static double odd_double(void) {
  static const double list[] = {0, -0.0, 1, -1, 0.5, 1e308, -1e308, 1e-320, 12, 100};
  if (chance(6)) {
    uint64_t bits = chance(50) ? UINT64_C(0x7FF8000000000001) : UINT64_C(0x7FF0000000000000);
    double d;
    memcpy(&d, &bits, sizeof d);
    return d;
  }
  return chance(50) ? (double)dice(1000) / 10 : ONE_OF(list);
}

#define MANY 64
static double numbers[4][MANY]; /* any type may be read from them */

static void some_arrays(aura_array *arrays, size_t n) {
  static const char *const names[] = {"load",    "queue", "agent", "agent", "capacity", "", "a name of our own",
                                      "\xff\xfe"};
  size_t i, k;
  for (i = 0; i < n; i++) {
    memset(&arrays[i], 0, sizeof arrays[i]);
    arrays[i].struct_size = odd_size(sizeof arrays[i]);
    if (arrays[i].struct_size > sizeof arrays[i]) arrays[i].struct_size = 4097; /* a longer one would move the next */
    arrays[i].type = odd_type();
    arrays[i].name = chance(4) ? NULL : ONE_OF(names);
    arrays[i].count = chance(60) ? 5 : dice(MANY);
    arrays[i].data = chance(4) ? NULL : numbers[i & 3];
    if (chance(10)) arrays[i].data = (const char *)numbers[i & 3] + 1; /* not aligned */
    for (k = 0; k < MANY; k++) {
      if (arrays[i].type == AURA_TYPE_INT32) ((int32_t *)(void *)numbers[i & 3])[k] = (int32_t)dice(8) - 1;
      else if (arrays[i].type == AURA_TYPE_INT64) ((int64_t *)(void *)numbers[i & 3])[k] = (int64_t)dice(8) - 1;
      else numbers[i & 3][k] = odd_double();
    }
    if (chance(3)) arrays[i].count = (uint64_t)1 << (40 + dice(24)); /* fits no network: refused before it is read */
    if (arrays[i].count > MANY / 2 && arrays[i].count <= MANY && chance(50)) arrays[i].count = 5;
    if (arrays[i].count > MANY - 1) arrays[i].name = chance(50) ? "load" : "agent";
  }
}

static int32_t progress(void *user, double fraction) {
  (void)user;
  return !(fraction >= 0 && fraction <= 1) ? -1 : chance(5) ? (int32_t)dice(3) - 1 : 0;
}

static const aura_call *a_call(int ask) {
  static unsigned char bytes[4200]; /* a caller newer than the library passes a longer struct */
  static aura_array arrays[5];
  aura_call *call = (aura_call *)(void *)bytes;
  if (chance(35)) return NULL;
  memset(bytes, (int)dice(256), sizeof bytes);
  memset(call, 0, sizeof *call);
  call->struct_size = odd_size(sizeof *call);
  if (chance(30)) call->cancel.id = a_handle(CANCEL);
  if (chance(30)) call->progress = progress;
  if (chance(2)) call->reserved = (uint32_t)dice_next(&state);
  if (chance(ask == OBSERVE ? 50 : 10)) {
    size_t n = (size_t)dice(5);
    some_arrays(arrays, n);
    /* Huge counts lie about memory; they are only sure to be refused unread beside an honest "agent". */
    {
      size_t i;
      for (i = 0; i < n; i++)
        if (arrays[i].count > MANY) {
          size_t k;
          for (k = 0; k < n; k++)
            if (k != i) arrays[k].name = "load";
          arrays[i].name = "queue";
        }
    }
    call->arrays = chance(5) ? NULL : arrays;
    call->array_count = call->arrays || chance(50) ? n : 0;
  }
  return call;
}

/* ----------------------------------------------------------------- calls */

static void call_ask(void) {
  /* What costs a millisecond is asked less often than what costs a microsecond. */
  static const int weights[] = {ANALYZE, PREDICT, INTERVENE, EXPLAIN, SELF_CHECK, CATALOGUE, CATALOGUE, APPLY,
                                APPLY,   APPLY,   OBSERVE,   OBSERVE, OBSERVE,    OBSERVE,   OBSERVE,   OBSERVE,
                                OBSERVE, OBSERVE, OBSERVE,   EVENTS,  EVENTS,     EVENTS,    EVENTS,    EVENTS};
  int ask = ONE_OF(weights);
  size_t size;
  const char *text = a_request(ask, &size);
  const aura_call *call = a_call(ask);
  aura_result result = {0xABCDEF};
  aura_error *error = an_error();
  aura_session session = {a_handle(SESSION)};
  aura_status status;
  call_name = ask_names[ask];
  if (chance(2)) {
    status = ask_functions[ask](session, text, size, call, NULL, error);
    if (status == AURA_OK) blame(BAD_ANSWER);
    judge(status, error);
    return;
  }
  status = ask_functions[ask](session, text, size, call, &result, error);
  judge(status, error);
  judge_result(status, result);
}

static void call_open(void) {
  static unsigned char bytes[4200];
  aura_session_options *options = (aura_session_options *)(void *)bytes;
  aura_session session = {0xABCDEF};
  aura_error *error = an_error();
  aura_status status;
  uint64_t *limits[6];
  size_t i;
  call_name = "aura_session_open";
  request_length = 0;
  memset(bytes, 0, sizeof bytes);
  options->struct_size = odd_size(sizeof *options);
  options->threads = chance(85) ? 1 + (uint32_t)dice(2) : chance(50) ? UINT32_MAX : 257;
  limits[0] = &options->max_agents;
  limits[1] = &options->max_links;
  limits[2] = &options->max_document_bytes;
  limits[3] = &options->max_topologies;
  limits[4] = &options->max_history_values;
  limits[5] = &options->max_events;
  for (i = 0; i < 6; i++)
    if (chance(8)) *limits[i] = chance(50) ? 1 + dice(40) : dice_next(&state);
  if (chance(10)) options->log_level = (int32_t)dice(9) - 2;
  if (chance(5)) options->reserved = 1;
  if (chance(3)) {
    status = aura_session_open(chance(50) ? NULL : options, NULL, error);
    if (status == AURA_OK) blame(BAD_ANSWER);
    judge(status, error);
    return;
  }
  status = aura_session_open(chance(20) ? NULL : options, &session, error);
  judge(status, error);
  if (status == AURA_OK) {
    aura_result result = {0};
    keep(SESSION, session.id);
    if (chance(80) && aura_observe(session, "{\"topology\":\"prod\",\"document\":" SMALL_NETWORK "}", SIZE_MAX, NULL,
                                   &result, NULL) == AURA_OK)
      keep(RESULT, result.id);
  } else if (session.id != 0xABCDEF) blame(WROTE_ON_FAILURE);
}

static void call_result(void) {
  static const char *const names[] = {
      "probability", "time_to_failure_s",          "own", "pulled", "0/values", "1/values", "", "\xff",
      "-1/x",        "99999999999999999999/values"};
  aura_result result = {a_handle(RESULT)};
  request_length = 0;
  if (chance(40)) {
    const char *text = (const char *)&state;
    size_t length = 17;
    aura_status status = aura_result_json(result, chance(5) ? NULL : &text, chance(5) ? NULL : &length);
    call_name = "aura_result_json";
    judge(status, NULL);
    if (status != AURA_OK && (text != (const char *)&state || length != 17)) blame(WROTE_ON_FAILURE);
  } else {
    aura_array column;
    aura_status status;
    const char *name = chance(5) ? NULL : ONE_OF(names);
    call_name = "aura_result_column";
    memset(&column, 0, sizeof column);
    column.struct_size = odd_size(sizeof column);
    if (column.struct_size > sizeof column) column.struct_size = UINT32_MAX; /* no room for a longer one here */
    status = aura_result_column(result, name, chance(3) ? NULL : &column);
    judge(status, NULL);
    if (status == AURA_OK && column.struct_size == sizeof column && column.data) {
      uint64_t i;
      double sum = 0;
      if (column.type != AURA_TYPE_INT32 && column.type != AURA_TYPE_FLOAT64) blame(BAD_COLUMN);
      else
        for (i = 0; i < column.count; i++)
          sum += column.type == AURA_TYPE_INT32 ? ((const int32_t *)column.data)[i] : ((const double *)column.data)[i];
      if (sum == 0.123456789) put("# a rare sum\n"); /* so that the reads stay */
    } else if (status != AURA_OK && (column.data || column.count || column.type)) blame(WROTE_ON_FAILURE);
  }
}

static void call_release(void) {
  int kind = (int)dice(KINDS);
  uint64_t id = a_handle(kind);
  aura_status status;
  request_length = 0;
  if (kind == SESSION && chance(70)) return; /* sessions live longer */
  call_name = kind == SESSION ? "aura_session_close" : kind == RESULT ? "aura_result_free" : "aura_cancel_free";
  status = kind == SESSION  ? aura_session_close((aura_session){id})
           : kind == RESULT ? aura_result_free((aura_result){id})
                            : aura_cancel_free((aura_cancel){id});
  judge(status, NULL);
  if (status == AURA_OK) forget(kind, id);
}

static void call_cancel(void) {
  request_length = 0;
  if (chance(60)) {
    aura_cancel cancel = {0xABCDEF};
    aura_status status = aura_cancel_new(chance(5) ? NULL : &cancel);
    call_name = "aura_cancel_new";
    judge(status, NULL);
    if (status == AURA_OK) keep(CANCEL, cancel.id);
    else if (cancel.id != 0xABCDEF) blame(WROTE_ON_FAILURE);
  } else {
    call_name = "aura_cancel_set";
    judge(aura_cancel_set((aura_cancel){a_handle(CANCEL)}), NULL);
  }
}

static void call_about(void) {
  static const char *const names[] = {"json", "lz4", "arrow", "", "\xff", "JSON", "events"};
  request_length = 0;
  call_name = "about";
  if (aura_version() != AURA_VERSION_NUMBER || !aura_build_info()) blame(BAD_ANSWER);
  (void)aura_has_feature(chance(10) ? NULL : ONE_OF(names));
  (void)aura_live_handles();
}

static const char *bulk_request(size_t *size) {
  static const char *const list[] = {"{\"topology\":\"bulk\"}",
                                     "{\"topology\":\"bulk\",\"directed\":true}",
                                     "{\"topology\":\"bulk\",\"directed\":7}",
                                     "{\"topology\":\"\"}",
                                     "{\"topology\":7}",
                                     "{}",
                                     "[]",
                                     "{\"topology\":\"prod\"}"};
  request_length = 0;
  if (chance(5)) {
    *size = 0;
    return NULL;
  }
  say("%s", chance(60) ? list[dice(2)] : ONE_OF(list));
  if (chance(10)) mutate();
  *size = request_length;
  return request;
}

static void call_csr(void) {
  static int64_t starts[MANY + 1], targets[MANY];
  static double weights[MANY];
  static unsigned char bytes[4200];
  static aura_array metrics[4];
  aura_csr *csr = (aura_csr *)(void *)bytes;
  aura_error *error = an_error();
  aura_result result = {0xABCDEF};
  aura_status status;
  size_t size, i, n = (size_t)dice(20);
  const char *text = bulk_request(&size);
  call_name = "aura_topology_from_csr";
  memset(bytes, 0, sizeof bytes);
  csr->struct_size = odd_size(sizeof *csr);
  csr->directed = chance(90) ? (int32_t)dice(2) : (int32_t)dice_next(&state);
  csr->agents = n;
  for (i = 0; i < n; i++) {
    starts[i + 1] = starts[i] + (int64_t)dice(4);
    if (starts[i + 1] > MANY) starts[i + 1] = MANY;
  }
  csr->links = (uint64_t)starts[n];
  for (i = 0; i < csr->links; i++) {
    targets[i] = (int64_t)dice(n);
    weights[i] = odd_double();
  }
  csr->starts = chance(3) ? NULL : starts;
  csr->targets = chance(3) ? NULL : targets;
  csr->weights = chance(50) ? weights : NULL;
  if (chance(40)) {
    csr->metric_count = dice(5);
    if (csr->metric_count > 4) csr->metric_count = 4;
    some_arrays(metrics, (size_t)csr->metric_count);
    if (chance(70))
      for (i = 0; i < csr->metric_count; i++) metrics[i].count = n;
    else
      for (i = 0; i < csr->metric_count; i++)
        if (metrics[i].count > MANY / 2) metrics[i].count = 1 + n;
    csr->metrics = chance(5) ? NULL : metrics;
  }
  switch (dice(16)) { /* one lie */
  case 0: starts[0] = (int64_t)dice(3) - 1; break;
  case 1: starts[n] += (int64_t)dice(5) - 2; break;
  case 2: starts[dice(n + 1)] = (int64_t)dice_next(&state); break;
  case 3: targets[dice(MANY)] = (int64_t)dice_next(&state); break;
  case 4: targets[0] = (int64_t)n; break;
  case 5: csr->agents = (uint64_t)1 << (31 + dice(33)); break;
  case 6: csr->links = (uint64_t)1 << (31 + dice(33)); break;
  case 7: csr->agents = UINT64_MAX - dice(3); break;
  default: break;
  }
  status =
      aura_topology_from_csr((aura_session){a_handle(SESSION)}, text, size, chance(3) ? NULL : csr, &result, error);
  judge(status, error);
  judge_result(status, result);
  starts[0] = 0;
}

static void call_arrow(void) {
  static const char bytes[] = "abcdefghijklmnopqrstuvwxyz\xff\xfe";
  static int32_t offsets[MANY], integers[MANY];
  static int64_t long_offsets[MANY], longs[MANY];
  static double doubles[MANY];
  static unsigned char bitmap[16];
  static const char *const formats[] = {"u", "U", "i", "l",  "g", "f", "s",   "c",   "C",       "S",       "I",
                                        "L", "b", "z", "+l", "",  "n", "tdD", "w:4", "d:19,10", "nonsense"};
  arrow_column columns[2][3];
  struct ArrowArray arrays[2];
  struct ArrowSchema schemas[2];
  int64_t lengths[2], counts[2];
  int which, as_text = chance(60), k;
  size_t size, i;
  const char *text = bulk_request(&size);
  aura_error *error = an_error();
  aura_result result = {0xABCDEF};
  aura_status status;
  call_name = "aura_topology_from_arrow";
  lengths[0] = (int64_t)dice(12);
  lengths[1] = (int64_t)dice(20);
  for (i = 0; i < MANY; i++) {
    offsets[i] = (int32_t)(i < 26 ? i : 26);
    long_offsets[i] = offsets[i];
    integers[i] = (int32_t)i;
    longs[i] = (int64_t)i;
    doubles[i] = odd_double();
  }
  for (i = 0; i < sizeof bitmap; i++) bitmap[i] = (unsigned char)dice(256);
  if (chance(5)) offsets[dice(12)] = (int32_t)dice_next(&state);
  if (chance(5)) long_offsets[dice(12)] = (int64_t)dice_next(&state);
  for (which = 0; which < 2; which++) {
    counts[which] = which ? 3 : 2;
    for (k = 0; k < 3; k++) {
      arrow_column *c = &columns[which][k];
      int is_number = which ? k == 2 : k == 1;
      memset(c, 0, sizeof *c);
      c->name = which ? (k == 0 ? "source" : k == 1 ? "target" : "weight") : (k == 0 ? "id" : "load");
      c->format = is_number ? "g" : as_text ? "u" : "l";
      if (chance(4)) c->format = ONE_OF(formats);
      if (chance(2)) c->name = chance(50) ? NULL : "id";
      if (chance(1)) c->format = NULL;
      c->length = lengths[which];
      c->n_buffers = c->format && (c->format[0] == 'u' || c->format[0] == 'U' || c->format[0] == 'z') ? 3 : 2;
      if (chance(10)) {
        c->buffers[0] = bitmap;
        c->null_count = (int64_t)dice(3) - 1;
      }
      if (c->n_buffers == 3) {
        c->buffers[1] = c->format[0] == 'U' ? (const void *)long_offsets : (const void *)offsets;
        c->buffers[2] = bytes;
      } else
        c->buffers[1] = c->format && c->format[0] == 'i'   ? (const void *)integers
                        : c->format && c->format[0] == 'g' ? (const void *)doubles
                                                           : (const void *)longs;
      switch (dice(40)) { /* a lie, now and then; none that promises memory which is not there */
      case 0: c->n_buffers = (int64_t)dice(5) - 1; break;
      case 1: c->buffers[1] = NULL; break;
      case 2: c->buffers[2] = NULL; break;
      case 3: c->length = -(int64_t)dice(5); break;
      case 4: c->offset = -1 - (int64_t)dice(5); break;
      case 5: c->offset = 1 + (int64_t)dice(4); break;
      case 6: c->null_count = (int64_t)dice_next(&state); break;
      case 7: c->offset = INT64_MAX - (int64_t)dice(3); break;
      case 8: c->buffers[1] = (const char *)c->buffers[1] + 1; break;
      default: break;
      }
    }
    arrow_batch(&arrays[which], &schemas[which], lengths[which], counts[which], columns[which]);
    switch (dice(30)) {
    case 0: arrays[which].n_children = (int64_t)dice(4) - 1; break;
    case 1: schemas[which].n_children = (int64_t)dice(4) - 1; break;
    case 2: arrays[which].length = -1; break;
    case 3: schemas[which].format = ONE_OF(formats); break;
    case 4: arrays[which].offset = (int64_t)dice_next(&state); break;
    case 5: arrays[which].length = INT64_MAX; break;
    case 6: arrays[which].release(&arrays[which]); break;
    case 7: schemas[which].release(&schemas[which]); break;
    default: break;
    }
    if (arrays[which].n_children > counts[which]) arrays[which].n_children = counts[which];
    if (schemas[which].n_children > counts[which]) schemas[which].n_children = counts[which];
  }
  {
    int missing = chance(5) ? (int)dice(4) : -1;
    status = aura_topology_from_arrow((aura_session){a_handle(SESSION)}, text, size, missing == 0 ? NULL : &arrays[0],
                                      missing == 1 ? NULL : &schemas[0], missing == 2 ? NULL : &arrays[1],
                                      missing == 3 ? NULL : &schemas[1], &result, error);
    if (missing == 0 && arrays[0].release) arrays[0].release(&arrays[0]);
    if (missing == 1 && schemas[0].release) schemas[0].release(&schemas[0]);
    if (missing == 2 && arrays[1].release) arrays[1].release(&arrays[1]);
    if (missing == 3 && schemas[1].release) schemas[1].release(&schemas[1]);
  }
  for (which = 0; which < 2; which++) {
    if (arrays[which].release || schemas[which].release) blame(ARROW_KEPT);
    if (arrays[which].release) arrays[which].release(&arrays[which]);
    if (schemas[which].release) schemas[which].release(&schemas[which]);
  }
  judge(status, error);
  judge_result(status, result);
}

static double seconds_between(struct timespec a, struct timespec b) {
  return (double)(b.tv_sec - a.tv_sec) + 1e-9 * (double)(b.tv_nsec - a.tv_nsec);
}

/* Makes `calls` random calls and frees everything that came of them. */
static void abuse(uint64_t seed, long calls, int say_slow) {
  struct timespec before, after;
  double slowest = 0, total = 0;
  long slowest_call = 0;
  int kind;
  state = seed;
  memset(dead, 0, sizeof dead);
  clock_gettime(CLOCK_MONOTONIC, &before);
  for (call_number = 1; call_number <= calls; call_number++) {
    unsigned roll = (unsigned)dice(100);
    double seconds;
    alarm(60);
    if (live_count[SESSION] == 0 || roll < 2) call_open();
    else if (roll < 56) call_ask();
    else if (roll < 68) call_result();
    else if (roll < 78) call_release();
    else if (roll < 84) call_cancel();
    else if (roll < 86) call_about();
    else if (roll < 93) call_csr();
    else call_arrow();
    clock_gettime(CLOCK_MONOTONIC, &after);
    seconds = seconds_between(before, after);
    total += seconds;
    if (seconds > slowest) {
      slowest = seconds;
      slowest_call = call_number;
      if (say_slow)
        printf("# %.3f s in call %ld, %s: %.*s\n", seconds, call_number, call_name, (int)request_length, request);
    }
    before = after;
  }
  for (kind = 0; kind < KINDS; kind++)
    while (live_count[kind]) let_go(kind, live[kind][0]);
  printf("# seed %" PRIu64 ": %ld calls in %.1f s, slowest %.3f s (call %ld)\n", seed, calls, total, slowest,
         slowest_call);
}

/* Bytes that malloc has handed out. */
static long in_use(void) {
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
  struct mallinfo2 info = mallinfo2();
  return (long)(info.uordblks + info.hblkhd);
#else
  return 0;
#endif
}

int main(int argc, char **argv) {
  uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 20260101;
  long calls = argc > 2 ? strtol(argv[2], NULL, 0) : 200000, first, second;
  static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGALRM};
  size_t i;
  for (i = 0; i < sizeof fatal / sizeof *fatal; i++) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = crashed;
    sigaction(fatal[i], &action, NULL);
  }
  abuse(seed, calls, argc > 3);
  ok(1, "%ld random calls, seed %" PRIu64 ": no crash, no hang", calls, seed);
  ok(aura_live_handles() == 0, "no handle lives after them (%" PRIu64 ")", aura_live_handles());
  first = in_use();
  abuse(seed, calls / 8, 0);
  second = in_use();
  ok(aura_live_handles() == 0, "nor after %ld more (%" PRIu64 ")", calls / 8, aura_live_handles());
  ok(second - first < 1024 * 1024, "and they leave no memory behind (%ld bytes in use, then %ld)", first, second);
  ok(!wrong[UNKNOWN_STATUS], "every status is one of the header's (%ld others)", wrong[UNKNOWN_STATUS]);
  ok(!wrong[FAULT_OF_OURS], "no internal error (%ld)", wrong[FAULT_OF_OURS]);
  ok(!wrong[WROTE_ON_FAILURE], "out-parameters stay untouched on failure (%ld written)", wrong[WROTE_ON_FAILURE]);
  ok(!wrong[WROTE_PAST_ERROR], "nothing is written past an error's struct_size (%ld)", wrong[WROTE_PAST_ERROR]);
  ok(!wrong[BAD_ERROR], "errors are whole: status, one line, pointer (%ld not)", wrong[BAD_ERROR]);
  ok(!wrong[BAD_ANSWER], "every answer is JSON in UTF-8 (%ld not)", wrong[BAD_ANSWER]);
  ok(!wrong[BAD_COLUMN], "every column has a type of the header (%ld not)", wrong[BAD_COLUMN]);
  ok(!wrong[ARROW_KEPT] && arrow_made == arrow_released, "all %ld Arrow structs were released once (%ld released)",
     arrow_made, arrow_released);
  return done_testing();
}
