package aura

/*
#include <aura.h>
*/
import "C"

import "fmt"

// Code names what kind of failure an Error is; the names are those that JSON answers carry.
type Code string

// The codes of the engine. A code keeps its meaning for ever.
const (
	CodeArgument    Code = "argument"
	CodeHandle      Code = "handle"
	CodeSyntax      Code = "syntax"
	CodeSchema      Code = "schema"
	CodeLimit       Code = "limit"
	CodeMemory      Code = "memory"
	CodeCancelled   Code = "cancelled"
	CodeNumeric     Code = "numeric"
	CodeUnsupported Code = "unsupported"
	CodeNotFound    Code = "not_found"
	CodeInternal    Code = "internal"
)

var codes = map[int32]Code{
	int32(C.AURA_E_ARGUMENT):    CodeArgument,
	int32(C.AURA_E_HANDLE):      CodeHandle,
	int32(C.AURA_E_SYNTAX):      CodeSyntax,
	int32(C.AURA_E_SCHEMA):      CodeSchema,
	int32(C.AURA_E_LIMIT):       CodeLimit,
	int32(C.AURA_E_MEMORY):      CodeMemory,
	int32(C.AURA_E_CANCELLED):   CodeCancelled,
	int32(C.AURA_E_NUMERIC):     CodeNumeric,
	int32(C.AURA_E_UNSUPPORTED): CodeUnsupported,
	int32(C.AURA_E_NOT_FOUND):   CodeNotFound,
	int32(C.AURA_E_INTERNAL):    CodeInternal,
}

// Targets for errors.Is: errors.Is(err, aura.ErrNotFound).
var (
	ErrArgument    = sentinel(C.AURA_E_ARGUMENT)
	ErrHandle      = sentinel(C.AURA_E_HANDLE)
	ErrSyntax      = sentinel(C.AURA_E_SYNTAX)
	ErrSchema      = sentinel(C.AURA_E_SCHEMA)
	ErrLimit       = sentinel(C.AURA_E_LIMIT)
	ErrMemory      = sentinel(C.AURA_E_MEMORY)
	ErrCancelled   = sentinel(C.AURA_E_CANCELLED)
	ErrNumeric     = sentinel(C.AURA_E_NUMERIC)
	ErrUnsupported = sentinel(C.AURA_E_UNSUPPORTED)
	ErrNotFound    = sentinel(C.AURA_E_NOT_FOUND)
	ErrInternal    = sentinel(C.AURA_E_INTERNAL)
)

func sentinel(status C.aura_status) error {
	return &Error{Code: codeOf(int32(status)), Status: int32(status), Offset: -1}
}

func codeOf(status int32) Code {
	if code, ok := codes[status]; ok {
		return code
	}
	return Code(fmt.Sprintf("status %d", status))
}

// Error is a call that failed: what, why and where.
type Error struct {
	Code    Code
	Status  int32  // the AURA_E_* value
	Offset  int64  // byte offset into the (decoded) request, or -1
	Pointer string // JSON pointer of the offending value, or ""
	Message string // one line

	cause error // the context's error, when the context ended the call
}

// Error is one line.
func (e *Error) Error() string {
	text := "aura: " + string(e.Code)
	if e.Message != "" {
		text += ": " + e.Message
	}
	if e.Pointer != "" {
		text += " (at " + e.Pointer + ")"
	} else if e.Offset >= 0 {
		text += fmt.Sprintf(" (at byte %d)", e.Offset)
	}
	return text
}

// Is says that two errors of one status are of a kind, so that the Err values work with errors.Is.
func (e *Error) Is(target error) bool {
	other, ok := target.(*Error)
	return ok && other.Status == e.Status
}

// Unwrap gives the error of the context that cancelled the call.
func (e *Error) Unwrap() error { return e.cause }

// newCError gives the C side room for an error. It lives on the caller's stack or heap and belongs to no thread, so a
// goroutine may move between threads as it likes.
func newCError() C.aura_error {
	return C.aura_error{struct_size: C.uint32_t(C.sizeof_aura_error)}
}

func failure(status C.aura_status, detail *C.aura_error) *Error {
	e := &Error{Code: codeOf(int32(status)), Status: int32(status), Offset: -1}
	if detail != nil && detail.status == status {
		e.Message = C.GoString(&detail.message[0])
		e.Pointer = C.GoString(&detail.pointer[0])
		if offset := uint64(detail.offset); offset <= 1<<62 {
			e.Offset = int64(offset)
		}
	}
	return e
}
