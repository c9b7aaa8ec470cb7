/* memory.c - a system that runs out of memory: every ask and tell, with more and more room until it passes, either
 * passes or says AURA_E_MEMORY. Each try is a child whose address space is limited to what it has and a little more. */
#define _POSIX_C_SOURCE 200809L
#include "support.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define AGENTS 5000

static char *text;
static size_t length;

static void add(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  length += (size_t)vsprintf(text + length, format, arguments);
  va_end(arguments);
}

static char *document_request(void) {
  int i;
  text = malloc(AGENTS * 400);
  length = 0;
  add("{\"topology\":\"t\",\"document\":{\"directed\":true,\"nodes\":[");
  for (i = 0; i < AGENTS; i++)
    add("%s{\"id\":\"agent-%d\",\"load\":%d,\"capacity\":100,\"calls_per_s\":3}", i ? "," : "", i, i % 90 + 1);
  add("],\"edges\":[");
  for (i = 0; i < 3 * AGENTS; i++)
    add("%s{\"source\":\"agent-%d\",\"target\":\"agent-%d\"}", i ? "," : "", i % AGENTS, (i * 7919 + 13) % AGENTS);
  add("]}}");
  return text;
}

static char *changes_request(void) {
  int i;
  text = malloc(AGENTS * 200);
  length = 0;
  add("{\"topology\":\"t\",\"time_s\":5,\"changes\":[");
  for (i = 0; i < AGENTS; i++)
    add("%s{\"op\":\"add_agent\",\"agent\":\"new-%d\",\"metrics\":{\"load\":3}},"
        "{\"op\":\"add_link\",\"source\":\"new-%d\",\"target\":\"agent-%d\"}",
        i ? "," : "", i, i, i);
  add("]}");
  return text;
}

static rlim_t address_space(void) {
  long pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (!file || fscanf(file, "%ld", &pages) != 1) pages = 0;
  if (file) fclose(file);
  return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

static void one(aura_session session, const char *name, ask_fn ask, const char *request) {
  int passed = 0, refused = 0, odd = 0, killed = 0;
  double room;
  for (room = 1 << 18; room < 4e9 && passed < 2; room *= 1.25) {
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
      struct rlimit limit = {0, 0};
      aura_result result = {0};
      aura_status got;
      alarm(60);
      limit.rlim_cur = limit.rlim_max = address_space() + (rlim_t)room;
      setrlimit(RLIMIT_AS, &limit);
      got = ask(session, request, SIZE_MAX, NULL, &result, NULL);
      _exit(got == AURA_OK ? 0 : got == AURA_E_MEMORY ? 1 : 2);
    }
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) killed++;
    else if (WEXITSTATUS(status) == 0) passed++;
    else if (WEXITSTATUS(status) == 1) refused++;
    else odd++;
  }
  ok(passed && refused && !killed && !odd, "%s: %d tries without room refused, %d passed, %d killed, %d odd", name,
     refused, passed, killed, odd);
}

int main(void) {
  aura_session session = {0};
  aura_result result = {0};
  char *document = document_request(), *changes = changes_request();
  if (!ok(aura_session_open(NULL, &session, NULL) == AURA_OK &&
              aura_observe(session, document, SIZE_MAX, NULL, &result, NULL) == AURA_OK,
          "a session takes %d agents", AGENTS))
    return done_testing();
  aura_result_free(result);
  one(session, "observe", aura_observe, document);
  one(session, "observe changes", aura_observe, changes);
  one(session, "analyze", aura_analyze, "{\"topology\":\"t\"}");
  one(session, "analyze by a cascade", aura_analyze,
      "{\"topology\":\"t\",\"analyses\":[{\"id\":\"cascade.load_sharing\"}]}");
  one(session, "predict", aura_predict, "{\"topology\":\"t\",\"runs\":8}");
  one(session, "intervene", aura_intervene, "{\"topology\":\"t\",\"runs\":8,\"budget\":1}");
  one(session, "explain", aura_explain, "{\"topology\":\"t\",\"agent\":\"agent-5\"}");
  one(session, "catalogue", aura_catalogue, "{}");
  one(session, "self_check", aura_self_check, "{}");
  aura_session_close(session);
  free(document);
  free(changes);
  return done_testing();
}
