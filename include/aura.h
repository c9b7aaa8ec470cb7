/* aura.h - the C interface of libaura.
 *
 * AURA sees the shape of failure before it happens: hand it a network of agents as JSON and it answers with the
 * network's structure, each agent's probability of failing within a horizon and the cascade that would follow, and
 * the interventions that prevent it.
 *
 * Three calls are enough to begin:
 *
 *     aura_session session;
 *     aura_result result;
 *     aura_session_open(NULL, &session, NULL);
 *     aura_predict(session, document, strlen(document), NULL, &result, NULL);
 *     aura_result_json(result, &text, &length);
 *
 * Rules that hold for every function:
 *  - it returns an aura_status: AURA_OK is 0, errors are negative, and a value is never used again for something else;
 *  - out-parameters are written only on AURA_OK;
 *  - `error` may be NULL; it is the caller's memory and is never kept;
 *  - inputs are borrowed until the call returns (Arrow arrays are moved, see there);
 *  - text is UTF-8 with its length in bytes; a length of SIZE_MAX means that a NUL ends the text;
 *  - handles are plain values that are never dereferenced: a stale, foreign or made-up handle is AURA_E_HANDLE;
 *  - any thread may call; "concurrent" calls run at the same time, "serialised" calls on one session wait for each other;
 *  - callers need a thread with 32 KiB of stack, and the library may be used on both sides of fork();
 *  - since 0.1 unless a comment says otherwise.
 */
#ifndef AURA_H
#define AURA_H

#include <stddef.h>
#include <stdint.h>

#define AURA_VERSION_MAJOR 0
#define AURA_VERSION_MINOR 1
#define AURA_VERSION_PATCH 0
#define AURA_VERSION_NUMBER 100 /* major * 10000 + minor * 100 + patch */

#ifdef __cplusplus
extern "C" {
#endif

/* ---------------------------------------------------------------- status */

typedef int32_t aura_status;
#define AURA_OK ((aura_status)0)
#define AURA_E_ARGUMENT ((aura_status)-1)     /* NULL, out of range, bad struct_size */
#define AURA_E_HANDLE ((aura_status)-2)       /* unknown, freed, or of another kind */
#define AURA_E_SYNTAX ((aura_status)-3)       /* not JSON, or not UTF-8, or a damaged LZ4 frame */
#define AURA_E_SCHEMA ((aura_status)-4)       /* JSON, but not what is asked for */
#define AURA_E_LIMIT ((aura_status)-5)        /* a limit of the session or of the request was reached */
#define AURA_E_MEMORY ((aura_status)-6)       /* no memory of the size that the input asks for */
#define AURA_E_CANCELLED ((aura_status)-7)    /* token set, or progress callback returned non-zero */
#define AURA_E_NUMERIC ((aura_status)-8)      /* not converged, or not a number */
#define AURA_E_UNSUPPORTED ((aura_status)-9)  /* understood, but not possible here */
#define AURA_E_NOT_FOUND ((aura_status)-10)   /* no topology, component, agent or record of that name */
#define AURA_E_INTERNAL ((aura_status)-99)    /* a fault of ours: please report it */

/* Where and why a call failed. Set struct_size = sizeof(aura_error) before the call; the library fills what fits.
 * No allocation, nothing to free, no thread it belongs to. */
typedef struct aura_error {
  uint32_t struct_size;
  aura_status status;
  uint64_t offset;   /* byte offset into the (decoded) document, or UINT64_MAX */
  char message[240]; /* one line, NUL-terminated, cut between characters */
  char pointer[256]; /* JSON pointer (RFC 6901) of the offending value; empty when there is none */
} aura_error;

/* --------------------------------------------------------------- handles */

/* Compared by value; {0} is "none". */
typedef struct aura_session { uint64_t id; } aura_session;
typedef struct aura_result { uint64_t id; } aura_result;
typedef struct aura_cancel { uint64_t id; } aura_cancel;

/* ------------------------------------------------------------- callbacks */

#define AURA_LOG_ERROR 1
#define AURA_LOG_WARNING 2
#define AURA_LOG_INFO 3
#define AURA_LOG_DEBUG 4

/* May be called from several threads at once; must not call back into the same session; never called after
 * aura_session_close() returned and running calls ended. `message` is not NUL-terminated. */
typedef void (*aura_log_fn)(void *user, int32_t level, const char *message, size_t length);

/* Called with a fraction in 0...1, on the thread that called, which a small stack may move to another while it waits;
 * return non-zero to cancel the call. */
typedef int32_t (*aura_progress_fn)(void *user, double fraction);

/* --------------------------------------------------------------- structs */

/* Zero means default for every field. Fields are only ever appended. */
typedef struct aura_session_options {
  uint32_t struct_size;
  uint32_t threads;            /* 0: AURA_NUM_THREADS, else OMP_NUM_THREADS, at most the affinity mask; else 1...256 */
  uint64_t max_agents;         /* per topology; default 16,777,216, at most 1,073,741,824 */
  uint64_t max_links;          /* per topology; default 67,108,864, at most 1,073,741,824 */
  uint64_t max_document_bytes; /* of one document, decoded; default 4 GiB */
  uint64_t max_topologies;     /* held at once; default 1024 */
  uint64_t max_history_values; /* metric samples kept per topology; default 16,777,216 */
  uint64_t max_events;         /* kept for aura_events; default 65,536 */
  aura_log_fn log;             /* may be NULL */
  void *log_user;
  int32_t log_level; /* AURA_LOG_*; 0: AURA_LOG_WARNING */
  uint32_t reserved;
} aura_session_options;

#define AURA_TYPE_INT32 1
#define AURA_TYPE_INT64 2
#define AURA_TYPE_FLOAT32 3
#define AURA_TYPE_FLOAT64 4

/* One array: an input of a call (borrowed until it returns) or a column of a result (borrowed until the result is
 * freed). Columns are always AURA_TYPE_INT32 or AURA_TYPE_FLOAT64. Not a number means "not known". */
typedef struct aura_array {
  uint32_t struct_size;
  int32_t type; /* AURA_TYPE_* */
  const char *name; /* NUL-terminated; NULL in a result */
  const void *data;
  uint64_t count; /* elements */
} aura_array;

/* What a call may use beside its request; NULL where a function takes it means none of it. */
typedef struct aura_call {
  uint32_t struct_size;
  uint32_t reserved;
  aura_cancel cancel; /* {0}: none */
  aura_progress_fn progress; /* may be NULL */
  void *progress_user;
  const aura_array *arrays; /* named arrays; only aura_observe reads them in 0.1 */
  uint64_t array_count;
} aura_call;

/* A network in compressed sparse rows: the links out of agent i are starts[i] ... starts[i + 1] - 1. */
typedef struct aura_csr {
  uint32_t struct_size;
  int32_t directed;      /* 0: each link is listed once, in either row */
  uint64_t agents;
  uint64_t links;
  const int64_t *starts; /* agents + 1 values, first 0, last `links`, never falling */
  const int64_t *targets; /* links values in 0 ... agents - 1 */
  const double *weights; /* `weight` of each link, or NULL */
  const aura_array *metrics; /* named arrays of `agents` values each, or NULL */
  uint64_t metric_count;
} aura_csr;

/* The Arrow C Data Interface, as its specification gives it. */
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char *format;
  const char *name;
  const char *metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema **children;
  struct ArrowSchema *dictionary;
  void (*release)(struct ArrowSchema *);
  void *private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void **buffers;
  struct ArrowArray **children;
  struct ArrowArray *dictionary;
  void (*release)(struct ArrowArray *);
  void *private_data;
};

#endif /* ARROW_C_DATA_INTERFACE */

#if defined(__GNUC__)
#define AURA_API __attribute__((visibility("default")))
#else
#define AURA_API
#endif

/* ----------------------------------------------------------------- about */

/** The AURA_VERSION_NUMBER of the loaded library. Never fails. Concurrent. */
AURA_API uint32_t aura_version(void);

/** JSON text that says how the library was built and what it links; lives as long as the process. Concurrent. */
AURA_API const char *aura_build_info(void);

/** 1 when the library has the feature ("json", "lz4", "arrow", "csr", "cancel", "progress", "events"), else 0;
 *  NULL gives 0. Concurrent. */
AURA_API int32_t aura_has_feature(const char *name);

/** Sessions, results and tokens that have not been freed: 0 when nothing leaks. Concurrent. */
AURA_API uint64_t aura_live_handles(void);

/* --------------------------------------------------------------- session */

/**
 * Opens a session: it holds named topologies with their metric history, an event log and worker threads.
 *
 * @param options  may be NULL for the defaults.
 * @param session  set on success; close it with aura_session_close().
 * @return AURA_OK; AURA_E_ARGUMENT for a bad option.
 */
AURA_API aura_status aura_session_open(const aura_session_options *options, aura_session *session, aura_error *error);

/** Closes a session. Calls that still run on it end normally; results stay valid until freed. Concurrent. */
AURA_API aura_status aura_session_close(aura_session session);

/* ------------------------------------------------------------------- ask
 *
 * Every ask takes one request document and answers with one result. A request names a topology that the session
 * holds ({"topology": "prod"}) or carries one ({"topology": {"nodes": [...], "edges": [...]}}); a bare node-link
 * document is a request too, with every parameter at its default, and so is an edge list ("source,target,weight\n
 * a,b,2\n..."), whose text may also stand under "edges". A document may be an LZ4 frame. Asks only read: they are
 * concurrent, and each sees the session as it was when the call began. `aura schema NAME` prints the schemas.
 *
 * Common members: "seed" (integer), "work_max" (units of work the request may spend), "roles" ({"strength": FIELD,
 * "length": FIELD}: which link field means what), "columns_only" (true: lists of an answer as columns alone, those of
 * agents by position; they and the list of all agents stay empty in the text, which for large networks saves most of
 * the time of writing and reading it).
 */

/**
 * Runs the analyses named in `request` ({"analyses": [{"id": ..., "parameters": {...}}, ...]}; all that suit the
 * network by default) and collects one answer for each, in the order asked.
 *
 * @return AURA_OK when the request was understood: an analysis that fails says so in its own answer and does not fail
 *         the call. Cancellation fails the call.
 */
AURA_API aura_status aura_analyze(aura_session session, const char *request, size_t request_size,
                                  const aura_call *call, aura_result *result, aura_error *error);

/**
 * Forecasts who fails: for every agent the probability of failing within the horizon, the time to failure, who pulls
 * it down and whom it pulls down; for the network the distribution of cascade size, the most likely path and the
 * agents whose loss is unsafe. Columns with one value for each agent: "probability", "standard_error",
 * "time_to_failure_s", "own", "pulled_down" (the parts of the probability that are its own and that others cause).
 */
AURA_API aura_status aura_predict(aura_session session, const char *request, size_t request_size,
                                  const aura_call *call, aura_result *result, aura_error *error);

/**
 * Plans what to do: ranked actions under a budget, each with its cost, what undoes it, and the difference it makes,
 * proved by simulating the network with and without it.
 */
AURA_API aura_status aura_intervene(aura_session session, const char *request, size_t request_size,
                                    const aura_call *call, aura_result *result, aura_error *error);

/** What there is: components with family, version, summary, parameters (units, ranges, defaults), reference, cost and
 *  lifecycle. Request: {} for all, or {"id": ...}, {"family": ...}; {"schema": NAME} gives a JSON Schema. */
AURA_API aura_status aura_catalogue(aura_session session, const char *request, size_t request_size,
                                    const aura_call *call, aura_result *result, aura_error *error);

/** Runs known answers on the machine it is on. Request: {} for all components, or {"ids": [...]}. */
AURA_API aura_status aura_self_check(aura_session session, const char *request, size_t request_size,
                                     const aura_call *call, aura_result *result, aura_error *error);

/** The evidence behind a prediction ({"topology": ..., "agent": ID}) or an action ({"topology": ..., "action": {...}},
 *  with an action from aura_intervene's answer, or {"record": N} with the number of a record of aura_apply). */
AURA_API aura_status aura_explain(aura_session session, const char *request, size_t request_size,
                                  const aura_call *call, aura_result *result, aura_error *error);

/* ------------------------------------------------------------------ tell
 *
 * Serialised on one session. A batch is applied whole or not at all.
 */

/**
 * Takes what was observed: a whole topology ({"topology": "prod", "document": {...}}), or a batch of changes
 * ({"topology": "prod", "time_s": ..., "changes": [...]}: metrics, agents and links added, removed, changed), or
 * metric columns: with call->arrays, each array is the metric of its name; an array named "agent" gives the position
 * of each value, without it an array has one value for every agent.
 *
 * Or spans of traces ({"topology": "prod", "spans": {"owners": ["cart", "db"], "window_s": 60}}), one an element of the
 * arrays trace_hi, trace_lo, span_hi, span_lo, parent_hi, parent_lo (halves of 32 bits of the ids, 0 for no parent),
 * owner (position in owners), start_s, duration_s, error (0 or 1) and, if wanted, weight: calls between owners become
 * links, with calls_per_s, error_rate and latency_ms over the window. The topology comes into being with the first
 * ones. The answer says what was changed; {"spans": {"trace": "16 hexadecimal digits"}} without arrays says how a trace failed.
 *
 * @return AURA_OK; otherwise nothing has changed and `error` says which change is to blame (its JSON pointer or array).
 */
AURA_API aura_status aura_observe(aura_session session, const char *request, size_t request_size,
                                  const aura_call *call, aura_result *result, aura_error *error);

/** Takes what became of a proposed action ({"kind": "outcome", "action": {...}, "outcome": "accepted" | "done" |
 *  "failed" | "unknown", ...}); later kinds of request extend it. */
AURA_API aura_status aura_apply(aura_session session, const char *request, size_t request_size,
                                const aura_call *call, aura_result *result, aura_error *error);

/* ---------------------------------------------------------------- follow */

/** What has happened since a cursor ({"after": N, "limit": N, "wait_ms": N}): changes, findings, predictions,
 *  outcomes. With "wait_ms" it waits for news; the token of `call` or closing the session ends the wait. Concurrent. */
AURA_API aura_status aura_events(aura_session session, const char *request, size_t request_size,
                                 const aura_call *call, aura_result *result, aura_error *error);

/* ------------------------------------------------------------------ bulk
 *
 * Both replace or create the topology that `request` names ({"topology": "prod", "directed": true}); serialised.
 */

/**
 * Takes two Arrow struct arrays (record batches): agents with a column "id" (utf8, large utf8, int32 or int64) and
 * numeric metric columns; links with "source" and "target" (same type as "id", or int32/int64 positions when the
 * agents have no "id") and numeric columns such as "weight". The arrays are moved: on return, success or not, all
 * four have been released and their `release` is NULL.
 */
AURA_API aura_status aura_topology_from_arrow(aura_session session, const char *request, size_t request_size,
                                              struct ArrowArray *agents, struct ArrowSchema *agents_schema,
                                              struct ArrowArray *links, struct ArrowSchema *links_schema,
                                              aura_result *result, aura_error *error);

/** Takes a network as plain arrays, borrowed until the call returns. Agents get the integer ids 0, 1, 2, ... */
AURA_API aura_status aura_topology_from_csr(aura_session session, const char *request, size_t request_size,
                                            const aura_csr *csr, aura_result *result, aura_error *error);

/* ---------------------------------------------------------------- result */

/** The answer as JSON text, borrowed until aura_result_free(); NUL-terminated after `length` bytes. Concurrent. */
AURA_API aura_status aura_result_json(aura_result result, const char **text, size_t *length);

/** A column of the answer, borrowed until aura_result_free(). Set column->struct_size first. AURA_E_NOT_FOUND when
 *  there is no such column; the answer's "columns" member lists them. Concurrent. */
AURA_API aura_status aura_result_column(aura_result result, const char *name, aura_array *column);

/** Frees a result. Concurrent. */
AURA_API aura_status aura_result_free(aura_result result);

/* --------------------------------------------------------------- control */

/** Makes a token that can cancel calls; free it with aura_cancel_free(). Concurrent. */
AURA_API aura_status aura_cancel_new(aura_cancel *cancel);

/** Cancels every call that carries the token, now and later; may be called any number of times. Concurrent. */
AURA_API aura_status aura_cancel_set(aura_cancel cancel);

/** Frees a token; calls that carry it go on. Concurrent. */
AURA_API aura_status aura_cancel_free(aura_cancel cancel);

#ifdef __cplusplus
}
#endif
#endif /* AURA_H */
