package aura

/*
#include <stdlib.h>
#include <aura.h>
*/
import "C"

import (
	"encoding/json"
	"runtime"
	"sync/atomic"
	"unsafe"
)

// Result is one answer. Close it: its memory is the engine's, not Go's.
type Result struct {
	id atomic.Uint64
}

func newResult(handle C.aura_result) *Result {
	r := new(Result)
	r.id.Store(uint64(handle.id))
	return r
}

func (r *Result) handle() C.aura_result { return C.aura_result{id: C.uint64_t(r.id.Load())} }

// JSON is the answer's text. It is borrowed from the engine without a copy: valid until Close, and not to be changed.
// It is nil after Close.
func (r *Result) JSON() []byte {
	var text *C.char
	var length C.size_t
	if C.aura_result_json(r.handle(), &text, &length) != C.AURA_OK {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(text)), int(length))
}

// String is a copy of the answer's text.
func (r *Result) String() string { return string(r.JSON()) }

// Decode fills value from the answer, as json.Unmarshal does.
func (r *Result) Decode(value any) error { return json.Unmarshal(r.JSON(), value) }

// Float64s is a column of the answer without a copy: valid until Close, and not to be changed. Not a number means "not
// known". The error is ErrNotFound when there is no such column, ErrUnsupported when it holds integers.
func (r *Result) Float64s(name string) ([]float64, error) {
	data, count, err := r.column(name, C.AURA_TYPE_FLOAT64)
	if err != nil || count == 0 {
		return nil, err
	}
	return unsafe.Slice((*float64)(data), count), nil
}

// Int32s is Float64s for a column of integers.
func (r *Result) Int32s(name string) ([]int32, error) {
	data, count, err := r.column(name, C.AURA_TYPE_INT32)
	if err != nil || count == 0 {
		return nil, err
	}
	return unsafe.Slice((*int32)(data), count), nil
}

// CopyFloat64s is a copy of a column, which outlives the result.
func (r *Result) CopyFloat64s(name string) ([]float64, error) {
	values, err := r.Float64s(name)
	return append([]float64(nil), values...), err
}

// CopyInt32s is a copy of a column of integers, which outlives the result.
func (r *Result) CopyInt32s(name string) ([]int32, error) {
	values, err := r.Int32s(name)
	return append([]int32(nil), values...), err
}

func (r *Result) column(name string, kind C.int32_t) (unsafe.Pointer, int, error) {
	text := C.CString(name)
	defer C.free(unsafe.Pointer(text))
	column := C.aura_array{struct_size: C.uint32_t(C.sizeof_aura_array)}
	if status := C.aura_result_column(r.handle(), text, &column); status != C.AURA_OK {
		e := failure(status, nil)
		e.Message = "column " + name
		return nil, 0, e
	}
	if column._type != kind {
		e := failure(C.AURA_E_UNSUPPORTED, nil)
		e.Message = "column " + name + " has another type"
		return nil, 0, e
	}
	return column.data, int(column.count), nil
}

// Close frees the answer; what JSON, Float64s and Int32s gave is gone with it. Closing twice is harmless.
func (r *Result) Close() error {
	id := r.id.Swap(0)
	if id == 0 {
		return nil
	}
	runtime.KeepAlive(r)
	if status := C.aura_result_free(C.aura_result{id: C.uint64_t(id)}); status != C.AURA_OK {
		return failure(status, nil)
	}
	return nil
}
