/* FuzzRequest.c - an input is a sequence of requests, one a line; its first letter says which function gets it. The
 * session holds a small network named "prod". Built and run by `make fuzz`. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct {
  char letter;
  ask_fn ask;
} verbs[] = {{'a', aura_analyze}, {'p', aura_predict},   {'i', aura_intervene},
             {'e', aura_explain}, {'c', aura_catalogue}, {'s', aura_self_check},
             {'o', aura_observe}, {'y', aura_apply},     {'v', aura_events}};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char network[] = "{\"topology\":\"prod\",\"document\":" SMALL_NETWORK "}";
  aura_session session = fuzz_open();
  const char *text = (const char *)data;
  size_t at = 0;
  int lines = 0;
  if (fuzz_ask(aura_observe, session, network, sizeof network - 1) != AURA_OK) abort();
  while (at < size && lines++ < 8) {
    const char *newline = memchr(text + at, '\n', size - at);
    size_t end = newline ? (size_t)(newline - text) : size, k;
    for (k = 0; k < sizeof verbs / sizeof *verbs; k++) {
      if (text[at] != verbs[k].letter) continue;
      /* A wait may be as long as it was asked to be, so none is asked for; nor all of self_check, which is long. */
      if (verbs[k].letter == 'v' && (contains(text + at, end - at, "ait") || contains(text + at, end - at, "\\")))
        break;
      if (verbs[k].letter == 's' && !contains(text + at, end - at, "graph.")) break;
      fuzz_ask(verbs[k].ask, session, text + at + 1, end - at - 1);
      break;
    }
    at = end + 1;
  }
  fuzz_close(session);
  return 0;
}
