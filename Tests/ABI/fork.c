/* fork.c - the library on both sides of fork(): children of parents that had used it, with one thread and with many,
 * use it and exit cleanly; an alarm bounds each. */
#define _POSIX_C_SOURCE 200809L
#include "support.h"

#include <pthread.h>
#include <signal.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static aura_session session;
static char *answer;
static size_t answer_length;
static const char ask[] = "{\"topology\":\"prod\",\"seed\":7}";
static volatile sig_atomic_t finished;

/* Runs a network large enough that a session with threads would share the work. */
static char *large_request(size_t *length) {
  char *text = malloc(400000);
  size_t n = (size_t)sprintf(text, "{\"topology\":{\"nodes\":[");
  int i;
  for (i = 0; i < 500; i++)
    n += (size_t)sprintf(text + n, "%s{\"id\":%d,\"load\":%d,\"capacity\":100}", i ? "," : "", i, i % 90);
  n += (size_t)sprintf(text + n, "],\"edges\":[");
  for (i = 0; i < 1000; i++)
    n += (size_t)sprintf(text + n, "%s{\"source\":%d,\"target\":%d}", i ? "," : "", i % 500,
                         (i * 7 + 1 + i / 500) % 500);
  n += (size_t)sprintf(text + n, "]},\"runs\":20,\"seed\":7}");
  *length = n;
  return text;
}

/* What a child does; returns the step that failed, 0 when all is well. */
static int child_uses_it(void) {
  aura_result result = {0};
  aura_session own = {0};
  const char *text = NULL;
  size_t length = 0;
  char *large;
  if (aura_predict(session, ask, SIZE_MAX, NULL, &result, NULL) != AURA_OK) return 1;
  if (aura_result_json(result, &text, &length) != AURA_OK || length != answer_length || memcmp(text, answer, length))
    return 2;
  if (aura_result_free(result) != AURA_OK) return 3;
  if (aura_observe(session,
                   "{\"topology\":\"prod\",\"changes\":[{\"op\":\"set\",\"agent\":\"disk\",\"metrics\":{\"load\":1}}]}",
                   SIZE_MAX, NULL, &result, NULL) != AURA_OK)
    return 4;
  aura_result_free(result);
  if (aura_session_open(NULL, &own, NULL) != AURA_OK) return 5;
  large = large_request(&length);
  if (aura_predict(own, large, length, NULL, &result, NULL) != AURA_OK) return 6;
  free(large);
  aura_result_free(result);
  if (aura_events(own, "{\"after\":1000000,\"wait_ms\":5}", SIZE_MAX, NULL, &result, NULL) != AURA_OK) return 7;
  aura_result_free(result);
  if (aura_session_close(own) != AURA_OK) return 8;
  if (aura_session_close(session) != AURA_OK) return 9;
  return 0;
}

/* Forks; 0 when the child used the library and left well, 100 + signal or the failed step otherwise. */
static int fork_once(int plain_exit) {
  int status = 0;
  pid_t child;
  fflush(stdout);
  child = fork();
  if (child == 0) {
    int step;
    signal(SIGALRM, SIG_DFL);
    alarm(20);
    step = child_uses_it();
    if (plain_exit) exit(step); /* destructors run, as when a program ends */
    _exit(step);
  }
  if (child < 0 || waitpid(child, &status, 0) != child) return 99;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

static void *keep_busy(void *argument) {
  uint64_t state = 5 + (uint64_t)(size_t)argument;
  size_t length;
  char *large = large_request(&length);
  while (!finished) {
    aura_result result = {0};
    aura_session other = {0};
    aura_status status;
    switch (dice_below(&state, 5)) {
    case 0: status = aura_predict(session, ask, SIZE_MAX, NULL, &result, NULL); break;
    case 1:
      status = aura_observe(session, "{\"topology\":\"other\",\"document\":" SMALL_NETWORK "}", SIZE_MAX, NULL, &result,
                            NULL);
      break;
    case 2: status = aura_events(session, "{\"after\":1000000,\"wait_ms\":2}", SIZE_MAX, NULL, &result, NULL); break;
    case 3: status = aura_predict(session, large, length, NULL, &result, NULL); break;
    default:
      status = aura_session_open(NULL, &other, NULL);
      if (status == AURA_OK) aura_session_close(other);
      continue;
    }
    if (status == AURA_OK) aura_result_free(result);
  }
  free(large);
  return NULL;
}

static void hung(int signal_number) {
  static const char text[] = "not ok - the parent hangs\n";
  ssize_t ignored = write(1, text, sizeof text - 1);
  (void)ignored;
  (void)signal_number;
  _exit(1);
}

int main(void) {
  aura_result result = {0};
  const char *text = "";
  pthread_t threads[4];
  int i, first = 0, bad = 0;
  signal(SIGALRM, hung);
  alarm(200);
  if (!ok(aura_session_open(NULL, &session, NULL) == AURA_OK, "a session opens")) return done_testing();
  ok(aura_observe(session, "{\"topology\":\"prod\",\"document\":" SMALL_NETWORK "}", SIZE_MAX, NULL, &result, NULL) ==
         AURA_OK,
     "it takes a network");
  aura_result_free(result);
  ok(aura_predict(session, ask, SIZE_MAX, NULL, &result, NULL) == AURA_OK, "and answers");
  aura_result_json(result, &text, &answer_length);
  answer = malloc(answer_length + 1);
  memcpy(answer, text, answer_length);
  aura_result_free(result);
  {
    size_t length;
    char *large = large_request(&length);
    ok(aura_predict(session, large, length, NULL, &result, NULL) == AURA_OK, "and answers with all its threads");
    aura_result_free(result);
    free(large);
  }
  i = fork_once(0);
  ok(i == 0, "a child of a parent with one thread of its own uses it (%d)", i);
  i = fork_once(1);
  ok(i == 0, "another ends by exit() (%d)", i);
  ok(aura_predict(session, ask, SIZE_MAX, NULL, &result, NULL) == AURA_OK, "the parent goes on");
  aura_result_free(result);

  for (i = 0; i < 4; i++) pthread_create(&threads[i], NULL, keep_busy, (void *)(size_t)i);
  for (i = 0; i < 40; i++) {
    struct timespec pause = {0, 3000000};
    int outcome;
    nanosleep(&pause, NULL);
    outcome = fork_once(i & 1);
    if (outcome) {
      bad++;
      if (!first) first = outcome;
      if (bad > 2) break; /* each may have cost 20 s */
    }
  }
  finished = 1;
  for (i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  ok(!bad, "40 children of a parent whose threads are at work use it (%d failed, the first with %d; 114 is a hang)",
     bad, first);
  ok(aura_predict(session, ask, SIZE_MAX, NULL, &result, NULL) == AURA_OK, "the parent still goes on");
  aura_result_free(result);
  ok(aura_session_close(session) == AURA_OK, "and closes");
  ok(aura_live_handles() == 0, "no handle lives at the end (%" PRIu64 ")", aura_live_handles());
  free(answer);
  return done_testing();
}
