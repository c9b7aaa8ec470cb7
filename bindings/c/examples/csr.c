/* csr.c - the bulk lane: a network of 10,000 agents as plain arrays, analysed with a progress callback, and a call that
 * a token cancels.
 *
 *     cc csr.c $(pkg-config --cflags --libs aura) -o csr && ./csr
 */
#include <aura.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AGENTS 10000
#define LINKS_OF_EACH 4

static aura_error error;

static void check(const char *what, aura_status status) {
  if (status == AURA_OK) return;
  fprintf(stderr, "%s: %s (%d) at '%s'\n", what, error.message, (int)status, error.pointer);
  exit(1);
}

/* Called on our own thread, now and then; returning non-zero would cancel the call. */
static int32_t progress(void *user, double fraction) {
  *(double *)user = fraction;
  return 0;
}

int main(void) {
  static int64_t starts[AGENTS + 1], targets[AGENTS * LINKS_OF_EACH];
  static double weights[AGENTS * LINKS_OF_EACH], load[AGENTS];
  static const char rank[] = "{\"topology\": \"mesh\", \"analyses\": [{\"id\": \"graph.centrality.pagerank\"}]}";
  aura_array metric = {sizeof metric, AURA_TYPE_FLOAT64, "load", NULL, AGENTS};
  aura_array values;
  aura_csr csr;
  aura_call call;
  aura_cancel cancel;
  aura_session session;
  aura_result result;
  aura_status status;
  double reached = 0, sum = 0;
  uint64_t i, k;

  error.struct_size = sizeof error;
  for (i = 0; i < AGENTS; i++) {
    starts[i + 1] = starts[i] + LINKS_OF_EACH;
    load[i] = (double)(i * 37 % 100);
    for (k = 0; k < LINKS_OF_EACH; k++) {
      targets[i * LINKS_OF_EACH + k] = (int64_t)((i * (2 * k + 3) + k + 1) % AGENTS);
      weights[i * LINKS_OF_EACH + k] = 1.0 / (double)(k + 1);
    }
  }
  metric.data = load;
  memset(&csr, 0, sizeof csr);
  csr.struct_size = sizeof csr;
  csr.directed = 1;
  csr.agents = AGENTS;
  csr.links = AGENTS * LINKS_OF_EACH;
  csr.starts = starts;
  csr.targets = targets;
  csr.weights = weights;
  csr.metrics = &metric;
  csr.metric_count = 1;

  check("open", aura_session_open(NULL, &session, &error));
  check("csr", aura_topology_from_csr(session, "{\"topology\": \"mesh\"}", SIZE_MAX, &csr, &result, &error));
  check("free", aura_result_free(result));

  check("cancel", aura_cancel_new(&cancel));
  memset(&call, 0, sizeof call);
  call.struct_size = sizeof call;
  call.cancel = cancel;
  call.progress = progress;
  call.progress_user = &reached;
  check("analyze", aura_analyze(session, rank, strlen(rank), &call, &result, &error));
  memset(&values, 0, sizeof values);
  values.struct_size = sizeof values;
  check("values", aura_result_column(result, "0/pagerank", &values));
  for (i = 0; i < values.count; i++) sum += ((const double *)values.data)[i];
  printf("%d ranks, sum %.6f\n", (int)values.count, sum);
  check("free", aura_result_free(result));

  check("set", aura_cancel_set(cancel)); /* from any thread, at any time; here before the call */
  status = aura_analyze(session, rank, strlen(rank), &call, &result, &error);
  printf("with the token set: %s\n", status == AURA_E_CANCELLED ? "cancelled" : "not cancelled");
  check("cancel", aura_cancel_free(cancel));
  check("close", aura_session_close(session));
  return status == AURA_E_CANCELLED && values.count == AGENTS && sum > 0.999 && sum < 1.001 && aura_live_handles() == 0
             ? 0
             : 1;
}
