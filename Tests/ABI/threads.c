/* threads.c - many threads on one session: asks, tells and waits at once, cancelled at any moment, closed under way,
 * and from stacks of 32 KiB. */
#define _POSIX_C_SOURCE 200809L
#include "support.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define UNDER_A_SANITIZER
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define UNDER_A_SANITIZER
#endif

#define THREADS 8
#define ROUNDS 60

static aura_session session;
static char *still_answer;
static size_t still_length;
static const char still_ask[] = "{\"topology\":\"still\",\"seed\":7}";

static volatile sig_atomic_t finished; /* written once by the main thread; a late reader only works on */

static void rest(long microseconds) {
  struct timespec pause;
  pause.tv_sec = microseconds / 1000000;
  pause.tv_nsec = microseconds % 1000000 * 1000;
  nanosleep(&pause, NULL);
}

static double seconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void hung(int signal_number) {
  static const char text[] = "not ok - a call hangs: no thread came back in time\n";
  ssize_t ignored = write(1, text, sizeof text - 1);
  (void)ignored;
  (void)signal_number;
  _exit(1);
}

static int observe(aura_session to, const char *name) {
  char request[4096];
  aura_result result = {0};
  int n = snprintf(request, sizeof request, "{\"topology\":\"%s\",\"document\":%s}", name, SMALL_NETWORK);
  aura_status status = aura_observe(to, request, (size_t)n, NULL, &result, NULL);
  if (status == AURA_OK) aura_result_free(result);
  return (int)status;
}

/* ---------------------------------------------------- everything at once */

typedef struct worker {
  pthread_t thread;
  uint64_t seed;
  long wrong_status, wrong_answer, cancelled, done;
  aura_status last_wrong;
  int last_ask;
  long long revisions[ROUNDS * 4];
  size_t revision_count;
  uint64_t token; /* what the canceller aims at */
} worker;

static long long number_after(const char *text, size_t length, const char *key) {
  size_t n = strlen(key), i;
  for (i = 0; i + n < length; i++)
    if (!memcmp(text + i, key, n)) return strtoll(text + i + n, NULL, 10);
  return -1;
}

static int32_t stop_sometimes(void *user, double fraction) {
  uint64_t *state = user;
  return fraction >= 0 && fraction <= 1 && dice_below(state, 40) == 0;
}

static void *work(void *argument) {
  worker *me = argument;
  uint64_t state = me->seed;
  int round;
  for (round = 0; round < ROUNDS * 4; round++) {
    static const char *const names[] = {"predict", "analyze",   "observe", "observe columns",
                                        "events",  "intervene", "explain"};
    aura_cancel token = {0};
    aura_call call;
    aura_result result = {0};
    aura_status status = AURA_OK;
    double load[5];
    aura_array array = {sizeof(aura_array), AURA_TYPE_FLOAT64, "load", NULL, 5};
    char request[256];
    int ask = (int)dice_below(&state, 7), compare = 0, i, told = 0, n;
    memset(&call, 0, sizeof call);
    call.struct_size = sizeof call;
    if (dice_below(&state, 3) == 0 && aura_cancel_new(&token) == AURA_OK) {
      call.cancel = token;
      __atomic_store_n(&me->token, token.id, __ATOMIC_RELAXED);
    }
    if (dice_below(&state, 3) == 0) {
      call.progress = stop_sometimes;
      call.progress_user = &state;
    }
    switch (ask) {
    case 0:
      compare = dice_below(&state, 2) == 0;
      status = aura_predict(session, compare ? still_ask : "{\"topology\":\"moving\",\"runs\":50}", SIZE_MAX, &call,
                            &result, NULL);
      break;
    case 1: status = aura_analyze(session, "{\"topology\":\"moving\"}", SIZE_MAX, &call, &result, NULL); break;
    case 2:
      told = 1;
      n = snprintf(
          request, sizeof request,
          "{\"topology\":\"moving\",\"changes\":[{\"op\":\"set\",\"agent\":\"disk\",\"metrics\":{\"load\":%d}}]}",
          (int)dice_below(&state, 80));
      status = aura_observe(session, request, (size_t)n, &call, &result, NULL);
      break;
    case 3:
      told = 1;
      for (i = 0; i < 5; i++) load[i] = (double)dice_below(&state, 80);
      array.data = load;
      call.arrays = &array;
      call.array_count = 1;
      status = aura_observe(session, "{\"topology\":\"moving\"}", SIZE_MAX, &call, &result, NULL);
      break;
    case 4:
      n = snprintf(request, sizeof request, "{\"after\":%d,\"limit\":5,\"wait_ms\":%d}",
                   dice_below(&state, 2) ? 1000000 : (int)dice_below(&state, 100), (int)dice_below(&state, 4));
      status = aura_events(session, request, (size_t)n, &call, &result, NULL);
      break;
    case 5:
      status = aura_intervene(session, "{\"topology\":\"moving\",\"budget\":1}", SIZE_MAX, &call, &result, NULL);
      break;
    default:
      status = aura_explain(session, "{\"topology\":\"moving\",\"agent\":\"orders\"}", SIZE_MAX, &call, &result, NULL);
      break;
    }
    if (status == AURA_E_CANCELLED && (call.cancel.id || call.progress)) me->cancelled++;
    else if (status != AURA_OK) {
      if (!me->wrong_status++) printf("# %s: status %d\n", names[ask], (int)status);
      me->last_wrong = status;
      me->last_ask = ask;
    } else {
      const char *text = NULL;
      size_t length = 0;
      me->done++;
      if (aura_result_json(result, &text, &length) != AURA_OK || !json_valid(text, length)) me->wrong_answer++;
      else if (compare && (length != still_length || memcmp(text, still_answer, length))) me->wrong_answer++;
      else if (told && me->revision_count < ROUNDS * 4)
        me->revisions[me->revision_count++] = number_after(text, length, "\"revision\":");
      aura_result_free(result);
    }
    if (token.id) {
      __atomic_store_n(&me->token, 0, __ATOMIC_RELAXED);
      aura_cancel_free(token);
    }
  }
  return NULL;
}

static worker workers[THREADS];

static void *cancel_any(void *argument) {
  uint64_t state = 99;
  (void)argument;
  while (!finished) {
    aura_cancel token = {__atomic_load_n(&workers[dice_below(&state, THREADS)].token, __ATOMIC_RELAXED)};
    if (token.id) aura_cancel_set(token);
    rest((long)dice_below(&state, 300));
  }
  return NULL;
}

static int by_value(const void *a, const void *b) {
  long long x = *(const long long *)a, y = *(const long long *)b;
  return (x > y) - (x < y);
}

static void all_at_once(void) {
  static long long revisions[THREADS * ROUNDS * 4];
  size_t count = 0, i, k, doubles = 0, missing = 0;
  long wrong_status = 0, wrong_answer = 0, cancelled = 0, done = 0;
  pthread_t canceller;
  pthread_create(&canceller, NULL, cancel_any, NULL);
  for (i = 0; i < THREADS; i++) {
    workers[i].seed = 1000 + i;
    pthread_create(&workers[i].thread, NULL, work, &workers[i]);
  }
  for (i = 0; i < THREADS; i++) {
    pthread_join(workers[i].thread, NULL);
    wrong_status += workers[i].wrong_status;
    wrong_answer += workers[i].wrong_answer;
    cancelled += workers[i].cancelled;
    done += workers[i].done;
    for (k = 0; k < workers[i].revision_count; k++) revisions[count++] = workers[i].revisions[k];
  }
  finished = 1;
  pthread_join(canceller, NULL);
  qsort(revisions, count, sizeof *revisions, by_value);
  for (i = 0; i < count; i++) {
    missing += revisions[i] < 0;
    doubles += i && revisions[i] == revisions[i - 1];
  }
  ok(!wrong_status, "%d threads on one session: every call succeeds or was cancelled (%ld others)", THREADS,
     wrong_status);
  ok(!wrong_answer, "answers about a network that stands still have equal bytes (%ld differ)", wrong_answer);
  ok(done > 100, "%ld calls ended", done);
  ok(cancelled > 10, "%ld calls were cancelled", cancelled);
  ok(count > 20 && !missing && !doubles, "each of %d tells has a revision of its own (%d doubles, %d without)",
     (int)count, (int)doubles, (int)missing);
}

/* --------------------------------------------------------- closing, waiting */

typedef struct closing {
  aura_session session;
  int waits;
  aura_status last;
  long done, wrong;
  aura_cancel cancel;
} closing;

static void *until_closed(void *argument) {
  closing *me = argument;
  for (;;) {
    aura_result result = {0};
    aura_call call;
    memset(&call, 0, sizeof call);
    call.struct_size = sizeof call;
    call.cancel = me->cancel;
    me->last = me->waits
                   ? aura_events(me->session, "{\"after\":1000000,\"wait_ms\":600000}", SIZE_MAX, &call, &result, NULL)
                   : aura_predict(me->session, "{\"topology\":\"still\"}", SIZE_MAX, NULL, &result, NULL);
    if (me->last == AURA_OK) {
      const char *text = NULL;
      size_t length = 0;
      if (aura_result_json(result, &text, &length) != AURA_OK || !json_valid(text, length)) me->wrong++;
      me->done++;
      aura_result_free(result);
    } else return NULL;
    if (me->waits && me->done > 1000) return NULL;
  }
}

static void closing_under_way(void) {
  int round, handle = 0, wrong = 0, waits_ended = 0;
  for (round = 0; round < 10; round++) {
    closing rounds[4];
    pthread_t threads[4];
    aura_session mine = {0};
    size_t i;
    aura_session_open(NULL, &mine, NULL);
    observe(mine, "still");
    for (i = 0; i < 4; i++) {
      memset(&rounds[i], 0, sizeof rounds[i]);
      rounds[i].session = mine;
      rounds[i].waits = i == 3;
      pthread_create(&threads[i], NULL, until_closed, &rounds[i]);
    }
    rest(2000 + 1000 * round);
    aura_session_close(mine);
    for (i = 0; i < 4; i++) {
      pthread_join(threads[i], NULL);
      if (i < 3) handle += rounds[i].last == AURA_E_HANDLE;
      else waits_ended += rounds[i].last == AURA_E_HANDLE || rounds[i].last == AURA_E_CANCELLED;
      wrong += (int)rounds[i].wrong;
    }
  }
  ok(handle == 30, "calls end normally when their session closes, and the next is refused (%d of 30)", handle);
  ok(waits_ended == 10, "closing ends the waits (%d of 10)", waits_ended);
  ok(!wrong, "what they answered stays readable (%d not)", wrong);
  {
    closing wait;
    pthread_t thread;
    double begin;
    memset(&wait, 0, sizeof wait);
    wait.session = session;
    wait.waits = 1;
    aura_cancel_new(&wait.cancel);
    pthread_create(&thread, NULL, until_closed, &wait);
    rest(50000);
    begin = seconds_now();
    aura_cancel_set(wait.cancel);
    pthread_join(thread, NULL);
    ok(wait.last == AURA_E_CANCELLED && seconds_now() - begin < 2, "a token ends a wait (%d, after %.3f s)",
       (int)wait.last, seconds_now() - begin);
    aura_cancel_free(wait.cancel);
  }
  {
    aura_result result = {0};
    double begin = seconds_now();
    aura_status status = aura_events(session, "{\"after\":1000000,\"wait_ms\":150}", SIZE_MAX, NULL, &result, NULL);
    double taken = seconds_now() - begin;
    ok(status == AURA_OK && taken > 0.1 && taken < 5, "a wait without news ends on time (%d, after %.3f s)",
       (int)status, taken);
    if (status == AURA_OK) aura_result_free(result);
  }
}

/* Minutes of work, cancelled in the midst of it, by token and by progress. */
static const char *const mechanisms[] = {"load_sharing", "threshold",   "contagion", "contagion_sis",
                                         "dc_power",     "retry_queue", "motter_lai"};

typedef struct long_call {
  const char *mechanism;
  aura_cancel cancel;
  aura_status status;
} long_call;

static void *work_long(void *argument) {
  long_call *me = argument;
  char request[2048];
  aura_call call;
  aura_result result = {0};
  int n =
      snprintf(request, sizeof request, "{\"topology\":%s,\"mechanism\":\"%s\",\"runs\":1000000,\"max_actions\":100}",
               SMALL_NETWORK, me->mechanism);
  memset(&call, 0, sizeof call);
  call.struct_size = sizeof call;
  call.cancel = me->cancel;
  me->status = aura_intervene(session, request, (size_t)n, &call, &result, NULL);
  if (me->status == AURA_OK) aura_result_free(result);
  return NULL;
}

static void long_work(void) {
  size_t i;
  for (i = 0; i < sizeof mechanisms / sizeof *mechanisms; i++) {
    long_call work = {mechanisms[i], {0}, 0};
    pthread_t thread;
    double begin;
    aura_cancel_new(&work.cancel);
    pthread_create(&thread, NULL, work_long, &work);
    rest(30000);
    begin = seconds_now();
    aura_cancel_set(work.cancel);
    pthread_join(thread, NULL);
    ok(work.status == AURA_E_CANCELLED && seconds_now() - begin < 1,
       "a long plan by %s is cancelled (%d, after %.3f s)", mechanisms[i], (int)work.status, seconds_now() - begin);
    aura_cancel_free(work.cancel);
  }
}

/* ----------------------------------------------------------- small stacks */

typedef struct small_stack {
  int steps;
  aura_status failed;
  const char *where;
} small_stack;

static void must(small_stack *me, const char *what, aura_status status, aura_status want) {
  me->steps++;
  if (status != want && !me->where) {
    me->where = what;
    me->failed = status;
  }
}

static void *on_a_small_stack(void *argument) {
  small_stack *me = argument;
  static const int64_t starts[] = {0, 1, 2, 2}, targets[] = {1, 2};
  static const struct {
    const char *name;
    ask_fn ask;
    const char *request;
    aura_status want;
  } asks[] = {{"observe", aura_observe, "{\"topology\":\"still\",\"document\":" SMALL_NETWORK "}", AURA_OK},
              {"observe changes", aura_observe,
               "{\"topology\":\"still\",\"changes\":[{\"op\":\"set\",\"agent\":\"disk\",\"metrics\":{\"load\":1}}]}",
               AURA_OK},
              {"analyze", aura_analyze, "{\"topology\":\"still\"}", AURA_OK},
              {"predict", aura_predict, "{\"topology\":\"still\"}", AURA_OK},
              {"predict a document", aura_predict, SMALL_NETWORK, AURA_OK},
              {"intervene", aura_intervene, "{\"topology\":\"still\",\"budget\":1}", AURA_OK},
              {"explain", aura_explain, "{\"topology\":\"still\",\"agent\":\"disk\"}", AURA_OK},
              {"catalogue", aura_catalogue, "{}", AURA_OK},
              {"a schema", aura_catalogue, "{\"schema\":\"predict.answer\"}", AURA_OK},
              {"self_check", aura_self_check, "{}", AURA_OK},
              {"events", aura_events, "{\"after\":0,\"wait_ms\":1}", AURA_OK},
              {"a syntax error", aura_predict, "{\"nodes\":[{\"id\":NaN}]}", AURA_E_SYNTAX},
              {"a schema error", aura_predict, "{\"nodes\":[{\"id\":1},{\"id\":1}],\"edges\":[]}", AURA_E_SCHEMA}};
  aura_session mine = {0};
  aura_result result = {0};
  aura_error *error = malloc(sizeof *error);
  char *deep = malloc(60 * 6 + 200);
  aura_csr csr;
  size_t i, n;
  error->struct_size = sizeof *error;
  must(me, "open", aura_session_open(NULL, &mine, error), AURA_OK);
  for (i = 0; i < sizeof asks / sizeof *asks; i++) {
    aura_status status = asks[i].ask(mine, asks[i].request, SIZE_MAX, NULL, &result, error);
    must(me, asks[i].name, status, asks[i].want);
    if (status == AURA_OK) must(me, "free", aura_result_free(result), AURA_OK);
  }
  n = (size_t)sprintf(deep, "{\"nodes\":[{\"id\":1,\"x\":");
  for (i = 0; i < 55; i++) n += (size_t)sprintf(deep + n, i & 1 ? "[" : "{\"y\":");
  n += (size_t)sprintf(deep + n, "1");
  while (i-- > 0) n += (size_t)sprintf(deep + n, i & 1 ? "]" : "}");
  n += (size_t)sprintf(deep + n, "}],\"edges\":[]}");
  {
    aura_status status = aura_predict(mine, deep, n, NULL, &result, error);
    must(me, "a field 55 levels deep", status, AURA_OK);
    if (status == AURA_OK) aura_result_free(result);
  }
  memset(&csr, 0, sizeof csr);
  csr.struct_size = sizeof csr;
  csr.agents = 3;
  csr.links = 2;
  csr.starts = starts;
  csr.targets = targets;
  {
    aura_status status = aura_topology_from_csr(mine, "{\"topology\":\"bulk\"}", SIZE_MAX, &csr, &result, error);
    must(me, "csr", status, AURA_OK);
    if (status == AURA_OK) aura_result_free(result);
  }
  {
    static const int64_t from[] = {0, 1}, to[] = {1, 2};
    static const double load[] = {1, 2, 3};
    arrow_column agents[1], links[2];
    struct ArrowArray arrays[2];
    struct ArrowSchema schemas[2];
    aura_status status;
    memset(agents, 0, sizeof agents);
    memset(links, 0, sizeof links);
    agents[0].format = "g";
    agents[0].name = "load";
    agents[0].length = 3;
    agents[0].n_buffers = 2;
    agents[0].buffers[1] = load;
    for (i = 0; i < 2; i++) {
      links[i].format = "l";
      links[i].name = i ? "target" : "source";
      links[i].length = 2;
      links[i].n_buffers = 2;
      links[i].buffers[1] = i ? to : from;
    }
    arrow_batch(&arrays[0], &schemas[0], 3, 1, agents);
    arrow_batch(&arrays[1], &schemas[1], 2, 2, links);
    status = aura_topology_from_arrow(mine, "{\"topology\":\"arrow\"}", SIZE_MAX, &arrays[0], &schemas[0], &arrays[1],
                                      &schemas[1], &result, error);
    must(me, "arrow", status, AURA_OK);
    if (status == AURA_OK) aura_result_free(result);
  }
  must(me, "close", aura_session_close(mine), AURA_OK);
  free(deep);
  free(error);
  return NULL;
}

static void small_stacks(void) {
  pthread_attr_t attributes;
  pthread_t thread;
  small_stack outcome = {0, 0, NULL};
  pthread_attr_init(&attributes);
#ifdef UNDER_A_SANITIZER /* its frames are several times as large */
  pthread_attr_setstacksize(&attributes, 1024 * 1024);
#else
  pthread_attr_setstacksize(&attributes, 32 * 1024);
#endif
  printf("# a crash here means a stack overflow\n");
  fflush(stdout);
  if (!ok(pthread_create(&thread, &attributes, on_a_small_stack, &outcome) == 0,
          "a thread with a stack of 32 KiB starts"))
    return;
  pthread_join(thread, NULL);
  ok(!outcome.where, "all %d calls pass from it (%s: %d)", outcome.steps, outcome.where ? outcome.where : "none failed",
     (int)outcome.failed);
  pthread_attr_destroy(&attributes);
}

int main(void) {
  aura_result result = {0};
  const char *text = "";
  signal(SIGALRM, hung);
  alarm(120);
  small_stacks(); /* first of all: the first call of each kind takes the most, while the runtime makes its types */
  if (!ok(aura_session_open(NULL, &session, NULL) == AURA_OK, "a session opens")) return done_testing();
  ok(observe(session, "still") == AURA_OK && observe(session, "moving") == AURA_OK, "it takes two networks");
  ok(aura_predict(session, still_ask, SIZE_MAX, NULL, &result, NULL) == AURA_OK, "and answers");
  aura_result_json(result, &text, &still_length);
  still_answer = malloc(still_length + 1);
  memcpy(still_answer, text, still_length);
  aura_result_free(result);
  all_at_once();
  alarm(60);
  closing_under_way();
  alarm(60);
  long_work();
  aura_session_close(session);
  ok(aura_live_handles() == 0, "no handle lives at the end (%" PRIu64 ")", aura_live_handles());
  free(still_answer);
  return done_testing();
}
