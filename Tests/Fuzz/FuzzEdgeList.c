/* FuzzEdgeList.c - an input is a list of links as it lies in a file. By itself, and as text inside a document, it must
 * become one and the same network, or an error. Built and run by `make fuzz`. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char head[] = "{\"topology\":\"t\",\"document\":{\"edges\":\"", tail[] = "\"}}";
  aura_session session = fuzz_open();
  size_t first = 0;
  while (first < size && strchr(" \t\r\n", data[first]) && data[first]) first++;
  /* What begins as JSON or as a frame is the other fuzzers' to look at. */
  if (first < size && data[first] != '{' && data[first] != 4) {
    char *request = malloc(sizeof head + 6 * size + sizeof tail), *end = request;
    aura_status alone = fuzz_ask(aura_analyze, session, (const char *)data, size), held;
    int is_text = 1;
    size_t k;
    if (!request) abort();
    end += sprintf(end, "%s", head);
    for (k = 0; k < size; k++) {
      if (data[k] < 0x20 || data[k] == '"' || data[k] == '\\')
        end += sprintf(end, "\\u%04x", data[k]);
      else
        *end++ = (char)data[k];
      if (data[k] < 0x20 && data[k] != '\n' && data[k] != '\t' && data[k] != '\r') is_text = 0;
    }
    end += sprintf(end, "%s", tail);
    held = fuzz_ask(aura_observe, session, request, (size_t)(end - request));
    /* Text between blanks is a list only where it is said to be one. */
    if (alone == AURA_OK && (held != AURA_OK || !is_text)) abort();
    free(request);
  }
  fuzz_close(session);
  return 0;
}
