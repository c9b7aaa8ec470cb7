/* large_document.h - a large node-link document, the same bytes every time.
 *
 * Numbers are of the two kinds that real documents hold: computed ones with all their digits, and measured ones with
 * few. Half of the links stay near and half go anywhere, so looking up an id sometimes misses the cache.
 */
#ifndef LARGE_DOCUMENT_H
#define LARGE_DOCUMENT_H
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t large_document_bits(uint64_t *state) { /* SplitMix64 */
  uint64_t z = (*state += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

static double large_document_share(uint64_t *state) { return (double)(large_document_bits(state) >> 11) * 0x1p-53; }

/* The shortest text that reads back as the same number. */
static int large_document_number(char *out, double value) {
  int digits, n = 0;
  for (digits = 15; digits <= 17; digits++) {
    n = sprintf(out, "%.*g", digits, value);
    if (strtod(out, NULL) == value) break;
  }
  return n;
}

/* A document that the caller frees; NULL without memory. At most 200 bytes an agent and 200 a link. */
static char *large_document(int agents, int links_per_agent, uint64_t seed, size_t *length) {
  char *out = (char *)malloc(200 * (size_t)agents * (size_t)(links_per_agent + 1) + 200);
  uint64_t dice = seed;
  size_t n = 0;
  int i, k;
  if (!out) return NULL;
  n += (size_t)sprintf(out, "{\"directed\":true,\"multigraph\":false,\"graph\":{\"name\":\"large\"},\"nodes\":[");
  for (i = 0; i < agents; i++) {
    n += (size_t)sprintf(out + n, "%s{\"id\":\"service-%06d\",\"load\":", i ? "," : "", i);
    n += (size_t)large_document_number(out + n, large_document_share(&dice));
    n += (size_t)sprintf(out + n, ",\"capacity\":%d", 1 + (int)(large_document_bits(&dice) % 999));
    n += (size_t)sprintf(out + n, ",\"latency_ms\":%.3f", 500 * large_document_share(&dice));
    n += (size_t)sprintf(out + n, ",\"error_rate\":%.6f,\"region\":\"region-%d\"}", large_document_share(&dice), i % 7);
  }
  n += (size_t)sprintf(out + n, "],\"edges\":[");
  for (i = 0; i < agents; i++)
    for (k = 0; k < links_per_agent; k++) {
      uint64_t far = large_document_bits(&dice);
      int target = (int)(k % 2 ? far % (uint64_t)agents : ((uint64_t)i + 1 + far % 49) % (uint64_t)agents);
      n += (size_t)sprintf(out + n, "%s{\"source\":\"service-%06d\",\"target\":\"service-%06d\",\"weight\":",
                           i || k ? "," : "", i, target);
      n += (size_t)large_document_number(out + n, large_document_share(&dice));
      n += (size_t)sprintf(out + n, ",\"latency_ms\":%.3f}", 50 * large_document_share(&dice));
    }
  n += (size_t)sprintf(out + n, "]}\n");
  *length = n;
  return out;
}
#endif
