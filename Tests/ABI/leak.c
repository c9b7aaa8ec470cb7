/* leak.c - each function once or twice, well and badly, everything freed: for valgrind, and quick without it. */
#define _POSIX_C_SOURCE 200809L
#include "support.h"

static int32_t go_on(void *user, double fraction) {
  (void)user;
  return !(fraction >= 0 && fraction <= 1);
}

static void listen(void *user, int32_t level, const char *message, size_t length) {
  (void)level;
  if (length && message[length - 1]) ++*(int *)user;
}

static aura_session session;

static void use(const char *what, ask_fn ask, const char *request, const aura_call *call, aura_status want) {
  aura_result result = {0};
  aura_error error = fresh_error();
  aura_status status = ask(session, request, SIZE_MAX, call, &result, &error);
  if (!ok(status == want, "%s", what)) printf("#   wanted %d, got %d: %s\n", (int)want, (int)status, error.message);
  if (status == AURA_OK) {
    const char *text;
    size_t length;
    aura_array column;
    memset(&column, 0, sizeof column);
    column.struct_size = sizeof column;
    aura_result_json(result, &text, &length);
    if (aura_result_column(result, "probability", &column) == AURA_OK)
      ok(column.count == 5, "a probability for each agent");
    aura_result_free(result);
  }
}

int main(void) {
  int messages = 0;
  aura_session_options options;
  aura_call call, columns;
  aura_cancel cancel;
  static const double load[] = {1, 2, 3, 4, 5};
  aura_array array = {sizeof(aura_array), AURA_TYPE_FLOAT64, "load", load, 5};
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.threads = 2;
  options.log = listen;
  options.log_user = &messages;
  options.log_level = AURA_LOG_DEBUG;
  memset(&call, 0, sizeof call);
  call.struct_size = sizeof call;
  call.progress = go_on;
  memset(&columns, 0, sizeof columns);
  columns.struct_size = sizeof columns;
  columns.arrays = &array;
  columns.array_count = 1;
  ok(aura_cancel_new(&cancel) == AURA_OK, "a token");
  call.cancel = cancel;
  ok(aura_session_open(&options, &session, NULL) == AURA_OK, "a session");
  use("observe a document", aura_observe, "{\"topology\":\"prod\",\"document\":" SMALL_NETWORK "}", &call, AURA_OK);
  use("observe a change", aura_observe,
      "{\"topology\":\"prod\",\"changes\":[{\"op\":\"set\",\"agent\":\"disk\",\"metrics\":{\"load\":7}}]}", NULL,
      AURA_OK);
  use("observe columns", aura_observe, "{\"topology\":\"prod\"}", &columns, AURA_OK);
  use("analyze", aura_analyze, "{\"topology\":\"prod\"}", &call, AURA_OK);
  use("predict", aura_predict, "{\"topology\":\"prod\",\"runs\":20}", &call, AURA_OK);
  use("intervene", aura_intervene, "{\"topology\":\"prod\",\"budget\":1}", &call, AURA_OK);
  use("explain", aura_explain, "{\"topology\":\"prod\",\"agent\":\"orders\"}", NULL, AURA_OK);
  use("apply", aura_apply,
      "{\"kind\":\"outcome\",\"topology\":\"prod\",\"action\":{\"kind\":\"restart\",\"targets\":[\"disk\"]},"
      "\"outcome\":\"done\"}",
      NULL, AURA_OK);
  use("events", aura_events, "{\"after\":0}", NULL, AURA_OK);
  use("catalogue", aura_catalogue, "{}", NULL, AURA_OK);
  use("self_check", aura_self_check, "{\"ids\":[\"graph.structure.k_core\"]}", NULL, AURA_OK);
  use("a syntax error", aura_predict, "{\"nodes\":[NaN", NULL, AURA_E_SYNTAX);
  use("a schema error", aura_predict, "{\"nodes\":[{\"id\":1},{\"id\":1}],\"edges\":[]}", NULL, AURA_E_SCHEMA);
  aura_cancel_set(cancel);
  use("cancelled", aura_predict, "{\"topology\":\"prod\"}", &call, AURA_E_CANCELLED);
  {
    static const int64_t starts[] = {0, 1, 2, 2}, targets[] = {1, 2};
    aura_csr csr;
    aura_result result = {0};
    memset(&csr, 0, sizeof csr);
    csr.struct_size = sizeof csr;
    csr.agents = 3;
    csr.links = 2;
    csr.starts = starts;
    csr.targets = targets;
    ok(aura_topology_from_csr(session, "{\"topology\":\"rows\"}", SIZE_MAX, &csr, &result, NULL) == AURA_OK, "rows");
    aura_result_free(result);
  }
  {
    static const int32_t offsets[] = {0, 1, 2, 3};
    arrow_column agents[1], links[2];
    struct ArrowArray arrays[2];
    struct ArrowSchema schemas[2];
    aura_result result = {0};
    int i;
    memset(agents, 0, sizeof agents);
    memset(links, 0, sizeof links);
    agents[0].format = "u";
    agents[0].name = "id";
    agents[0].length = 3;
    agents[0].n_buffers = 3;
    agents[0].buffers[1] = offsets;
    agents[0].buffers[2] = "abc";
    for (i = 0; i < 2; i++) {
      links[i] = agents[0];
      links[i].name = i ? "target" : "source";
      links[i].length = 2;
      links[i].buffers[1] = offsets + i;
    }
    arrow_batch(&arrays[0], &schemas[0], 3, 1, agents);
    arrow_batch(&arrays[1], &schemas[1], 2, 2, links);
    ok(aura_topology_from_arrow(session, "{\"topology\":\"tables\"}", SIZE_MAX, &arrays[0], &schemas[0], &arrays[1],
                                &schemas[1], &result, NULL) == AURA_OK,
       "tables");
    aura_result_free(result);
    ok(arrow_made == arrow_released, "tables are released");
  }
  ok(aura_session_close(session) == AURA_OK, "the session closes");
  ok(aura_cancel_free(cancel) == AURA_OK, "the token goes");
  ok(aura_live_handles() == 0, "no handle lives at the end (%" PRIu64 ")", aura_live_handles());
  return done_testing();
}
