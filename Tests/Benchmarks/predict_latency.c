/* predict_latency.c - how long a forecast takes a C caller: JSON in, JSON out, 100 agents.
 *
 * usage: predict_latency [CALLS [AGENTS]]
 */
#define _POSIX_C_SOURCE 200809L
#include <aura.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return 1e6 * (double)t.tv_sec + 1e-3 * (double)t.tv_nsec;
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv) {
  int calls = argc > 1 ? atoi(argv[1]) : 2000, agents = argc > 2 ? atoi(argv[2]) : 100, i, k;
  char *document = malloc((size_t)agents * 500 + 100);
  double *times = malloc(sizeof(double) * (size_t)(calls > 0 ? calls : 1));
  uint64_t state = 1;
  size_t n, length = 0;
  aura_error error = {sizeof error, AURA_OK, 0, "", ""};
  aura_session session;
  aura_result result;
  const char *text;
  if (calls < 1 || agents < 2 || !document || !times) return 2;
  n = (size_t)sprintf(document, "{\"directed\":true,\"nodes\":[");
  for (i = 0; i < agents; i++) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    n += (size_t)sprintf(
        document + n, "%s{\"id\":\"service-%d\",\"load\":%d,\"capacity\":100,\"latency_ms\":%d.5,\"error_rate\":0.01}",
        i ? "," : "", i, 30 + (int)(state >> 33) % 65, 5 + (int)(state >> 40) % 50);
  }
  n += (size_t)sprintf(document + n, "],\"edges\":[");
  for (i = 0; i < agents; i++)
    for (k = 1; k <= 4; k++)
      n += (size_t)sprintf(document + n,
                           "%s{\"source\":\"service-%d\",\"target\":\"service-%d\",\"calls_per_s\":%d,\"weight\":%d}",
                           i || k > 1 ? "," : "", i,
                           (i * k + k * k) % agents == i ? (i + 1) % agents : (i * k + k * k) % agents, 10 * k, k);
  n += (size_t)sprintf(document + n, "]}");
  if (aura_session_open(NULL, &session, &error) != AURA_OK) return 1;
  for (i = -20; i < calls; i++) { /* the first twenty warm up */
    double begin = now_us();
    if (aura_predict(session, document, n, NULL, &result, &error) != AURA_OK) {
      fprintf(stderr, "predict: %s (%d) at '%s'\n", error.message, (int)error.status, error.pointer);
      return 1;
    }
    aura_result_json(result, &text, &length);
    aura_result_free(result);
    if (i >= 0) times[i] = now_us() - begin;
  }
  aura_session_close(session);
  qsort(times, (size_t)calls, sizeof *times, by_value);
  printf("predict: %d agents, %d bytes in, %d bytes out, %d calls: median %.0f us, p99 %.0f us, best %.0f us\n", agents,
         (int)n, (int)length, calls, times[calls / 2], times[(int)(0.99 * calls)], times[0]);
  free(times);
  free(document);
  return 0;
}
