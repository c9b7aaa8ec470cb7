/* support.h - what the C test programs share: TAP lines, seeded dice, a strict JSON judge, LZ4 frames written by hand
 * and Arrow arrays that count their releases. The programs see nothing of the library but aura.h. */
#ifndef AURA_TEST_SUPPORT_H
#define AURA_TEST_SUPPORT_H

#include <aura.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------- TAP */

static int tap_count, tap_failures;

/* One line of the Test Anything Protocol. */
static inline int ok(int passed, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  printf("%s %d - ", passed ? "ok" : "not ok", ++tap_count);
  vprintf(format, arguments);
  printf("\n");
  fflush(stdout);
  va_end(arguments);
  if (!passed) tap_failures++;
  return passed;
}

/* The plan line and the exit status. */
static inline int done_testing(void) {
  printf("1..%d\n", tap_count);
  fflush(stdout);
  return tap_failures ? 1 : 0;
}

/* ------------------------------------------------------------------ dice */

/* SplitMix64: equal seeds give equal runs. */
static inline uint64_t dice_next(uint64_t *state) {
  uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

static inline uint64_t dice_below(uint64_t *state, uint64_t bound) { return bound ? dice_next(state) % bound : 0; }

/* ---------------------------------------------------------------- errors */

static inline aura_error fresh_error(void) {
  aura_error error;
  memset(&error, 0, sizeof error);
  error.struct_size = sizeof error;
  return error;
}

static inline int is_status(aura_status status) { return (status <= 0 && status >= -10) || status == AURA_E_INTERNAL; }

/* ----------------------------------------------------------- JSON verdict */

static inline int json_utf8(const unsigned char *p, size_t left) {
  if (p[0] < 0x80) return 1;
  if (p[0] >= 0xC2 && p[0] <= 0xDF) return left >= 2 && (p[1] & 0xC0) == 0x80 ? 2 : 0;
  if (p[0] >= 0xE0 && p[0] <= 0xEF) {
    if (left < 3 || (p[1] & 0xC0) != 0x80 || (p[2] & 0xC0) != 0x80) return 0;
    if (p[0] == 0xE0 && p[1] < 0xA0) return 0;
    if (p[0] == 0xED && p[1] > 0x9F) return 0;
    return 3;
  }
  if (p[0] >= 0xF0 && p[0] <= 0xF4) {
    if (left < 4 || (p[1] & 0xC0) != 0x80 || (p[2] & 0xC0) != 0x80 || (p[3] & 0xC0) != 0x80) return 0;
    if (p[0] == 0xF0 && p[1] < 0x90) return 0;
    if (p[0] == 0xF4 && p[1] > 0x8F) return 0;
    return 4;
  }
  return 0;
}

static inline size_t json_string(const unsigned char *p, size_t i, size_t n) { /* p[i] is the opening quote */
  for (i++; i < n;) {
    if (p[i] == '"') return i + 1;
    if (p[i] < 0x20) return 0;
    if (p[i] == '\\') {
      if (i + 1 >= n) return 0;
      if (p[i + 1] == 'u') {
        size_t k;
        if (i + 6 > n) return 0;
        for (k = i + 2; k < i + 6; k++)
          if (!strchr("0123456789abcdefABCDEF", p[k]) || !p[k]) return 0;
        i += 6;
      } else {
        if (!strchr("\"\\/bfnrt", p[i + 1]) || !p[i + 1]) return 0;
        i += 2;
      }
      continue;
    }
    {
      int length = json_utf8(p + i, n - i);
      if (!length) return 0;
      i += (size_t)length;
    }
  }
  return 0;
}

static inline size_t json_number(const unsigned char *p, size_t i, size_t n) {
#define JSON_DIGIT(k) ((k) < n && p[k] >= '0' && p[k] <= '9')
  if (i < n && p[i] == '-') i++;
  if (!JSON_DIGIT(i)) return 0;
  if (p[i] == '0') i++;
  else
    while (JSON_DIGIT(i)) i++;
  if (i < n && p[i] == '.') {
    i++;
    if (!JSON_DIGIT(i)) return 0;
    while (JSON_DIGIT(i)) i++;
  }
  if (i < n && (p[i] == 'e' || p[i] == 'E')) {
    i++;
    if (i < n && (p[i] == '+' || p[i] == '-')) i++;
    if (!JSON_DIGIT(i)) return 0;
    while (JSON_DIGIT(i)) i++;
  }
  return i;
#undef JSON_DIGIT
}

/* Whether the bytes are one RFC 8259 text in UTF-8 (nesting up to 256): what every answer must be. */
static inline int json_valid(const char *text, size_t n) {
  const unsigned char *p = (const unsigned char *)text;
  char stack[256];
  size_t depth = 0, i = 0;
  enum { VALUE, FIRST_VALUE, FIRST_KEY, KEY, COLON, NEXT, END } want = VALUE;
  for (;;) {
    while (i < n && (p[i] == ' ' || p[i] == '\n' || p[i] == '\r' || p[i] == '\t')) i++;
    if (want == END) return i == n;
    if (i >= n) return 0;
    switch (want) {
    case FIRST_KEY:
      if (p[i] == '}') {
        i++;
        depth--;
        want = depth ? NEXT : END;
        break;
      } /* falls through */
    case KEY:
      if (p[i] != '"' || !(i = json_string(p, i, n))) return 0;
      want = COLON;
      break;
    case COLON:
      if (p[i++] != ':') return 0;
      want = VALUE;
      break;
    case NEXT:
      if (p[i] == ',') {
        want = stack[depth - 1] == '{' ? KEY : VALUE;
        i++;
      } else if (p[i] == (stack[depth - 1] == '{' ? '}' : ']')) {
        i++;
        depth--;
        want = depth ? NEXT : END;
      } else return 0;
      break;
    case FIRST_VALUE:
      if (p[i] == ']') {
        i++;
        depth--;
        want = depth ? NEXT : END;
        break;
      } /* falls through */
    case VALUE:
      if (p[i] == '{' || p[i] == '[') {
        if (depth == sizeof stack) return 0;
        stack[depth++] = (char)p[i];
        want = p[i++] == '{' ? FIRST_KEY : FIRST_VALUE;
        break;
      }
      if (p[i] == '"') i = json_string(p, i, n);
      else if (n - i >= 4 && !memcmp(p + i, "true", 4)) i += 4;
      else if (n - i >= 5 && !memcmp(p + i, "false", 5)) i += 5;
      else if (n - i >= 4 && !memcmp(p + i, "null", 4)) i += 4;
      else i = json_number(p, i, n);
      if (!i) return 0;
      want = depth ? NEXT : END;
      break;
    case END: return 0;
    }
  }
}

/* ----------------------------------------------------------- LZ4 by hand */

/* xxHash32 (Collet) of fewer than 16 bytes, seed 0: the header checksum of an LZ4 frame. */
static inline uint32_t xxh32_short(const unsigned char *p, size_t n) {
  uint32_t h = 374761393u + (uint32_t)n;
  size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    uint32_t w = (uint32_t)p[i] | (uint32_t)p[i + 1] << 8 | (uint32_t)p[i + 2] << 16 | (uint32_t)p[i + 3] << 24;
    h += w * 3266489917u;
    h = (h << 17 | h >> 15) * 668265263u;
  }
  for (; i < n; i++) {
    h += p[i] * 374761393u;
    h = (h << 11 | h >> 21) * 2654435761u;
  }
  h ^= h >> 15;
  h *= 2246822519u;
  h ^= h >> 13;
  h *= 3266489917u;
  return h ^ h >> 16;
}

static inline size_t put32(unsigned char *out, uint32_t v) {
  out[0] = (unsigned char)v;
  out[1] = (unsigned char)(v >> 8);
  out[2] = (unsigned char)(v >> 16);
  out[3] = (unsigned char)(v >> 24);
  return 4;
}

/* Frame header: 4 MiB independent blocks, no checksums; `content_size` 0 leaves it out. Returns its length. */
static inline size_t lz4_header(unsigned char *out, uint64_t content_size) {
  size_t n = put32(out, 0x184D2204u);
  out[n++] = content_size ? 0x68 : 0x60;
  out[n++] = 0x70;
  if (content_size) {
    n += put32(out + n, (uint32_t)content_size);
    n += put32(out + n, (uint32_t)(content_size >> 32));
  }
  out[n] = (unsigned char)(xxh32_short(out + 4, n - 4) >> 8);
  return n + 1;
}

/* A frame that holds `text` in stored blocks. `out` needs n + 32 bytes. */
static inline size_t lz4_stored(unsigned char *out, const char *text, size_t n) {
  size_t k = lz4_header(out, 0);
  if (n) {
    k += put32(out + k, (uint32_t)n | 0x80000000u);
    memcpy(out + k, text, n);
    k += n;
  }
  return k + put32(out + k, 0);
}

/* A frame of `blocks` blocks, each of which unfolds to 4 MiB of spaces from 16 KiB. Caller frees. */
static inline unsigned char *lz4_bomb(size_t blocks, uint64_t content_size, size_t *size) {
  const size_t unfolded = 4u << 20;
  const size_t match = unfolded - 1 - 5 - 19, full = match / 255, block = 1 + 1 + 2 + full + 1 + 1 + 5;
  unsigned char *out = malloc(32 + blocks * (block + 4) + 4);
  size_t n = lz4_header(out, content_size), b;
  for (b = 0; b < blocks; b++) {
    n += put32(out + n, (uint32_t)block);
    out[n++] = 0x1F; /* one literal, then a match of 19 and more */
    out[n++] = ' ';
    out[n++] = 1; /* at distance 1 */
    out[n++] = 0;
    memset(out + n, 255, full);
    n += full;
    out[n++] = (unsigned char)(match % 255);
    out[n++] = 0x50; /* five last literals */
    memset(out + n, ' ', 5);
    n += 5;
  }
  n += put32(out + n, 0);
  *size = n;
  return out;
}

/* ----------------------------------------------------------------- Arrow */

static long arrow_made, arrow_released;

/* One column of a record batch; buffers are borrowed and must outlive the arrays. */
typedef struct arrow_column {
  const char *format, *name;
  int64_t length, null_count, offset, n_buffers;
  const void *buffers[3];
} arrow_column;

static inline void arrow_release_array(struct ArrowArray *array) {
  int64_t i;
  for (i = 0; array->private_data && i < *(int64_t *)array->private_data; i++) {
    if (array->children[i]->release) array->children[i]->release(array->children[i]);
    free(array->children[i]);
  }
  free(array->children);
  free((void *)array->buffers);
  free(array->private_data);
  array->release = NULL;
  arrow_released++;
}

static inline void arrow_release_schema(struct ArrowSchema *schema) {
  int64_t i;
  for (i = 0; schema->private_data && i < *(int64_t *)schema->private_data; i++) {
    if (schema->children[i]->release) schema->children[i]->release(schema->children[i]);
    free(schema->children[i]);
  }
  free(schema->children);
  free(schema->private_data);
  schema->release = NULL;
  arrow_released++;
}

/* Makes a struct array of `count` columns; the real number of children rides in private_data, so a test may lie in
 * n_children afterwards and nothing leaks. */
static inline void arrow_batch(struct ArrowArray *array, struct ArrowSchema *schema, int64_t length, int64_t count,
                               const arrow_column *columns) {
  int64_t i;
  memset(array, 0, sizeof *array);
  memset(schema, 0, sizeof *schema);
  array->length = length;
  array->n_buffers = 1;
  array->n_children = schema->n_children = count;
  array->buffers = calloc(1, sizeof *array->buffers);
  array->children = calloc((size_t)count + 1, sizeof *array->children);
  schema->children = calloc((size_t)count + 1, sizeof *schema->children);
  array->private_data = malloc(sizeof(int64_t));
  schema->private_data = malloc(sizeof(int64_t));
  *(int64_t *)array->private_data = *(int64_t *)schema->private_data = count;
  array->release = arrow_release_array;
  schema->release = arrow_release_schema;
  schema->format = "+s";
  schema->name = "";
  arrow_made += 2;
  for (i = 0; i < count; i++) {
    struct ArrowArray *a = array->children[i] = calloc(1, sizeof *a);
    struct ArrowSchema *s = schema->children[i] = calloc(1, sizeof *s);
    a->length = columns[i].length;
    a->null_count = columns[i].null_count;
    a->offset = columns[i].offset;
    a->n_buffers = columns[i].n_buffers;
    a->buffers = calloc(3, sizeof *a->buffers);
    memcpy((void *)a->buffers, columns[i].buffers, sizeof columns[i].buffers);
    a->release = arrow_release_array;
    s->format = columns[i].format;
    s->name = columns[i].name;
    s->flags = ARROW_FLAG_NULLABLE;
    s->release = arrow_release_schema;
    arrow_made += 2;
  }
}

/* ---------------------------------------------------------------- shared */

/* Five services in a chain with a shortcut; small enough to read, rich enough for every ask. */
#define SMALL_NETWORK                                                               \
  "{\"directed\":true,\"nodes\":["                                                  \
  "{\"id\":\"gateway\",\"load\":40,\"capacity\":100,\"status\":\"ok\"},"            \
  "{\"id\":\"orders\",\"load\":95,\"capacity\":100,\"queue\":12},"                  \
  "{\"id\":\"stock\",\"load\":70,\"capacity\":90},"                                 \
  "{\"id\":\"ledger\",\"load\":85,\"capacity\":90,\"error_rate\":0.02},"            \
  "{\"id\":\"disk\",\"load\":20,\"capacity\":80,\"latency_ms\":4.5}],"              \
  "\"edges\":["                                                                     \
  "{\"source\":\"gateway\",\"target\":\"orders\",\"weight\":2,\"calls_per_s\":50}," \
  "{\"source\":\"orders\",\"target\":\"stock\",\"weight\":1,\"calls_per_s\":30},"   \
  "{\"source\":\"orders\",\"target\":\"ledger\",\"weight\":1},"                     \
  "{\"source\":\"stock\",\"target\":\"disk\",\"weight\":0.5},"                      \
  "{\"source\":\"ledger\",\"target\":\"disk\",\"weight\":0.5}]}"

typedef aura_status (*ask_fn)(aura_session, const char *, size_t, const aura_call *, aura_result *, aura_error *);

static inline int contains(const char *text, size_t length, const char *needle) {
  size_t n = strlen(needle), i;
  for (i = 0; i + n <= length; i++)
    if (!memcmp(text + i, needle, n)) return 1;
  return 0;
}

#endif
