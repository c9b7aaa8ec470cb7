/* layout.c - the structs of aura.h as 64-bit programs have been compiled against them. A number here changes only by
 * growing a struct at its end; anything else breaks programs that exist. */
#include "support.h"

#define SIZE(type, bytes) ok(sizeof(type) == (bytes), "sizeof(" #type ") is %d", (int)(bytes))
#define AT(type, field, bytes) \
  ok(offsetof(type, field) == (bytes), "offsetof(" #type ", " #field ") is %d", (int)(bytes))
#define VALUE(name, value) ok((name) == (value), #name " is %d", (int)(value))

int main(void) {
  SIZE(aura_status, 4);
  SIZE(aura_session, 8);
  SIZE(aura_result, 8);
  SIZE(aura_cancel, 8);

  SIZE(aura_error, 512);
  AT(aura_error, struct_size, 0);
  AT(aura_error, status, 4);
  AT(aura_error, offset, 8);
  AT(aura_error, message, 16);
  AT(aura_error, pointer, 256);

  SIZE(aura_session_options, 80);
  AT(aura_session_options, struct_size, 0);
  AT(aura_session_options, threads, 4);
  AT(aura_session_options, max_agents, 8);
  AT(aura_session_options, max_links, 16);
  AT(aura_session_options, max_document_bytes, 24);
  AT(aura_session_options, max_topologies, 32);
  AT(aura_session_options, max_history_values, 40);
  AT(aura_session_options, max_events, 48);
  AT(aura_session_options, log, 56);
  AT(aura_session_options, log_user, 64);
  AT(aura_session_options, log_level, 72);
  AT(aura_session_options, reserved, 76);

  SIZE(aura_array, 32);
  AT(aura_array, struct_size, 0);
  AT(aura_array, type, 4);
  AT(aura_array, name, 8);
  AT(aura_array, data, 16);
  AT(aura_array, count, 24);

  SIZE(aura_call, 48);
  AT(aura_call, struct_size, 0);
  AT(aura_call, reserved, 4);
  AT(aura_call, cancel, 8);
  AT(aura_call, progress, 16);
  AT(aura_call, progress_user, 24);
  AT(aura_call, arrays, 32);
  AT(aura_call, array_count, 40);

  SIZE(aura_csr, 64);
  AT(aura_csr, struct_size, 0);
  AT(aura_csr, directed, 4);
  AT(aura_csr, agents, 8);
  AT(aura_csr, links, 16);
  AT(aura_csr, starts, 24);
  AT(aura_csr, targets, 32);
  AT(aura_csr, weights, 40);
  AT(aura_csr, metrics, 48);
  AT(aura_csr, metric_count, 56);

  SIZE(struct ArrowSchema, 72);
  AT(struct ArrowSchema, format, 0);
  AT(struct ArrowSchema, name, 8);
  AT(struct ArrowSchema, metadata, 16);
  AT(struct ArrowSchema, flags, 24);
  AT(struct ArrowSchema, n_children, 32);
  AT(struct ArrowSchema, children, 40);
  AT(struct ArrowSchema, dictionary, 48);
  AT(struct ArrowSchema, release, 56);
  AT(struct ArrowSchema, private_data, 64);
  SIZE(struct ArrowArray, 80);
  AT(struct ArrowArray, length, 0);
  AT(struct ArrowArray, null_count, 8);
  AT(struct ArrowArray, offset, 16);
  AT(struct ArrowArray, n_buffers, 24);
  AT(struct ArrowArray, n_children, 32);
  AT(struct ArrowArray, buffers, 40);
  AT(struct ArrowArray, children, 48);
  AT(struct ArrowArray, dictionary, 56);
  AT(struct ArrowArray, release, 64);
  AT(struct ArrowArray, private_data, 72);

  VALUE(AURA_OK, 0);
  VALUE(AURA_E_ARGUMENT, -1);
  VALUE(AURA_E_HANDLE, -2);
  VALUE(AURA_E_SYNTAX, -3);
  VALUE(AURA_E_SCHEMA, -4);
  VALUE(AURA_E_LIMIT, -5);
  VALUE(AURA_E_MEMORY, -6);
  VALUE(AURA_E_CANCELLED, -7);
  VALUE(AURA_E_NUMERIC, -8);
  VALUE(AURA_E_UNSUPPORTED, -9);
  VALUE(AURA_E_NOT_FOUND, -10);
  VALUE(AURA_E_INTERNAL, -99);
  VALUE(AURA_LOG_ERROR, 1);
  VALUE(AURA_LOG_WARNING, 2);
  VALUE(AURA_LOG_INFO, 3);
  VALUE(AURA_LOG_DEBUG, 4);
  VALUE(AURA_TYPE_INT32, 1);
  VALUE(AURA_TYPE_INT64, 2);
  VALUE(AURA_TYPE_FLOAT32, 3);
  VALUE(AURA_TYPE_FLOAT64, 4);

  ok(AURA_VERSION_NUMBER == AURA_VERSION_MAJOR * 10000 + AURA_VERSION_MINOR * 100 + AURA_VERSION_PATCH,
     "AURA_VERSION_NUMBER is made of its parts");
  ok(aura_version() == AURA_VERSION_NUMBER, "the loaded library says version %d", AURA_VERSION_NUMBER);
  {
    static const char *const features[] = {"json", "lz4", "arrow", "csr", "cancel", "progress", "events"};
    const char *info = aura_build_info();
    size_t i;
    ok(info && json_valid(info, strlen(info)) && info[0] == '{', "aura_build_info is a JSON object");
    ok(info == aura_build_info(), "aura_build_info stays where it is");
    for (i = 0; i < sizeof features / sizeof *features; i++)
      ok(aura_has_feature(features[i]) == 1, "feature %s is there", features[i]);
    ok(aura_has_feature("time travel") == 0 && aura_has_feature("") == 0 && aura_has_feature(NULL) == 0,
       "an unknown feature is not there");
  }
  ok(aura_live_handles() == 0, "no handle lives yet");
  return done_testing();
}
