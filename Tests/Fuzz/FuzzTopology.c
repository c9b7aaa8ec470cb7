/* FuzzTopology.c - an input is a node-link document, or an LZ4 frame of one. It must become a topology that can be
 * asked about and changed, or an error. Built and run by `make fuzz`. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char head[] = "{\"topology\":\"t\",\"document\":";
  aura_session session = fuzz_open();
  if (size >= 4 && !memcmp(data, "\x04\x22\x4D\x18", 4)) {
    /* A frame holds a whole request, so it goes as it is. */
    fuzz_ask(aura_observe, session, (const char *)data, size);
    fuzz_ask(aura_analyze, session, (const char *)data, size);
  } else {
    size_t n = sizeof head - 1 + size + 1;
    char *request = malloc(n);
    if (!request) abort();
    memcpy(request, head, sizeof head - 1);
    if (size) memcpy(request + sizeof head - 1, data, size);
    request[n - 1] = '}';
    if (fuzz_ask(aura_observe, session, request, n) == AURA_OK) {
      static const char rank[] =
          "{\"topology\":\"t\",\"work_max\":100000,\"analyses\":[{\"id\":\"graph.centrality.pagerank\"},"
          "{\"id\":\"graph.structure.k_core\"}]}";
      static const char change[] =
          "{\"topology\":\"t\",\"time_s\":1,\"changes\":[{\"op\":\"add_agent\",\"agent\":\"new\"},"
          "{\"op\":\"add_link\",\"source\":\"new\",\"target\":\"new\"}]}";
      fuzz_ask(aura_analyze, session, rank, sizeof rank - 1);
      fuzz_ask(aura_observe, session, change, sizeof change - 1);
    }
    free(request);
  }
  fuzz_close(session);
  return 0;
}
