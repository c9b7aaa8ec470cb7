/* hello.c - reads a network as node-link JSON, asks who will fail, prints the answer.
 *
 *     cc hello.c $(pkg-config --cflags --libs aura) -o hello && ./hello network.json
 */
#include <aura.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
  static const char head[] = "{\"seed\": 7, \"topology\": ", tail[] = "}";
  aura_error error = {sizeof error, AURA_OK, 0, "", ""};
  aura_session session;
  aura_result result;
  const char *answer;
  size_t length, size;
  char *request;
  long bytes;
  FILE *file;

  if (argc != 2 || !(file = fopen(argv[1], "rb"))) {
    fprintf(stderr, "usage: hello FILE\n");
    return 2;
  }
  if (fseek(file, 0, SEEK_END) || (bytes = ftell(file)) < 0 || fseek(file, 0, SEEK_SET)) return 2;
  size = sizeof head - 1 + (size_t)bytes + sizeof tail - 1;
  request = malloc(size);
  if (!request) return 2;
  memcpy(request, head, sizeof head - 1);
  if (fread(request + sizeof head - 1, 1, (size_t)bytes, file) != (size_t)bytes) return 2;
  memcpy(request + size - (sizeof tail - 1), tail, sizeof tail - 1);
  fclose(file);

  if (aura_session_open(NULL, &session, &error) != AURA_OK ||
      aura_predict(session, request, size, NULL, &result, &error) != AURA_OK) {
    fprintf(stderr, "aura: %s (%d) at '%s'\n", error.message, (int)error.status, error.pointer);
    return 1;
  }
  aura_result_json(result, &answer, &length);
  fwrite(answer, 1, length, stdout);
  putchar('\n');
  aura_result_free(result);
  aura_session_close(session);
  free(request);
  return 0;
}
