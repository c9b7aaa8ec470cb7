/* observe_bench.c - how long a batch of metric updates takes a C caller, as columns and as JSON.
 *
 * usage: observe_bench [ROUNDS [AGENTS [UPDATES]]]
 */
#define _POSIX_C_SOURCE 200809L
#include "large_document.h"

#include <aura.h>
#include <string.h>
#include <time.h>

/* Processor time of all threads of the process: other programs on the machine do not show in it. */
static double now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return 1e6 * (double)t.tv_sec + 1e-3 * (double)t.tv_nsec;
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void observe(aura_session session, const char *request, size_t length, const aura_call *call) {
  aura_error error = {sizeof error, AURA_OK, 0, "", ""};
  aura_result result;
  if (aura_observe(session, request, length, call, &result, &error) != AURA_OK) {
    fprintf(stderr, "observe: %s (%d) at '%s'\n", error.message, (int)error.status, error.pointer);
    exit(1);
  }
  aura_result_free(result);
}

static void print(const char *what, double *times, int rounds, double goal_us) {
  qsort(times, (size_t)rounds, sizeof *times, by_value);
  printf("  %-8s median %7.0f us, p99 %7.0f us, best %7.0f us (goal: median below %.0f us)\n", what, times[rounds / 2],
         times[rounds * 99 / 100], times[0], goal_us);
}

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 200, agents = argc > 2 ? atoi(argv[2]) : 100000;
  int updates = argc > 3 ? atoi(argv[3]) : 15000, i, k;
  uint64_t dice = 7;
  size_t length, n;
  char *document, *request, *changes;
  double *times, *values;
  int32_t *places;
  aura_session session;
  if (rounds < 1 || agents < 1 || updates < 1) return 2;
  document = large_document(agents, 4, 1, &length);
  request = malloc(length + 100);
  changes = malloc((size_t)updates * 100 + 100);
  times = malloc(sizeof *times * (size_t)rounds);
  values = malloc(sizeof *values * (size_t)updates);
  places = malloc(sizeof *places * (size_t)updates);
  if (!document || !request || !changes || !times || !values || !places) return 2;
  n = (size_t)sprintf(request, "{\"topology\":\"large\",\"document\":");
  memcpy(request + n, document, length);
  request[n + length] = '}';
  if (aura_session_open(NULL, &session, NULL) != AURA_OK) return 1;
  observe(session, request, n + length + 1, NULL);

  printf("observe: %d updates of one metric, %d agents, %d batches each, with time_s (so history is kept), processor time\n", updates,
         agents, rounds);
  for (k = -5; k < rounds; k++) { /* the first five warm up */
    char head[100];
    aura_array arrays[2] = {{sizeof(aura_array), AURA_TYPE_INT32, "agent", NULL, 0},
                            {sizeof(aura_array), AURA_TYPE_FLOAT64, "load", NULL, 0}};
    aura_call call = {0};
    double begin;
    for (i = 0; i < updates; i++) {
      places[i] = (int32_t)(large_document_bits(&dice) % (uint64_t)agents);
      values[i] = large_document_share(&dice);
    }
    arrays[0].data = places;
    arrays[1].data = values;
    arrays[0].count = arrays[1].count = (uint64_t)updates;
    call.struct_size = sizeof call;
    call.arrays = arrays;
    call.array_count = 2;
    n = (size_t)sprintf(head, "{\"topology\":\"large\",\"time_s\":%d}", k + 10);
    begin = now_us();
    observe(session, head, n, &call);
    if (k >= 0) times[k] = now_us() - begin;
  }
  print("columns", times, rounds, 1000);

  for (k = -5; k < rounds; k++) {
    double begin;
    n = (size_t)sprintf(changes, "{\"topology\":\"large\",\"time_s\":%d,\"changes\":[", rounds + k + 10);
    for (i = 0; i < updates; i++) {
      n += (size_t)sprintf(changes + n, "%s{\"op\":\"set\",\"agent\":\"service-%06d\",\"metrics\":{\"load\":", i ? "," : "",
                           (int)(large_document_bits(&dice) % (uint64_t)agents));
      n += (size_t)large_document_number(changes + n, large_document_share(&dice));
      n += (size_t)sprintf(changes + n, "}}");
    }
    n += (size_t)sprintf(changes + n, "]}");
    begin = now_us();
    observe(session, changes, n, NULL);
    if (k >= 0) times[k] = now_us() - begin;
  }
  print("JSON", times, rounds, 10000);
  aura_session_close(session);
  free(document);
  free(request);
  free(changes);
  free(times);
  free(values);
  free(places);
  return 0;
}
