/* hostile.c - documents, counts and structs made to break a parser, each with the answer it must get: the status, and
 * where the error says the fault lies (JSON pointer or byte offset). */
#define _POSIX_C_SOURCE 200809L
#include "support.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static aura_session session;
static aura_error error;

enum { ANY_OFFSET = -1 };

/* Sends a request and returns the status; the answer must be JSON, and is freed. */
static aura_status send(ask_fn ask, aura_session to, const char *text, size_t size) {
  aura_result result = {0};
  aura_status status;
  error = fresh_error();
  status = ask(to, text, size, NULL, &result, &error);
  if (status == AURA_OK) {
    const char *json = NULL;
    size_t length = 0;
    if (aura_result_json(result, &json, &length) != AURA_OK || !json_valid(json, length)) status = 1;
    aura_result_free(result);
  }
  return status;
}

static void expect_sized(const char *what, ask_fn ask, const char *text, size_t size, aura_status want,
                         const char *pointer, long long offset) {
  aura_status got = send(ask, session, text, size);
  int good = got == want;
  if (good && want != AURA_OK) {
    if (pointer && strcmp(pointer, error.pointer)) good = 0;
    if (offset >= 0 && error.offset != (uint64_t)offset) good = 0;
    if (error.status != want || !error.message[0]) good = 0;
  }
  if (!ok(good, "%s", what))
    printf("#   wanted %d at '%s' offset %lld; got %d at '%s' offset %lld: %s\n", (int)want,
           pointer ? pointer : "(any)", offset, (int)got, error.pointer, (long long)error.offset, error.message);
}

#define EXPECT(what, ask, text, want, pointer, offset) \
  expect_sized(what, ask, text, strlen(text), want, pointer, offset)

#define EDGES(list) "{\"nodes\":[{\"id\":\"a\"},{\"id\":\"b\"}],\"edges\":[" list "]}"
#define NODES(list) "{\"nodes\":[" list "],\"edges\":[]}"

/* -------------------------------------------------------------- documents */

static void syntax(void) {
  static const char *const broken[] = {"",
                                       " ",
                                       "{",
                                       "}",
                                       "[",
                                       "{\"nodes\":",
                                       "{\"nodes\":[",
                                       "{\"nodes\":[]",
                                       "{\"nodes\":[],}",
                                       "{\"nodes\":[,]}",
                                       "{\"nodes\" []}",
                                       "{nodes:[]}",
                                       "{'nodes':[]}",
                                       "{\"nodes\":[]} x",
                                       "{\"nodes\":[]}{}",
                                       "nul",
                                       "tru",
                                       "-",
                                       "01",
                                       "{\"seed\":01,\"nodes\":[],\"edges\":[]}",
                                       "{\"seed\":+1,\"nodes\":[],\"edges\":[]}",
                                       "{\"seed\":1.,\"nodes\":[],\"edges\":[]}",
                                       "{\"seed\":.5,\"nodes\":[],\"edges\":[]}",
                                       "{\"seed\":1e,\"nodes\":[],\"edges\":[]}",
                                       "{\"seed\":0x10,\"nodes\":[],\"edges\":[]}",
                                       NODES("{\"id\":NaN}"),
                                       NODES("{\"id\":1,\"load\":NaN}"),
                                       NODES("{\"id\":1,\"load\":nan}"),
                                       NODES("{\"id\":1,\"load\":Infinity}"),
                                       NODES("{\"id\":1,\"load\":-Infinity}"),
                                       NODES("{\"id\":\"\\ud800\"}"),
                                       NODES("{\"id\":\"\\udc00\"}"),
                                       NODES("{\"id\":\"\\ud800\\u0041\"}"),
                                       NODES("{\"id\":\"\\ud83d\\ud83d\"}"),
                                       NODES("{\"id\":\"\\u12g4\"}"),
                                       NODES("{\"id\":\"\\x41\"}"),
                                       NODES("{\"id\":\"a\nb\"}"),
                                       NODES("{\"id\":\"\x01\"}"),
                                       NODES("{\"id\":\"\xff\"}"),
                                       NODES("{\"id\":\"\xc0\x80\"}"),
                                       NODES("{\"id\":\"\xed\xa0\x80\"}"),
                                       NODES("{\"id\":\"\xf4\x90\x80\x80\"}"),
                                       NODES("{\"id\":\"\xe2\x82\"}"),
                                       NODES("{\"\xff\":1,\"id\":1}"),
                                       "\xef\xbb\xbf" NODES("{\"id\":1}"),
                                       "{\"nodes\":[],\"edges\":[]} // done",
                                       "/* */{\"nodes\":[],\"edges\":[]}",
                                       "{\"nodes\":[{\"id\":1}],\"edges\":[]\f}"};
  size_t i;
  for (i = 0; i < sizeof broken / sizeof *broken; i++) {
    char what[128];
    size_t k;
    snprintf(what, sizeof what, "not JSON: %.90s", broken[i]);
    for (k = 0; what[k]; k++)
      if ((unsigned char)what[k] < 0x20 || (unsigned char)what[k] > 0x7E) what[k] = '?';
    EXPECT(what, aura_predict, broken[i], AURA_E_SYNTAX, NULL, ANY_OFFSET);
    if (error.offset > strlen(broken[i])) ok(0, "its offset %lld lies within the document", (long long)error.offset);
  }
  EXPECT("the offset of a lone NaN is where it stands", aura_predict,
         "{\"nodes\":[{\"id\":1,\"load\":NaN}],\"edges\":[]}", AURA_E_SYNTAX, NULL, 25);
  EXPECT("the offset after the end of a document", aura_predict, "{\"nodes\":[],\"edges\":[]}?", AURA_E_SYNTAX, NULL,
         23);
  {
    char nul[] = "{\"nodes\":[{\"id\":\"a?b\"}],\"edges\":[]}";
    nul[18] = 0;
    expect_sized("a zero byte in a string", aura_predict, nul, sizeof nul - 1, AURA_E_SYNTAX, NULL, 18);
    expect_sized("a zero byte after the document", aura_predict, "{\"nodes\":[],\"edges\":[]}\0", 24, AURA_E_SYNTAX,
                 NULL, 23);
  }
}

static void every_prefix(void) {
  static const char text[] = "{\"topology\":" SMALL_NETWORK ",\"seed\":7,\"horizon_s\":60}";
  size_t n, wrong = 0;
  for (n = 0; n < sizeof text - 1; n++)
    if (send(aura_predict, session, text, n) != (n ? AURA_E_SYNTAX : AURA_E_SYNTAX) || error.offset > n) {
      if (!wrong++)
        printf("#   %d bytes: status %d, offset %lld\n", (int)n, (int)error.status, (long long)error.offset);
    }
  ok(!wrong, "each of %d truncations is a syntax error with an offset inside it", (int)(sizeof text - 1));
  EXPECT("and the whole is an answer", aura_predict, text, AURA_OK, NULL, ANY_OFFSET);
}

static void schema(void) {
  EXPECT("no request at all", aura_predict, "{}", AURA_E_SCHEMA, NULL, ANY_OFFSET);
  EXPECT("a request that is a list", aura_predict, "[]", AURA_E_SCHEMA, "", ANY_OFFSET);
  EXPECT("a request that is a number", aura_predict, "7", AURA_E_SCHEMA, "", ANY_OFFSET);
  EXPECT("a topology that nobody holds", aura_predict, "{\"topology\":\"nobody\"}", AURA_E_NOT_FOUND, "/topology",
         ANY_OFFSET);
  EXPECT("a topology that is a number", aura_predict, "{\"topology\":7}", AURA_E_SCHEMA, "/topology", ANY_OFFSET);
  EXPECT("a member nobody knows", aura_predict, "{\"topology\":{\"nodes\":[],\"edges\":[]},\"sed\":7}", AURA_E_SCHEMA,
         "/sed", ANY_OFFSET);
  EXPECT("a seed that is a text", aura_predict, "{\"topology\":{\"nodes\":[],\"edges\":[]},\"seed\":\"7\"}",
         AURA_E_SCHEMA, "/seed", ANY_OFFSET);
  EXPECT("a seed that is a fraction", aura_predict, "{\"topology\":{\"nodes\":[],\"edges\":[]},\"seed\":7.5}",
         AURA_E_SCHEMA, "/seed", ANY_OFFSET);
  EXPECT("a seed that no integer holds", aura_predict,
         "{\"topology\":{\"nodes\":[],\"edges\":[]},\"seed\":100000000000000000000000}", AURA_E_SYNTAX, NULL,
         ANY_OFFSET);
  ok(error.offset >= 45 && error.offset <= 76, "and its offset is there (%lld)", (long long)error.offset);
  EXPECT("a horizon below zero", aura_predict, "{\"topology\":{\"nodes\":[],\"edges\":[]},\"horizon_s\":-1}",
         AURA_E_SCHEMA, "/horizon_s", ANY_OFFSET);
  EXPECT("2^31 runs", aura_predict, "{\"topology\":{\"nodes\":[],\"edges\":[]},\"runs\":2147483648}", AURA_E_SCHEMA,
         "/runs", ANY_OFFSET);
  EXPECT("a mechanism nobody knows", aura_predict,
         "{\"topology\":{\"nodes\":[],\"edges\":[]},\"mechanism\":\"cascade.none\"}", AURA_E_SCHEMA, "/mechanism",
         ANY_OFFSET);

  EXPECT("known answers of no list", aura_self_check, "{\"ids\":7}", AURA_E_SCHEMA, "/ids", ANY_OFFSET);
  EXPECT("a horizon of 10^12 steps", aura_predict,
         "{\"topology\":" SMALL_NETWORK ",\"horizon_s\":1e9,\"step_s\":0.001,\"runs\":8}", AURA_E_LIMIT, "/step_s",
         ANY_OFFSET);
  EXPECT("an agent that nobody has, supposed to have failed", aura_predict,
         "{\"topology\":" SMALL_NETWORK ",\"suppose_failed\":[\"disk\",\"nobody\"]}", AURA_E_NOT_FOUND,
         "/suppose_failed/1", ANY_OFFSET);
  EXPECT("the record -2^63", aura_explain, "{\"record\":-9223372036854775808}", AURA_E_NOT_FOUND, "/record", ANY_OFFSET);
  EXPECT("the record 2^63 - 1", aura_explain, "{\"record\":9223372036854775807}", AURA_E_NOT_FOUND, "/record",
         ANY_OFFSET);
  EXPECT("physics beyond its range", aura_predict, "{\"topology\":" SMALL_NETWORK ",\"physics\":{\"retries\":1e308}}",
         AURA_E_SCHEMA, "/physics/retries", ANY_OFFSET);
  EXPECT("work that is not enough", aura_predict, "{\"topology\":" SMALL_NETWORK ",\"work_max\":1}", AURA_E_LIMIT, NULL,
         ANY_OFFSET);

  EXPECT("nodes that are no list", aura_predict, "{\"nodes\":{},\"edges\":[]}", AURA_E_SCHEMA, "/nodes", ANY_OFFSET);
  EXPECT("a node that is no object", aura_predict, NODES("{\"id\":1},7"), AURA_E_SCHEMA, "/nodes/1", ANY_OFFSET);
  EXPECT("a node without an id", aura_predict, NODES("{\"id\":1},{\"load\":2}"), AURA_E_SCHEMA, NULL, ANY_OFFSET);
  EXPECT("an id that is null", aura_predict, NODES("{\"id\":null}"), AURA_E_SCHEMA, "/nodes/0/id", ANY_OFFSET);
  EXPECT("an id that is a fraction", aura_predict, NODES("{\"id\":1.5}"), AURA_E_SCHEMA, "/nodes/0/id", ANY_OFFSET);
  EXPECT("an id that is a list", aura_predict, NODES("{\"id\":[1]}"), AURA_E_SCHEMA, "/nodes/0/id", ANY_OFFSET);
  EXPECT("an integer id beyond 64 bits", aura_predict, NODES("{\"id\":99999999999999999999}"), AURA_E_SCHEMA,
         "/nodes/0/id", ANY_OFFSET);
  EXPECT("a text id given twice", aura_predict, NODES("{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"a\"}"), AURA_E_SCHEMA,
         "/nodes/2/id", ANY_OFFSET);
  EXPECT("an integer id given twice", aura_predict, NODES("{\"id\":4},{\"id\":4}"), AURA_E_SCHEMA, "/nodes/1/id",
         ANY_OFFSET);
  EXPECT("a text id given twice in two spellings", aura_predict, NODES("{\"id\":\"A\"},{\"id\":\"\\u0041\"}"),
         AURA_E_SCHEMA, "/nodes/1/id", ANY_OFFSET);
  EXPECT("the text 4 and the integer 4 are two ids", aura_predict, NODES("{\"id\":4},{\"id\":\"4\"}"), AURA_OK, NULL,
         ANY_OFFSET);
  EXPECT(
      "an id of every kind of character", aura_predict,
      NODES("{\"id\":\"\"},{\"id\":\"\\u0000\"},{\"id\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"},{\"id\":\"\xf0\x9f\x98\x80\"},"
            "{\"id\":\"\xe2\x80\xa8\"}"),
      AURA_OK, NULL, ANY_OFFSET);
  EXPECT("a metric that is a text", aura_predict, NODES("{\"id\":1,\"load\":\"much\"}"), AURA_E_SCHEMA, "/nodes/0/load",
         ANY_OFFSET);
  EXPECT("a field nobody knows may be anything", aura_predict,
         NODES("{\"id\":1,\"colour\":\"red\",\"spot\":{\"x\":[1,{}]},\"none\":null}"), AURA_OK, NULL, ANY_OFFSET);
  EXPECT("edges that are no list", aura_predict, "{\"nodes\":[],\"edges\":7}", AURA_E_SCHEMA, "/edges", ANY_OFFSET);
  EXPECT("an edge without a source", aura_predict, EDGES("{\"target\":\"b\"}"), AURA_E_SCHEMA, NULL, ANY_OFFSET);
  EXPECT("a link to nobody", aura_predict, EDGES("{\"source\":\"a\",\"target\":\"c\"}"), AURA_E_SCHEMA,
         "/edges/0/target", ANY_OFFSET);
  EXPECT("a link from nobody", aura_predict,
         EDGES("{\"source\":\"a\",\"target\":\"b\"},{\"source\":0,\"target\":\"b\"}"), AURA_E_SCHEMA, "/edges/1/source",
         ANY_OFFSET);
  EXPECT("edges before nodes", aura_predict,
         "{\"edges\":[{\"source\":\"a\",\"target\":\"b\"}],\"nodes\":[{\"id\":\"a\"},{\"id\":\"b\"}]}", AURA_OK, NULL,
         ANY_OFFSET);
  EXPECT("the older name of edges", aura_predict,
         "{\"nodes\":[{\"id\":1},{\"id\":2}],\"links\":[{\"source\":1,\"target\":2}]}", AURA_OK, NULL, ANY_OFFSET);
  EXPECT("a link from an agent to itself", aura_predict, EDGES("{\"source\":\"a\",\"target\":\"a\"}"), AURA_OK, NULL,
         ANY_OFFSET);
  EXPECT("nobody at all", aura_predict, "{\"nodes\":[],\"edges\":[]}", AURA_OK, NULL, ANY_OFFSET);
  EXPECT("a weight too large for a double", aura_predict, EDGES("{\"source\":\"a\",\"target\":\"b\",\"weight\":1e400}"),
         AURA_E_SYNTAX, NULL, ANY_OFFSET);
  ok(error.offset >= 78 && error.offset <= 85, "and its offset is there (%lld)", (long long)error.offset);
  EXPECT("a weight too small for a double is nothing", aura_predict,
         EDGES("{\"source\":\"a\",\"target\":\"b\",\"weight\":1e-400}"), AURA_OK, NULL, ANY_OFFSET);
  EXPECT("the largest weights there are", aura_predict,
         EDGES("{\"source\":\"a\",\"target\":\"b\",\"weight\":1e50},"
               "{\"source\":\"b\",\"target\":\"a\",\"weight\":1e50}"),
         AURA_OK, NULL, ANY_OFFSET);
  EXPECT("a weight that is larger", aura_predict,
         EDGES("{\"source\":\"a\",\"target\":\"b\",\"weight\":1.7976931348623157e308}"), AURA_E_SCHEMA, "/edges/0",
         ANY_OFFSET);
  EXPECT("directed that is a text", aura_predict, "{\"directed\":\"yes\",\"nodes\":[],\"edges\":[]}", AURA_E_SCHEMA,
         "/directed", ANY_OFFSET);
  EXPECT("a fault in a topology inside a request", aura_predict, "{\"topology\":" NODES("{\"id\":1},{\"id\":1}") "}",
         AURA_E_SCHEMA, "/topology/nodes/1/id", ANY_OFFSET);
  EXPECT("a fault in a document to observe", aura_observe,
         "{\"topology\":\"p\",\"document\":" NODES("{\"id\":1},{\"id\":1}") "}", AURA_E_SCHEMA, "/document/nodes/1/id",
         ANY_OFFSET);
  EXPECT("a name with slash and tilde is escaped in the pointer", aura_predict,
         "{\"topology\":{\"nodes\":[],\"edges\":[]},\"a/b~c\":7}", AURA_E_SCHEMA, "/a~1b~0c", ANY_OFFSET);
}

static void changes(void) {
  EXPECT("a network to change", aura_observe, "{\"topology\":\"prod\",\"document\":" SMALL_NETWORK "}", AURA_OK, NULL,
         ANY_OFFSET);
#define CHANGES(list) "{\"topology\":\"prod\",\"changes\":[" list "]}"
  EXPECT("a change of nobody", aura_observe,
         CHANGES("{\"op\":\"set\",\"agent\":\"disk\",\"metrics\":{\"load\":1}},"
                 "{\"op\":\"set\",\"agent\":\"nobody\",\"metrics\":{\"load\":1}}"),
         AURA_E_NOT_FOUND, "/changes/1/agent", ANY_OFFSET);
  EXPECT("an operation nobody knows", aura_observe, CHANGES("{\"op\":\"dance\"}"), AURA_E_SCHEMA, "/changes/0/op",
         ANY_OFFSET);
  EXPECT("an agent added twice", aura_observe, CHANGES("{\"op\":\"add_agent\",\"agent\":\"disk\"}"), AURA_E_SCHEMA,
         "/changes/0/agent", ANY_OFFSET);
  EXPECT("a link removed that is not there", aura_observe,
         CHANGES("{\"op\":\"remove_link\",\"source\":\"disk\",\"target\":\"gateway\"}"), AURA_E_NOT_FOUND, NULL,
         ANY_OFFSET);
  EXPECT("a change of the agent -2^63", aura_observe,
         CHANGES("{\"op\":\"set\",\"agent\":-9223372036854775808,\"metrics\":{\"load\":1}}"), AURA_E_NOT_FOUND,
         "/changes/0/agent", ANY_OFFSET);
  EXPECT("changes of a topology nobody holds", aura_observe, "{\"topology\":\"none\",\"changes\":[]}", AURA_E_NOT_FOUND,
         "/topology", ANY_OFFSET);
  {
    /* A bad batch changes nothing: the good first change must not show. */
    aura_result before = {0}, after = {0};
    const char *x = "", *y = "";
    size_t n = 0, m = 0;
    static const char ask[] = "{\"topology\":\"prod\",\"seed\":1}";
    aura_predict(session, ask, SIZE_MAX, NULL, &before, NULL);
    send(aura_observe, session,
         CHANGES("{\"op\":\"set\",\"agent\":\"disk\",\"metrics\":{\"load\":79.9}},"
                 "{\"op\":\"remove_agent\",\"agent\":\"stock\"},"
                 "{\"op\":\"dance\"}"),
         SIZE_MAX);
    aura_predict(session, ask, SIZE_MAX, NULL, &after, NULL);
    aura_result_json(before, &x, &n);
    aura_result_json(after, &y, &m);
    ok(n && n == m && !memcmp(x, y, n), "a bad batch changes nothing: the forecast before and after has equal bytes");
    aura_result_free(before);
    aura_result_free(after);
  }
  {
    static const double load[5] = {1, 2, 3, 4, 5};
    static const int64_t who[5] = {0, 1, 2, 3, 5};
    aura_array arrays[2] = {{sizeof(aura_array), AURA_TYPE_FLOAT64, "load", load, 5},
                            {sizeof(aura_array), AURA_TYPE_INT64, "agent", who, 5}};
    aura_call call;
    aura_result result = {0};
    static const char ask[] = "{\"topology\":\"prod\"}";
    memset(&call, 0, sizeof call);
    call.struct_size = sizeof call;
    call.arrays = arrays;
    call.array_count = 1;
    ok(aura_observe(session, ask, SIZE_MAX, &call, &result, &error) == AURA_OK, "a column for every agent");
    aura_result_free(result);
    call.array_count = 2;
    ok(aura_observe(session, ask, SIZE_MAX, &call, &result, &error) != AURA_OK,
       "a column for an agent that is not there");
    arrays[0].count = 4;
    call.array_count = 1;
    ok(aura_observe(session, ask, SIZE_MAX, &call, &result, &error) != AURA_OK, "a column that is too short");
    arrays[0].count = 5;
    arrays[0].type = 9;
    ok(aura_observe(session, ask, SIZE_MAX, &call, &result, &error) == AURA_E_ARGUMENT, "a column of no known type");
    arrays[0].type = AURA_TYPE_FLOAT64;
    arrays[0].data = NULL;
    ok(aura_observe(session, ask, SIZE_MAX, &call, &result, &error) == AURA_E_ARGUMENT, "a column without data");
    arrays[0].data = load;
    arrays[0].struct_size = 3;
    ok(aura_observe(session, ask, SIZE_MAX, &call, &result, &error) == AURA_E_ARGUMENT,
       "a column of a bad struct_size");
    call.arrays = NULL;
    ok(aura_observe(session, ask, SIZE_MAX, &call, &result, &error) == AURA_E_ARGUMENT, "a count without columns");
  }
}

/* -------------------------------------------------------- depth and length */

static char *filled(size_t n, const char *head, const char *unit, size_t times, const char *tail, size_t *size) {
  size_t unit_length = strlen(unit), i;
  char *text = malloc(strlen(head) + unit_length * times + strlen(tail) + n + 1);
  size_t at = strlen(head);
  memcpy(text, head, at);
  for (i = 0; i < times; i++, at += unit_length) memcpy(text + at, unit, unit_length);
  strcpy(text + at, tail);
  *size = at + strlen(tail);
  return text;
}

/* AddressSanitizer reserves terabytes, and a limit would stop it rather than us. */
static int address_space_is_vast(void) {
  long pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (!file) return 1;
  if (fscanf(file, "%ld", &pages) != 1) pages = 0;
  fclose(file);
  return pages > (1L << 40) / 4096;
}

static void depth_and_length(void) {
  static const ask_fn asks[] = {aura_predict, aura_analyze, aura_intervene, aura_catalogue, aura_self_check,
                                aura_explain, aura_observe, aura_apply,     aura_events};
  size_t size, i, bad = 0;
  char *text = filled(0, "", "[", 1000000, "", &size);
  for (i = 0; i < 9; i++) {
    aura_status status = send(asks[i], session, text, size);
    if (status != AURA_E_LIMIT && status != AURA_E_SYNTAX && status != AURA_E_SCHEMA) bad++;
  }
  ok(!bad, "a million opening brackets, to every ask");
  free(text);
  text = filled(0, "{\"nodes\":[{\"id\":1,\"x\":", "{\"x\":", 100000, "", &size);
  {
    aura_status status = send(aura_predict, session, text, size);
    ok(status == AURA_E_LIMIT || status == AURA_E_SYNTAX, "100,000 levels in a field that is ignored (%d)",
       (int)status);
  }
  free(text);
  text = filled(0, "{\"nodes\":[{\"id\":\"", "x", 1000000, "\"}],\"edges\":[]}", &size);
  {
    aura_status status = send(aura_predict, session, text, size);
    ok(status == AURA_OK || status == AURA_E_LIMIT, "an id of a million characters (%d)", (int)status);
  }
  free(text);
  text = filled(0, "{\"nodes\":[],\"edges\":[],\"", "k~/", 300000, "\":1}", &size);
  {
    aura_status status = send(aura_predict, session, text, size);
    ok(is_status(status) && memchr(error.pointer, 0, sizeof error.pointer) != NULL,
       "a member name of 900,000 characters: the pointer is cut and ends (%d)", (int)status);
  }
  free(text);
  text = filled(0, "{\"seed\":", "9", 1000000, ",\"nodes\":[],\"edges\":[]}", &size);
  {
    aura_status status = send(aura_predict, session, text, size);
    ok(status == AURA_E_SCHEMA || status == AURA_E_SYNTAX || status == AURA_E_LIMIT,
       "an integer of a million digits (%d)", (int)status);
  }
  free(text);
  text = filled(0, "{\"nodes\":[{\"id\":1,\"load\":0.", "3", 1000000, "}],\"edges\":[]}", &size);
  {
    aura_status status = send(aura_predict, session, text, size);
    ok(status == AURA_OK || status == AURA_E_SYNTAX || status == AURA_E_LIMIT, "a fraction of a million digits (%d)",
       (int)status);
  }
  free(text);
  text = filled(0, "", " ", 4000000, "{\"nodes\":[],\"edges\":[]}", &size);
  expect_sized("four million spaces before a document", aura_predict, text, size, AURA_OK, NULL, ANY_OFFSET);
  free(text);
  text = filled(0, "{\"nodes\":[{\"id\":1", ",\"m\":1", 200000, "}],\"edges\":[]}", &size);
  {
    aura_status status = send(aura_predict, session, text, size);
    ok(status == AURA_OK || status == AURA_E_SCHEMA, "one field 200,000 times (%d)", (int)status);
  }
  free(text);
  {
    size_t n = 0;
    int k;
    text = malloc(2000000);
    n += (size_t)sprintf(text, "{\"nodes\":[{\"id\":1");
    for (k = 0; k < 100000; k++) n += (size_t)sprintf(text + n, ",\"m%d\":1", k);
    n += (size_t)sprintf(text + n, "}],\"edges\":[]}");
    {
      aura_status status = send(aura_predict, session, text, n);
      ok(status == AURA_OK || status == AURA_E_LIMIT, "an agent with 100,000 metrics (%d)", (int)status);
    }
    free(text);
  }
  {
    /* Many agents times many metrics would be a table of 10^10 values: a limit or no memory, never a hang. */
    size_t n = 0;
    int k;
    text = malloc(8000000);
    n += (size_t)sprintf(text, "{\"nodes\":[");
    for (k = 0; k < 100000; k++) n += (size_t)sprintf(text + n, "%s{\"id\":%d,\"m%d\":1}", k ? "," : "", k, k);
    n += (size_t)sprintf(text + n, "],\"edges\":[]}");
    alarm(60);
    {
      aura_status status =
          send(aura_observe, session, "{\"topology\":\"wide\",\"document\":{\"nodes\":[],\"edges\":[]}}", SIZE_MAX);
      char *request = malloc(n + 64);
      int m = sprintf(request, "{\"topology\":\"wide\",\"document\":%s}", text);
      struct rlimit room = {0, 0}, old;
      getrlimit(RLIMIT_AS, &old);
      room.rlim_max = old.rlim_max;
      room.rlim_cur = (rlim_t)8 << 30;
      if (!address_space_is_vast()) setrlimit(RLIMIT_AS, &room);
      status = send(aura_observe, session, request, (size_t)m);
      setrlimit(RLIMIT_AS, &old);
      ok(status == AURA_E_LIMIT || status == AURA_E_MEMORY, "100,000 agents with 100,000 different metrics (%d)",
         (int)status);
      free(request);
    }
    alarm(0);
    free(text);
  }
}

/* ----------------------------------------------------------------- numbers */

/* Metrics far beyond what any system shows: the sentences about them must still be written. */
static void numbers(void) {
  static const char *const metrics[] = {"\"load\":1e308,\"capacity\":1e-308",
                                        "\"load\":1e30,\"capacity\":1",
                                        "\"queue\":1.7976931348623157e308,\"capacity\":5e-324",
                                        "\"memory_bytes\":1e308,\"memory_limit_bytes\":1e-300",
                                        "\"error_rate\":1,\"liveness_age_s\":1.7976931348623157e308",
                                        "\"latency_ms\":1e308,\"attempts_per_call\":1e308",
                                        "\"pd\":1e308,\"pg\":1e308,\"pgmax\":1e308"};
  static const char *const mechanisms[] = {"load_sharing", "threshold", "contagion",  "contagion_sis",
                                           "dc_power",     "retry_queue", "motter_lai"};
  size_t i, k;
  for (i = 0; i < sizeof metrics / sizeof *metrics; i++)
    for (k = 0; k < sizeof mechanisms / sizeof *mechanisms; k++) {
      char text[1000], what[200];
      snprintf(text, sizeof text,
               "{\"topology\":{\"nodes\":[{\"id\":0,%s},{\"id\":1,\"latency_ms\":1},{\"id\":2,\"latency_ms\":1}],\"edges\":"
               "[{\"source\":0,\"target\":1,\"weight\":1e50},{\"source\":1,\"target\":2,\"weight\":1e50}]},"
               "\"mechanism\":\"%s\",\"runs\":2}",
               metrics[i], mechanisms[k]);
      snprintf(what, sizeof what, "%s with %s", mechanisms[k], metrics[i]);
      EXPECT(what, aura_intervene, text, AURA_OK, NULL, ANY_OFFSET);
      EXPECT(what, aura_predict, text, AURA_OK, NULL, ANY_OFFSET);
    }
}

/* ------------------------------------------------------------------ limits */

static void limits(void) {
  aura_session_options options;
  aura_session small = {0};
  aura_session kept = session;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.max_agents = 3;
  options.max_links = 2;
  options.max_document_bytes = 400;
  options.max_topologies = 1;
  options.threads = 1;
  ok(aura_session_open(&options, &small, &error) == AURA_OK, "a session of small limits");
  session = small;
  EXPECT("three agents and two links fit", aura_observe,
         "{\"topology\":\"a\",\"document\":{\"nodes\":[{\"id\":1},{\"id\":2},{\"id\":3}],\"edges\":[{\"source\":1,"
         "\"target\":2},{\"source\":2,\"target\":3}]}}",
         AURA_OK, NULL, ANY_OFFSET);
  EXPECT("a fourth agent does not", aura_predict, NODES("{\"id\":1},{\"id\":2},{\"id\":3},{\"id\":4}"), AURA_E_LIMIT,
         NULL, ANY_OFFSET);
  EXPECT("a third link does not", aura_predict,
         EDGES("{\"source\":\"a\",\"target\":\"b\"},{\"source\":\"a\",\"target\":\"b\"},"
               "{\"source\":\"a\",\"target\":\"b\"}"),
         AURA_E_LIMIT, NULL, ANY_OFFSET);
  EXPECT("a fourth agent does not come by a change either", aura_observe,
         "{\"topology\":\"a\",\"changes\":[{\"op\":\"add_agent\",\"agent\":4}]}", AURA_E_LIMIT, NULL, ANY_OFFSET);
  EXPECT("a second topology does not fit", aura_observe,
         "{\"topology\":\"b\",\"document\":{\"nodes\":[],\"edges\":[]}}", AURA_E_LIMIT, NULL, ANY_OFFSET);
  {
    size_t size;
    char *text = filled(0, "{\"nodes\":[],\"edges\":[]", " ", 400, "}", &size);
    expect_sized("a document of 423 bytes does not fit in 400", aura_predict, text, size, AURA_E_LIMIT, NULL,
                 ANY_OFFSET);
    free(text);
  }
  ok(aura_session_close(small) == AURA_OK, "and it closes");
  session = kept;
  {
    static const struct {
      const char *what;
      uint32_t threads;
      uint64_t agents;
      uint32_t size;
    } bad[] = {{"257 threads", 257, 0, sizeof(aura_session_options)},
               {"2^32 - 1 threads", UINT32_MAX, 0, sizeof(aura_session_options)},
               {"options of no size", 1, 0, 0},
               {"options of 3 bytes", 1, 0, 3},
               {"options that end within a pointer", 1, 0, 60},
               {"options of 4097 bytes", 1, 0, 4097}};
    size_t i;
    for (i = 0; i < sizeof bad / sizeof *bad; i++) {
      aura_session never = {42};
      memset(&options, 0, sizeof options);
      options.struct_size = bad[i].size;
      options.threads = bad[i].threads;
      options.max_agents = bad[i].agents;
      ok(aura_session_open(&options, &never, &error) == AURA_E_ARGUMENT && never.id == 42, "%s are refused",
         bad[i].what);
    }
  }
  {
    /* A limit above what there can be is brought down to it. */
    aura_session vast = {0};
    aura_csr csr;
    static const int64_t start = 0;
    aura_result result;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.max_agents = options.max_links = UINT64_MAX;
    memset(&csr, 0, sizeof csr);
    csr.struct_size = sizeof csr;
    csr.agents = (UINT64_C(1) << 30) + 1;
    csr.starts = &start;
    ok(aura_session_open(&options, &vast, &error) == AURA_OK, "a limit of 2^64 - 1 agents");
    ok(aura_topology_from_csr(vast, "{\"topology\":\"x\"}", SIZE_MAX, &csr, &result, &error) == AURA_E_LIMIT,
       "still means no more than 2^30");
    aura_session_close(vast);
  }
  EXPECT("work that the request does not allow", aura_analyze,
         "{\"topology\":" SMALL_NETWORK ",\"work_max\":1,\"analyses\":[{\"id\":\"graph.centrality.betweenness\"}]}",
         AURA_OK, NULL, ANY_OFFSET);
}

/* --------------------------------------------------------------------- LZ4 */

static void frames(void) {
  static const char document[] = "{\"topology\":" SMALL_NETWORK ",\"seed\":3}";
  static unsigned char frame[sizeof document + 64];
  size_t n = lz4_stored(frame, document, sizeof document - 1), i, odd = 0, accepted = 0;
  unsigned char *bomb;
  struct rusage before, after;
  expect_sized("a document in an LZ4 frame", aura_predict, (char *)frame, n, AURA_OK, NULL, ANY_OFFSET);
  for (i = 0; i < n; i++) {
    aura_status status = send(aura_predict, session, (char *)frame, i);
    if (status == AURA_OK) accepted++;
    else if (status != AURA_E_SYNTAX) odd++;
  }
  ok(!accepted && !odd, "each of %d truncations of the frame is a syntax error", (int)n);
  for (i = 0; i < 15 * 8; i++) {
    aura_status status;
    frame[i / 8] ^= (unsigned char)(1 << i % 8);
    status = send(aura_predict, session, (char *)frame, n);
    if (!is_status(status) || status == AURA_E_INTERNAL) odd++;
    frame[i / 8] ^= (unsigned char)(1 << i % 8);
  }
  ok(!odd, "each of 120 flipped bits in the frame's head gives a status");
  frame[6] ^= 1;
  expect_sized("a frame whose head has a wrong checksum", aura_predict, (char *)frame, n, AURA_E_SYNTAX, NULL,
               ANY_OFFSET);
  n = lz4_stored(frame, "", 0);
  expect_sized("a frame of nothing", aura_predict, (char *)frame, n, AURA_E_SYNTAX, NULL, ANY_OFFSET);
  n = lz4_stored(frame, "{\"nodes\":[],\"edges\":[],}", 24);
  expect_sized("the offset of a fault counts decoded bytes", aura_predict, (char *)frame, n, AURA_E_SYNTAX, NULL, 23);
  n = lz4_stored(frame, "{\"nodes\":[],\"edges\":[]}", 23);
  frame[n] = 'x';
  expect_sized("a byte after the frame", aura_predict, (char *)frame, n + 1, AURA_E_SYNTAX, NULL, ANY_OFFSET);

  {
    aura_session_options options;
    aura_session small = {0}, kept = session;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.threads = 1;
    options.max_document_bytes = 1 << 20;
    aura_session_open(&options, &small, NULL);
    session = small;
    bomb = lz4_bomb(250, 0, &n);
    getrusage(RUSAGE_SELF, &before);
    expect_sized("a bomb of 1,000 MiB in 4 MiB stops at the limit of 1 MiB", aura_predict, (char *)bomb, n,
                 AURA_E_LIMIT, NULL, ANY_OFFSET);
    getrusage(RUSAGE_SELF, &after);
    ok(after.ru_maxrss - before.ru_maxrss < 64 * 1024, "and takes little memory (%ld KiB)",
       after.ru_maxrss - before.ru_maxrss);
    free(bomb);
    bomb = lz4_bomb(1, UINT64_C(1) << 60, &n);
    expect_sized("a frame that promises 2^60 bytes", aura_predict, (char *)bomb, n, AURA_E_LIMIT, NULL, ANY_OFFSET);
    free(bomb);
    session = kept;
    aura_session_close(small);
  }
  bomb = lz4_bomb(1, 4u << 20, &n);
  expect_sized("a frame of 4 MiB of spaces is no document", aura_predict, (char *)bomb, n, AURA_E_SYNTAX, NULL,
               ANY_OFFSET);
  free(bomb);
  bomb = lz4_bomb(1, 5u << 20, &n);
  expect_sized("a frame that promises more than it holds", aura_predict, (char *)bomb, n, AURA_E_SYNTAX, NULL,
               ANY_OFFSET);
  free(bomb);
}

/* -------------------------------------------------------------------- bulk */

static void bulk(void) {
  int64_t starts[4] = {0, 1, 2, 2}, targets[2] = {1, 2};
  double weights[2] = {1, 0.5};
  aura_csr csr;
  aura_result result = {0};
  static const char ask[] = "{\"topology\":\"bulk\",\"directed\":true}";
#define FRESH_CSR()             \
  memset(&csr, 0, sizeof csr);  \
  csr.struct_size = sizeof csr; \
  csr.directed = 1;             \
  csr.agents = 3;               \
  csr.links = 2;                \
  csr.starts = starts;          \
  csr.targets = targets;        \
  csr.weights = weights
#define CSR(want, what)                                                             \
  do {                                                                              \
    aura_status got_;                                                               \
    error = fresh_error();                                                          \
    got_ = aura_topology_from_csr(session, ask, SIZE_MAX, &csr, &result, &error);   \
    if (!ok(got_ == (want), "rows: %s", what))                                      \
      printf("#   wanted %d, got %d: %s\n", (int)(want), (int)got_, error.message); \
    if (got_ == AURA_OK) aura_result_free(result);                                  \
  } while (0)
  FRESH_CSR();
  CSR(AURA_OK, "three agents, two links");
  csr.agents = UINT64_C(1) << 31;
  CSR(AURA_E_LIMIT, "2^31 agents");
  csr.agents = UINT64_MAX;
  CSR(AURA_E_LIMIT, "2^64 - 1 agents");
  FRESH_CSR();
  csr.links = UINT64_C(1) << 31;
  CSR(AURA_E_LIMIT, "2^31 links");
  FRESH_CSR();
  csr.links = 1;
  CSR(AURA_E_ARGUMENT, "fewer links than the rows say");
  FRESH_CSR();
  csr.starts = NULL;
  CSR(AURA_E_ARGUMENT, "no starts");
  FRESH_CSR();
  csr.targets = NULL;
  CSR(AURA_E_ARGUMENT, "no targets");
  FRESH_CSR();
  starts[0] = 1;
  CSR(AURA_E_ARGUMENT, "a first start that is not 0");
  starts[0] = 0;
  starts[1] = 2;
  starts[2] = 1;
  CSR(AURA_E_ARGUMENT, "falling starts");
  starts[1] = INT64_MAX;
  CSR(AURA_E_ARGUMENT, "a start of 2^63 - 1");
  starts[1] = INT64_MIN;
  CSR(AURA_E_ARGUMENT, "a start of -2^63");
  starts[1] = 1;
  starts[2] = 2;
  targets[0] = 3;
  CSR(AURA_E_ARGUMENT, "a target that is not there");
  targets[0] = -1;
  CSR(AURA_E_ARGUMENT, "a target below 0");
  targets[0] = UINT32_MAX + INT64_C(2);
  CSR(AURA_E_ARGUMENT, "a target that is 1 in 32 bits");
  targets[0] = 1;
  csr.struct_size = 8;
  CSR(AURA_E_ARGUMENT, "a struct_size of 8");
  csr.struct_size = 44;
  CSR(AURA_E_ARGUMENT, "a struct_size that ends within a pointer");
  FRESH_CSR();
  csr.metric_count = 1;
  CSR(AURA_E_ARGUMENT, "a metric count without metrics");
  ok(aura_topology_from_csr(session, ask, SIZE_MAX, NULL, &result, &error) == AURA_E_ARGUMENT, "rows: none at all");

  {
    static const char letters[] = "abcab";
    static const int32_t offsets[] = {0, 1, 2, 3}, from[] = {0, 1, 2}, falling[] = {0, 1000000000, 2, 3},
                         twice[] = {0, 1, 1, 2};
    static const int32_t below[] = {-5, 1, 2, 3};
    static const double load[] = {1, 2, 3};
    const struct {
      const char *what;
      const int32_t *ids, *sources;
      const char *format;
      int64_t length, offset, buffers;
      aura_status want;
    } cases[] = {{"two small tables", offsets, from, "u", 3, 0, 3, AURA_OK},
                 {"offsets that fall", falling, from, "u", 3, 0, 3, AURA_E_ARGUMENT},
                 {"offsets below 0", below, from, "u", 3, 0, 3, AURA_E_ARGUMENT},
                 {"a length below 0", offsets, from, "u", -1, 0, 3, AURA_E_ARGUMENT},
                 {"an offset below 0", offsets, from, "u", 3, -1, 3, AURA_E_ARGUMENT},
                 {"an offset of 2^63 - 1", offsets, from, "u", 3, INT64_MAX, 3, AURA_E_ARGUMENT},
                 {"too few buffers", offsets, from, "u", 3, 0, 1, AURA_E_ARGUMENT},
                 {"ids of a type that is not taken", offsets, from, "z", 3, 0, 3, AURA_E_ARGUMENT},
                 {"an id twice", twice, from, "u", 3, 0, 3, AURA_E_SCHEMA}};
    size_t i;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
      arrow_column agents[2], links[2];
      struct ArrowArray arrays[2];
      struct ArrowSchema schemas[2];
      aura_status got;
      int k;
      memset(agents, 0, sizeof agents);
      memset(links, 0, sizeof links);
      agents[0].format = cases[i].format;
      agents[0].name = "id";
      agents[0].length = cases[i].length;
      agents[0].offset = cases[i].offset;
      agents[0].n_buffers = cases[i].buffers;
      agents[0].buffers[1] = cases[i].ids;
      agents[0].buffers[2] = cases[i].ids == twice ? "aab" + 0 : letters;
      agents[1].format = "g";
      agents[1].name = "load";
      agents[1].length = 3;
      agents[1].n_buffers = 2;
      agents[1].buffers[1] = load;
      for (k = 0; k < 2; k++) {
        links[k].format = "u";
        links[k].name = k ? "target" : "source";
        links[k].length = 2;
        links[k].n_buffers = 3;
        links[k].buffers[1] = offsets + k;
        links[k].buffers[2] = letters;
      }
      if (cases[i].ids == twice) agents[0].buffers[2] = "aab", agents[0].buffers[1] = offsets;
      arrow_batch(&arrays[0], &schemas[0], 3, 2, agents);
      arrow_batch(&arrays[1], &schemas[1], 2, 2, links);
      error = fresh_error();
      got = aura_topology_from_arrow(session, "{\"topology\":\"arrow\",\"directed\":true}", SIZE_MAX, &arrays[0],
                                     &schemas[0], &arrays[1], &schemas[1], &result, &error);
      if (!ok(got == cases[i].want && !arrays[0].release && !schemas[0].release && !arrays[1].release &&
                  !schemas[1].release,
              "tables: %s", cases[i].what))
        printf("#   wanted %d, got %d: %s\n", (int)cases[i].want, (int)got, error.message);
      if (got == AURA_OK) aura_result_free(result);
      got = aura_topology_from_arrow(session, "{\"topology\":\"arrow\"}", SIZE_MAX, &arrays[0], &schemas[0], &arrays[1],
                                     &schemas[1], &result, &error);
      if (i == 0) ok(got == AURA_E_ARGUMENT, "tables: a second use of moved tables (%d)", (int)got);
    }
    ok(arrow_made == arrow_released, "tables: all were released once (%ld of %ld)", arrow_released, arrow_made);
  }
}

/* ----------------------------------------------------------------- handles */

static int32_t never(void *user, double fraction) {
  (void)user;
  (void)fraction;
  return 1;
}

static void handles(void) {
  aura_session closed = {0}, none = {0}, other = {0};
  aura_result result = {0};
  aura_cancel cancel = {0};
  aura_array column;
  const char *text;
  size_t length;
  memset(&column, 0, sizeof column);
  column.struct_size = sizeof column;
  ok(aura_session_open(NULL, &closed, NULL) == AURA_OK && aura_session_close(closed) == AURA_OK,
     "a session opens and closes");
  ok(aura_session_close(closed) == AURA_E_HANDLE, "a session closes once");
  ok(send(aura_predict, closed, "{\"nodes\":[],\"edges\":[]}", SIZE_MAX) == AURA_E_HANDLE,
     "a closed session answers nothing");
  ok(send(aura_predict, none, "{\"nodes\":[],\"edges\":[]}", SIZE_MAX) == AURA_E_HANDLE, "no session answers nothing");
  ok(aura_predict(session, "{\"nodes\":[],\"edges\":[]}", SIZE_MAX, NULL, &result, NULL) == AURA_OK, "a result");
  other.id = result.id;
  ok(send(aura_predict, other, "{\"nodes\":[],\"edges\":[]}", SIZE_MAX) == AURA_E_HANDLE, "a result is no session");
  ok(aura_cancel_set((aura_cancel){result.id}) == AURA_E_HANDLE, "a result is no token");
  ok(aura_result_free((aura_result){session.id}) == AURA_E_HANDLE, "a session is no result");
  ok(aura_result_column(result, "no such column", &column) == AURA_E_NOT_FOUND, "a column that is not there");
  column.struct_size = 2;
  ok(aura_result_column(result, "probability", &column) == AURA_E_ARGUMENT, "a column of a bad struct_size");
  ok(aura_result_json(result, NULL, &length) <= 0 && aura_result_json(result, &text, NULL) <= 0,
     "nowhere to put the text");
  ok(aura_result_free(result) == AURA_OK && aura_result_free(result) == AURA_E_HANDLE, "a result is freed once");
  ok(aura_result_json(result, &text, &length) == AURA_E_HANDLE, "a freed result says nothing");
  ok(aura_cancel_new(&cancel) == AURA_OK && aura_cancel_set(cancel) == AURA_OK && aura_cancel_set(cancel) == AURA_OK,
     "a token is set as often as you like");
  {
    aura_call call;
    memset(&call, 0, sizeof call);
    call.struct_size = sizeof call;
    call.cancel = cancel;
    ok(aura_predict(session, SMALL_NETWORK, SIZE_MAX, &call, &result, NULL) == AURA_E_CANCELLED, "a set token cancels");
    ok(aura_cancel_free(cancel) == AURA_OK && aura_cancel_free(cancel) == AURA_E_HANDLE, "a token is freed once");
    ok(aura_predict(session, SMALL_NETWORK, SIZE_MAX, &call, &result, NULL) == AURA_E_HANDLE,
       "a freed token is refused");
    call.struct_size = 5;
    call.cancel.id = 0;
    ok(aura_predict(session, SMALL_NETWORK, SIZE_MAX, &call, &result, NULL) == AURA_E_ARGUMENT,
       "a call of 5 bytes is refused");
    call.struct_size = 20; /* ends within `progress` */
    call.progress = never;
    ok(aura_predict(session, SMALL_NETWORK, SIZE_MAX, &call, &result, NULL) == AURA_E_ARGUMENT,
       "a call that ends within a pointer is refused");
  }
  ok(aura_predict(session, NULL, 0, NULL, &result, NULL) == AURA_E_ARGUMENT, "no request");
  ok(aura_predict(session, NULL, SIZE_MAX, NULL, &result, NULL) == AURA_E_ARGUMENT, "no request, of unknown length");
  ok(aura_predict(session, "{}", 2, NULL, NULL, NULL) == AURA_E_ARGUMENT, "nowhere to put the result");
  ok(aura_predict(session, "{}", SIZE_MAX - 1, NULL, &result, NULL) == AURA_E_ARGUMENT, "a length of 2^64 - 2");
}

/* Counts that no network of five agents has: refused before a value is read. Last, because who reads them crashes. */
static void vast_columns(void) {
  static const double load[5] = {1, 2, 3, 4, 5};
  static const int powers[] = {20, 24, 31, 40, 63};
  aura_array array = {sizeof(aura_array), AURA_TYPE_FLOAT64, "load", load, 0};
  aura_call call;
  size_t i;
  memset(&call, 0, sizeof call);
  call.struct_size = sizeof call;
  call.arrays = &array;
  call.array_count = 1;
  for (i = sizeof powers / sizeof *powers; i-- > 0;) {
    aura_result result = {0};
    aura_status status;
    array.count = UINT64_C(1) << powers[i];
    status = aura_observe(session, "{\"topology\":\"prod\"}", SIZE_MAX, &call, &result, &error);
    ok(status != AURA_OK, "a column of 2^%d values (%d)", powers[i], (int)status);
  }
  {
    static const int64_t starts[] = {0, 0};
    aura_csr csr;
    aura_result result = {0};
    memset(&csr, 0, sizeof csr);
    csr.struct_size = sizeof csr;
    csr.agents = 1;
    csr.starts = starts;
    csr.metrics = &array;
    csr.metric_count = 1;
    array.count = UINT64_C(1) << 31;
    ok(aura_topology_from_csr(session, "{\"topology\":\"x\"}", SIZE_MAX, &csr, &result, &error) != AURA_OK,
       "rows: a metric of 2^31 values for one agent");
  }
}

/* A value that jansson has no room for is no fault of the document. In a child, whose memory is bounded. */
static void little_memory(void) {
  size_t size;
  char *text = filled(0, "{\"nodes\":[],\"edges\":[],\"x\":[0", ",0", 3000000, "]}", &size);
  int status = 0;
  pid_t child;
  fflush(stdout);
  child = fork();
  if (child == 0) {
    long pages = 0;
    struct rlimit limit;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%ld", &pages) != 1) _exit(99);
    fclose(file);
    limit.rlim_cur = limit.rlim_max = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + (8 << 20);
    if (setrlimit(RLIMIT_AS, &limit)) _exit(98);
    _exit(-send(aura_predict, session, text, size));
  }
  waitpid(child, &status, 0);
  ok(WIFEXITED(status) && WEXITSTATUS(status) == -AURA_E_MEMORY, "a value that there is no room for (%d)", status);
  free(text);
}

int main(void) {
  if (aura_session_open(NULL, &session, &error) != AURA_OK) {
    ok(0, "a session opens");
    return done_testing();
  }
  handles();
  syntax();
  every_prefix();
  schema();
  changes();
  numbers();
  depth_and_length();
  limits();
  frames();
  bulk();
  vast_columns();
  if (!address_space_is_vast()) little_memory();
  aura_session_close(session);
  ok(aura_live_handles() == 0, "no handle lives at the end (%" PRIu64 ")", aura_live_handles());
  return done_testing();
}
