/* cascade_speed.c - 1,000 simulated cascades on 1,000 agents, by each mechanism, through the C border: one world for
 * the loss of each agent. Calls go along 4,000 links; power flows on a lattice of 2,000 lines.
 *
 * usage: cascade_speed [AGENTS]
 */
#define _POSIX_C_SOURCE 200809L
#include "large_document.h"

#include <aura.h>
#include <string.h>
#include <time.h>

static double seconds(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* What each mechanism is asked with. */
static const char *const asks[][2] = {
    {"load_sharing", "\"capacity_uncertainty\":0.4"},
    {"threshold", "\"threshold\":0.3,\"threshold_spread\":0.1,\"probability\":0.5"},
    {"contagion", "\"probability\":0.2"},
    {"contagion_sis", "\"probability\":0.2,\"recovery\":0.1,\"steps\":60"},
    {"retry_queue", "\"headroom\":0.2,\"steps\":60"},
    {"dc_power", "\"alpha\":0.3"},
    {"motter_lai", "\"alpha\":0.2"},
};

static char *network(int agents, int lattice) {
  uint64_t state = 1;
  char *out = malloc((size_t)agents * 500 + 100);
  size_t n = 0;
  int i, k;
  if (!out) exit(2);
  n += (size_t)sprintf(out + n, "{\"directed\":true,\"nodes\":[");
  for (i = 0; i < agents; i++) {
    double load = 20 + 60 * large_document_share(&state);
    n += (size_t)sprintf(out + n, "%s{\"id\":%d,\"load\":%.1f,\"capacity\":100,\"pd\":%.1f,\"pg\":%.1f,\"pgmax\":%.1f}",
                         i ? "," : "", i, load, i % 4 ? load : 0, i % 4 ? 0 : 4 * load, i % 4 ? 0 : 6 * load);
  }
  n += (size_t)sprintf(out + n, "],\"edges\":[");
  for (i = 1; i < agents; i++)
    for (k = 0; k < (lattice ? 2 : 4); k++) {
      int to = k == 0 ? i - 1 : lattice ? i - 32 : (int)(large_document_share(&state) * i);
      if (to < 0) continue;
      n += (size_t)sprintf(out + n, "%s{\"source\":%d,\"target\":%d,\"x\":0.1}", i + k > 1 ? "," : "", i, to);
    }
  sprintf(out + n, "]}");
  return out;
}

int main(int argc, char **argv) {
  int agents = argc > 1 ? atoi(argv[1]) : 1000;
  char *document, *request;
  aura_error error = {sizeof error, AURA_OK, 0, "", ""};
  aura_session session;
  aura_result result;
  size_t k;
  if (aura_session_open(NULL, &session, &error) != AURA_OK) return 2;
  for (k = 0; k < 2; k++) {
    document = network(agents, (int)k);
    request = malloc(strlen(document) + 100);
    if (!request) return 2;
    sprintf(request, "{\"topology\":\"%s\",\"document\":%s}", k ? "dc_power" : "calls", document);
    if (aura_observe(session, request, strlen(request), NULL, &result, &error) != AURA_OK) return 2;
    aura_result_free(result);
    free(request);
    free(document);
  }
  request = malloc(1000);
  if (!request) return 2;
  printf("cascades: %d agents, each fails first in one world of %d\n", agents, agents);
  for (k = 0; k < sizeof asks / sizeof *asks; k++) {
    const char *text;
    char *size;
    double wall, used;
    sprintf(request, "{\"topology\":\"%s\",\"analyses\":[{\"id\":\"cascade.%s\",\"parameters\":{\"runs\":1,%s}}]}",
            strcmp(asks[k][0], "dc_power") ? "calls" : "dc_power", asks[k][0], asks[k][1]);
    wall = seconds(CLOCK_MONOTONIC);
    used = seconds(CLOCK_PROCESS_CPUTIME_ID);
    if (aura_analyze(session, request, strlen(request), NULL, &result, &error) != AURA_OK) return 1;
    wall = seconds(CLOCK_MONOTONIC) - wall;
    used = seconds(CLOCK_PROCESS_CPUTIME_ID) - used;
    aura_result_json(result, &text, NULL);
    size = strstr(text, "\"mean\":");
    printf("  %-14s %8.1f ms (CPU %8.1f ms), mean size %.1f\n", asks[k][0], 1e3 * wall, 1e3 * used,
           size ? atof(size + 7) : -1.0);
    fflush(stdout);
    aura_result_free(result);
  }
  aura_session_close(session);
  free(request);
  return 0;
}
