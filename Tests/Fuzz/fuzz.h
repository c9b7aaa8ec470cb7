/* fuzz.h - what the fuzzers share: one session with limits for each input, answers judged, nothing left behind. They
 * see the library as any C program does; libFuzzer sees into it, because the library is built with its instrumentation. */
#ifndef AURA_FUZZ_H
#define AURA_FUZZ_H

#define _POSIX_C_SOURCE 200809L
#include "../ABI/support.h"

#include <time.h>

static struct timespec fuzz_begin;

/* Stops a request that asks for much work: what takes long is no fault, what does not stop is one. */
static inline int32_t fuzz_progress(void *user, double fraction) {
  struct timespec now;
  (void)user;
  if (!(fraction >= 0 && fraction <= 1)) abort();
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec - fuzz_begin.tv_sec > 2;
}

static inline aura_session fuzz_open(void) {
  aura_session_options options;
  aura_session session = {0};
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.threads = 1;
  options.max_agents = 1000;
  options.max_links = 10000;
  options.max_document_bytes = 1 << 20;
  options.max_topologies = 4;
  options.max_history_values = 10000;
  options.max_events = 100;
  if (aura_session_open(&options, &session, NULL) != AURA_OK) abort();
  return session;
}

/* Asks, and insists on what every answer promises. */
static inline aura_status fuzz_ask(ask_fn ask, aura_session session, const char *request, size_t size) {
  aura_call call;
  aura_result result = {0};
  aura_error error = fresh_error();
  aura_status status;
  memset(&call, 0, sizeof call);
  call.struct_size = sizeof call;
  call.progress = fuzz_progress;
  clock_gettime(CLOCK_MONOTONIC, &fuzz_begin);
  status = ask(session, request, size, &call, &result, &error);
  if (!is_status(status) || status == AURA_E_INTERNAL) abort();
  if (status == AURA_OK) {
    const char *text = NULL;
    size_t length = 0;
    if (aura_result_json(result, &text, &length) != AURA_OK || !json_valid(text, length)) abort();
    if (aura_result_free(result) != AURA_OK) abort();
  } else if (error.status != status || !error.message[0] || (error.pointer[0] && error.pointer[0] != '/')) abort();
  return status;
}

static inline void fuzz_close(aura_session session) {
  if (aura_session_close(session) != AURA_OK || aura_live_handles() != 0) abort();
}

#endif
