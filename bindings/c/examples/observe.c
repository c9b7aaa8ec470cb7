/* observe.c - a session that holds a network under a name, takes new measurements as columns, forecasts, and tells what
 * has happened.
 *
 *     cc observe.c $(pkg-config --cflags --libs aura) -o observe && ./observe
 */
#include <aura.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static aura_error error;

/* Ends the program when a call failed; says where and why. */
static void check(const char *what, aura_status status) {
  if (status == AURA_OK) return;
  fprintf(stderr, "%s: %s (%d) at '%s'\n", what, error.message, (int)status, error.pointer);
  exit(1);
}

static void print_and_free(const char *what, aura_result result) {
  const char *text;
  size_t length;
  check(what, aura_result_json(result, &text, &length));
  printf("%s: %s\n", what, text);
  check(what, aura_result_free(result));
}

int main(void) {
  static const char network[] =
      "{\"topology\": \"shop\", \"document\": {\"directed\": true,"
      " \"nodes\": [{\"id\": \"gateway\", \"load\": 40, \"capacity\": 100},"
      "             {\"id\": \"orders\",  \"load\": 60, \"capacity\": 100},"
      "             {\"id\": \"stock\",   \"load\": 30, \"capacity\": 80}],"
      " \"edges\": [{\"source\": \"gateway\", \"target\": \"orders\", \"calls_per_s\": 50},"
      "             {\"source\": \"orders\",  \"target\": \"stock\",  \"calls_per_s\": 20}]}}";
  static const char shop[] = "{\"topology\": \"shop\"}";
  const double load[] = {45, 97, 71};    /* one value for every agent */
  const double queue[] = {140, 25};      /* only for the agents at */
  const int64_t queue_agents[] = {1, 2}; /* these positions */
  aura_array column = {sizeof column, AURA_TYPE_FLOAT64, "load", NULL, 3};
  aura_array some[2] = {{sizeof(aura_array), AURA_TYPE_FLOAT64, "queue", NULL, 2},
                        {sizeof(aura_array), AURA_TYPE_INT64, "agent", NULL, 2}};
  aura_array probability;
  aura_call call;
  aura_session session;
  aura_result result;
  uint64_t i;

  error.struct_size = sizeof error;
  column.data = load;
  some[0].data = queue;
  some[1].data = queue_agents;
  check("open", aura_session_open(NULL, &session, &error));
  check("observe", aura_observe(session, network, strlen(network), NULL, &result, &error));
  print_and_free("observed", result);

  memset(&call, 0, sizeof call);
  call.struct_size = sizeof call;
  call.arrays = &column;
  call.array_count = 1;
  check("observe", aura_observe(session, shop, strlen(shop), &call, &result, &error));
  print_and_free("loads", result);
  call.arrays = some;
  call.array_count = 2;
  check("observe", aura_observe(session, shop, strlen(shop), &call, &result, &error));
  print_and_free("queues", result);

  check("predict", aura_predict(session, shop, strlen(shop), NULL, &result, &error));
  memset(&probability, 0, sizeof probability);
  probability.struct_size = sizeof probability;
  check("probability", aura_result_column(result, "probability", &probability));
  for (i = 0; i < probability.count; i++)
    printf("agent %d fails with probability %.3f\n", (int)i, ((const double *)probability.data)[i]);
  check("free", aura_result_free(result));

  check("events", aura_events(session, "{\"after\": 0}", SIZE_MAX, NULL, &result, &error));
  print_and_free("events", result);
  check("close", aura_session_close(session));
  return aura_live_handles() == 0 ? 0 : 1;
}
