// Package arrowtest makes Arrow record batches in C memory, for the tests: cgo cannot be used in test files.
package arrowtest

/*
#cgo pkg-config: aura
#include <stdlib.h>
#include <string.h>
#include <aura.h>

static int released;

static void release_array(struct ArrowArray *array) {
	for (int64_t i = 0; i < array->n_children; i++) {
		if (array->children[i]->release) array->children[i]->release(array->children[i]);
		free(array->children[i]);
	}
	free(array->children);
	if (array->private_data) free(array->private_data);
	free((void *)array->buffers);
	array->release = NULL;
	released++;
}

static void release_schema(struct ArrowSchema *schema) {
	for (int64_t i = 0; i < schema->n_children; i++) {
		if (schema->children[i]->release) schema->children[i]->release(schema->children[i]);
		free(schema->children[i]);
	}
	free(schema->children);
	free((void *)schema->name);
	schema->release = NULL;
	released++;
}

static void batch(struct ArrowArray *array, struct ArrowSchema *schema, int64_t length, int64_t children) {
	memset(array, 0, sizeof *array);
	memset(schema, 0, sizeof *schema);
	array->length = length;
	array->n_buffers = 1;
	array->buffers = calloc(1, sizeof *array->buffers);
	array->children = calloc(children, sizeof *array->children);
	schema->children = calloc(children, sizeof *schema->children);
	array->n_children = schema->n_children = children;
	array->release = release_array;
	schema->release = release_schema;
	schema->format = "+s";
	schema->name = strdup("");
}

// Copies `bytes` of values; `format` must live for ever.
static void column(struct ArrowArray *array, struct ArrowSchema *schema, int64_t at, char *name, const char *format,
                   int64_t length, const void *values, size_t bytes) {
	struct ArrowArray *a = array->children[at] = calloc(1, sizeof *a);
	struct ArrowSchema *s = schema->children[at] = calloc(1, sizeof *s);
	a->length = length;
	a->n_buffers = 2;
	a->buffers = calloc(2, sizeof *a->buffers);
	a->buffers[1] = a->private_data = malloc(bytes + 1);
	memcpy(a->private_data, values, bytes);
	a->release = release_array;
	s->format = format;
	s->name = name;
	s->release = release_schema;
}

static const char *int64_format(void) { return "l"; }
static const char *float64_format(void) { return "g"; }
static int was_released(void) { return released; }
*/
import "C"

import "unsafe"

// Batch is a record batch: a struct ArrowArray with its struct ArrowSchema.
type Batch struct {
	array  *C.struct_ArrowArray
	schema *C.struct_ArrowSchema
	length int
	count  C.int64_t
}

// New makes a batch of `columns` columns to be filled by Int64s and Float64s.
func New(length, columns int) *Batch {
	b := &Batch{length: length}
	b.array = (*C.struct_ArrowArray)(C.calloc(1, C.sizeof_struct_ArrowArray))
	b.schema = (*C.struct_ArrowSchema)(C.calloc(1, C.sizeof_struct_ArrowSchema))
	C.batch(b.array, b.schema, C.int64_t(length), C.int64_t(columns))
	return b
}

// Int64s adds a column.
func (b *Batch) Int64s(name string, values []int64) *Batch {
	C.column(b.array, b.schema, b.count, C.CString(name), C.int64_format(), C.int64_t(b.length),
		unsafe.Pointer(&values[0]), C.size_t(8*len(values)))
	b.count++
	return b
}

// Float64s adds a column.
func (b *Batch) Float64s(name string, values []float64) *Batch {
	C.column(b.array, b.schema, b.count, C.CString(name), C.float64_format(), C.int64_t(b.length),
		unsafe.Pointer(&values[0]), C.size_t(8*len(values)))
	b.count++
	return b
}

// Pointers are what TopologyFromArrow takes.
func (b *Batch) Pointers() (array, schema unsafe.Pointer) {
	return unsafe.Pointer(b.array), unsafe.Pointer(b.schema)
}

// Moved says whether both structs have been released.
func (b *Batch) Moved() bool { return b.array.release == nil && b.schema.release == nil }

// Free gives the two structs back.
func (b *Batch) Free() {
	C.free(unsafe.Pointer(b.array))
	C.free(unsafe.Pointer(b.schema))
}

// Released counts the structs released so far.
func Released() int { return int(C.was_released()) }
