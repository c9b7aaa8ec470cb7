package aura

/*
#include <stddef.h>
#include <stdint.h>
*/
import "C"

import (
	"runtime/cgo"
	"unsafe"
)

// watcher carries a progress function over the border and a panic back.
type watcher struct {
	report   func(fraction float64) bool
	panicked any
}

//export auraGoProgress
func auraGoProgress(user unsafe.Pointer, fraction C.double) (status C.int32_t) {
	w := cgo.Handle(uintptr(user)).Value().(*watcher)
	// A panic must not unwind the engine's frames: cancel, return, and panic again on the other side.
	defer func() {
		if r := recover(); r != nil {
			w.panicked = r
			status = 1
		}
	}()
	if w.report(float64(fraction)) {
		return 0
	}
	return 1
}

//export auraGoLog
func auraGoLog(user unsafe.Pointer, level C.int32_t, message *C.char, length C.size_t) {
	log := cgo.Handle(uintptr(user)).Value().(func(Level, string))
	log(Level(level), C.GoStringN(message, C.int(length)))
}
