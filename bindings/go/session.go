package aura

/*
#cgo pkg-config: aura
#include <stdlib.h>
#include <aura.h>

extern int32_t auraGoProgress(void *user, double fraction);
extern void auraGoLog(void *user, int32_t level, char *message, size_t length);

typedef aura_status (*aura_go_ask)(aura_session, const char *, size_t, const aura_call *, aura_result *, aura_error *);

// Handles of Go values travel as integers, so that no Go pointer crosses the border.
static inline aura_status aura_go_open(aura_session_options *options, uintptr_t log, aura_session *session,
                                       aura_error *error) {
	options->struct_size = sizeof *options;
	if (log) {
		options->log = (aura_log_fn)auraGoLog;
		options->log_user = (void *)log;
	}
	return aura_session_open(options, session, error);
}

static inline aura_status aura_go_call(aura_go_ask ask, aura_session session, const char *request, size_t size,
                                       aura_cancel cancel, uintptr_t progress, const aura_array *arrays,
                                       size_t array_count, aura_result *result, aura_error *error) {
	aura_call call = {.struct_size = sizeof call, .cancel = cancel, .arrays = arrays, .array_count = array_count};
	if (progress) {
		call.progress = auraGoProgress;
		call.progress_user = (void *)progress;
	}
	return ask(session, request, size, &call, result, error);
}

static inline aura_status aura_go_csr(aura_session session, const char *request, size_t size, int directed,
                                      uint64_t agents, uint64_t links, const int64_t *starts, const int64_t *targets,
                                      const double *weights, const aura_array *metrics, size_t metric_count,
                                      aura_result *result, aura_error *error) {
	aura_csr csr = {.struct_size = sizeof csr, .directed = directed, .agents = agents, .links = links,
	                .starts = starts, .targets = targets, .weights = weights, .metrics = metrics,
	                .metric_count = metric_count};
	return aura_topology_from_csr(session, request, size, &csr, result, error);
}
*/
import "C"

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/cgo"
	"sync"
	"unsafe"
)

// Level says how much a log message matters; smaller is graver.
type Level int32

// The levels of a log.
const (
	LevelError   Level = C.AURA_LOG_ERROR
	LevelWarning Level = C.AURA_LOG_WARNING
	LevelInfo    Level = C.AURA_LOG_INFO
	LevelDebug   Level = C.AURA_LOG_DEBUG
)

// Options of a session; a zero field means the engine's default.
type Options struct {
	Threads          uint32
	MaxAgents        uint64
	MaxLinks         uint64
	MaxDocumentBytes uint64
	MaxTopologies    uint64
	MaxHistoryValues uint64
	MaxEvents        uint64

	// Log takes the engine's messages. It may be called from several goroutines and threads at once, and must not use
	// the session.
	Log      func(level Level, message string)
	LogLevel Level
}

// Session holds named networks with their history, an event log and worker threads. Any number of goroutines may use
// it at once.
type Session struct {
	handle C.aura_session

	mutex   sync.Mutex
	closed  bool
	running int        // calls under way: the log may be called until the last has ended
	log     cgo.Handle // 0: none
}

// Open opens a session; nil means every default.
func Open(options *Options) (*Session, error) {
	if options == nil {
		options = &Options{}
	}
	s := &Session{}
	if options.Log != nil {
		s.log = cgo.NewHandle(options.Log)
	}
	c := C.aura_session_options{
		threads:            C.uint32_t(options.Threads),
		max_agents:         C.uint64_t(options.MaxAgents),
		max_links:          C.uint64_t(options.MaxLinks),
		max_document_bytes: C.uint64_t(options.MaxDocumentBytes),
		max_topologies:     C.uint64_t(options.MaxTopologies),
		max_history_values: C.uint64_t(options.MaxHistoryValues),
		max_events:         C.uint64_t(options.MaxEvents),
		log_level:          C.int32_t(options.LogLevel),
	}
	detail := newCError()
	status := C.aura_go_open(&c, C.uintptr_t(s.log), &s.handle, &detail)
	if status != C.AURA_OK {
		if s.log != 0 {
			s.log.Delete()
		}
		return nil, failure(status, &detail)
	}
	return s, nil
}

// Close closes the session. Calls under way end normally, waits for events end, and answers stay readable until they
// are closed. Closing twice is harmless.
func (s *Session) Close() error {
	s.mutex.Lock()
	if s.closed {
		s.mutex.Unlock()
		return nil
	}
	s.closed = true
	s.running++ // this call is one: the log lives until it has ended
	s.mutex.Unlock()
	status := C.aura_session_close(s.handle)
	s.leave()
	if status != C.AURA_OK {
		return failure(status, nil)
	}
	return nil
}

func (s *Session) enter() error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.closed {
		e := failure(C.AURA_E_HANDLE, nil)
		e.Message = "the session is closed"
		return e
	}
	s.running++
	return nil
}

func (s *Session) leave() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.running--
	if s.closed && s.running == 0 && s.log != 0 {
		s.log.Delete()
		s.log = 0
	}
}

// Column is a named array of one value for every agent, or of one for each agent that a column named "agent" gives the
// position of. Values is a []float64, []float32, []int64 or []int32; it is borrowed until the call returns.
type Column struct {
	Name   string
	Values any
}

// Option is what a call may use beside its request.
type Option func(*extras)

type extras struct {
	progress func(fraction float64) bool
	columns  []Column
}

// WithProgress has a function called now and then with the fraction of the work that is done, on the goroutine of the
// call; returning false cancels the call.
func WithProgress(progress func(fraction float64) bool) Option {
	return func(e *extras) { e.progress = progress }
}

// WithColumns hands metric columns to Observe without a copy.
func WithColumns(columns ...Column) Option {
	return func(e *extras) { e.columns = append(e.columns, columns...) }
}

// Analyze runs the analyses that the request names and collects one answer for each.
func (s *Session) Analyze(ctx context.Context, request any, options ...Option) (*Result, error) {
	return s.call(ctx, C.aura_go_ask(C.aura_analyze), request, options)
}

// Predict forecasts who fails, when, and whom that pulls down.
func (s *Session) Predict(ctx context.Context, request any, options ...Option) (*Result, error) {
	return s.call(ctx, C.aura_go_ask(C.aura_predict), request, options)
}

// Intervene plans what to do about it: ranked actions under a budget, each with the difference it makes.
func (s *Session) Intervene(ctx context.Context, request any, options ...Option) (*Result, error) {
	return s.call(ctx, C.aura_go_ask(C.aura_intervene), request, options)
}

// Explain gives the evidence behind a prediction or an action.
func (s *Session) Explain(ctx context.Context, request any, options ...Option) (*Result, error) {
	return s.call(ctx, C.aura_go_ask(C.aura_explain), request, options)
}

// Catalogue says what there is: components, their parameters, the JSON Schemas.
func (s *Session) Catalogue(ctx context.Context, request any, options ...Option) (*Result, error) {
	return s.call(ctx, C.aura_go_ask(C.aura_catalogue), request, options)
}

// SelfCheck runs known answers on this machine.
func (s *Session) SelfCheck(ctx context.Context, request any, options ...Option) (*Result, error) {
	return s.call(ctx, C.aura_go_ask(C.aura_self_check), request, options)
}

// Observe takes what was observed: a whole network, a batch of changes, or columns (WithColumns). All of it is applied
// or none.
func (s *Session) Observe(ctx context.Context, request any, options ...Option) (*Result, error) {
	return s.call(ctx, C.aura_go_ask(C.aura_observe), request, options)
}

// Apply takes what became of a proposed action.
func (s *Session) Apply(ctx context.Context, request any, options ...Option) (*Result, error) {
	return s.call(ctx, C.aura_go_ask(C.aura_apply), request, options)
}

// Events gives what has happened since a cursor, and can wait for it; the context ends the wait.
func (s *Session) Events(ctx context.Context, request any, options ...Option) (*Result, error) {
	return s.call(ctx, C.aura_go_ask(C.aura_events), request, options)
}

func (s *Session) call(ctx context.Context, ask C.aura_go_ask, request any, options []Option) (*Result, error) {
	text, err := encode(request)
	if err != nil {
		return nil, err
	}
	var extra extras
	for _, option := range options {
		option(&extra)
	}
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.leave()

	cancel, release, err := token(ctx)
	if err != nil {
		return nil, err
	}
	defer release()

	var progress *watcher
	var progressHandle cgo.Handle
	if extra.progress != nil {
		progress = &watcher{report: extra.progress}
		progressHandle = cgo.NewHandle(progress)
		defer progressHandle.Delete()
	}
	var pins pinned
	defer pins.release()
	arrays, err := pins.arrays(extra.columns)
	if err != nil {
		return nil, err
	}

	var result C.aura_result
	detail := newCError()
	status := C.aura_go_call(ask, s.handle, chars(text), C.size_t(len(text)), cancel, C.uintptr_t(progressHandle),
		arrays, C.size_t(len(extra.columns)), &result, &detail)
	if progress != nil && progress.panicked != nil {
		if status == C.AURA_OK {
			C.aura_result_free(result)
		}
		panic(progress.panicked) // on the goroutine it came from, after the engine's frames are gone
	}
	if status != C.AURA_OK {
		return nil, failed(ctx, status, &detail)
	}
	return newResult(result), nil
}

// failed blames the context for a cancelled call whose context is done.
func failed(ctx context.Context, status C.aura_status, detail *C.aura_error) error {
	e := failure(status, detail)
	if status == C.AURA_E_CANCELLED {
		e.cause = context.Cause(ctx)
	}
	return e
}

// token makes a cancel token that follows ctx; a context that cannot end costs none.
func token(ctx context.Context) (C.aura_cancel, func(), error) {
	var cancel C.aura_cancel
	if ctx.Done() == nil {
		return cancel, func() {}, nil
	}
	if status := C.aura_cancel_new(&cancel); status != C.AURA_OK {
		return cancel, nil, failure(status, nil)
	}
	if ctx.Err() != nil {
		C.aura_cancel_set(cancel) // AfterFunc would, but on another goroutine, perhaps after the call
	}
	// A late AfterFunc may set the token after it is freed: handles are checked, so that is an error nobody hears.
	stop := context.AfterFunc(ctx, func() { C.aura_cancel_set(cancel) })
	return cancel, func() {
		stop()
		C.aura_cancel_free(cancel)
	}, nil
}

func encode(request any) ([]byte, error) {
	switch request := request.(type) {
	case []byte:
		return request, nil
	case json.RawMessage:
		return request, nil
	case string:
		return []byte(request), nil
	}
	return json.Marshal(request)
}

// chars is the address of the bytes; no bytes are an empty text, not a missing one.
func chars(text []byte) *C.char {
	if len(text) == 0 {
		return (*C.char)(unsafe.Pointer(&nothing[0]))
	}
	return (*C.char)(unsafe.Pointer(unsafe.SliceData(text)))
}

var nothing [1]byte

// pinned holds what C may look at while a call lasts.
type pinned struct {
	pinner runtime.Pinner
	memory []unsafe.Pointer
}

func (p *pinned) release() {
	p.pinner.Unpin()
	for _, memory := range p.memory {
		C.free(memory)
	}
}

// arrays lays the columns out in C memory; their values stay where they are.
func (p *pinned) arrays(columns []Column) (*C.aura_array, error) {
	if len(columns) == 0 {
		return nil, nil
	}
	memory := C.calloc(C.size_t(len(columns)), C.sizeof_aura_array)
	p.memory = append(p.memory, memory)
	arrays := unsafe.Slice((*C.aura_array)(memory), len(columns))
	for i, column := range columns {
		name := C.CString(column.Name)
		p.memory = append(p.memory, unsafe.Pointer(name))
		arrays[i] = C.aura_array{struct_size: C.uint32_t(C.sizeof_aura_array), name: name}
		switch values := column.Values.(type) {
		case []float64:
			fill(p, &arrays[i], C.AURA_TYPE_FLOAT64, values)
		case []float32:
			fill(p, &arrays[i], C.AURA_TYPE_FLOAT32, values)
		case []int64:
			fill(p, &arrays[i], C.AURA_TYPE_INT64, values)
		case []int32:
			fill(p, &arrays[i], C.AURA_TYPE_INT32, values)
		default:
			e := failure(C.AURA_E_ARGUMENT, nil)
			e.Message = fmt.Sprintf("column %s: values of type %T", column.Name, column.Values)
			return nil, e
		}
	}
	return &arrays[0], nil
}

func fill[T any](p *pinned, array *C.aura_array, kind C.int32_t, values []T) {
	array._type = kind
	array.count = C.uint64_t(len(values))
	if len(values) > 0 {
		p.pinner.Pin(&values[0])
		array.data = unsafe.Pointer(&values[0])
	}
}

// CSR is a network in compressed sparse rows: the links out of agent i are Starts[i] ... Starts[i+1]-1.
type CSR struct {
	Directed bool
	Starts   []int64   // agents + 1 values
	Targets  []int64   // one for each link
	Weights  []float64 // one for each link, or nil
	Metrics  []Column  // one value for every agent each
}

// TopologyFromCSR takes a network as plain arrays, which stay where they are; agents get the ids 0, 1, 2, ...
func (s *Session) TopologyFromCSR(ctx context.Context, request any, network CSR) (*Result, error) {
	text, err := encode(request)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, failed(ctx, C.AURA_E_CANCELLED, nil)
	}
	// The border carries one count for two arrays, so only here can a caller's two lengths disagree.
	if len(network.Starts) == 0 || (network.Weights != nil && len(network.Weights) != len(network.Targets)) {
		e := failure(C.AURA_E_ARGUMENT, nil)
		e.Message = "Starts needs one value more than there are agents, Weights as many as Targets or none"
		return nil, e
	}
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.leave()
	var pins pinned
	defer pins.release()
	metrics, err := pins.arrays(network.Metrics)
	if err != nil {
		return nil, err
	}
	directed := C.int(0)
	if network.Directed {
		directed = 1
	}
	var result C.aura_result
	detail := newCError()
	status := C.aura_go_csr(s.handle, chars(text), C.size_t(len(text)), directed, C.uint64_t(len(network.Starts)-1),
		C.uint64_t(len(network.Targets)), (*C.int64_t)(unsafe.SliceData(network.Starts)),
		(*C.int64_t)(unsafe.SliceData(network.Targets)), (*C.double)(unsafe.SliceData(network.Weights)), metrics,
		C.size_t(len(network.Metrics)), &result, &detail)
	if status != C.AURA_OK {
		return nil, failed(ctx, status, &detail)
	}
	return newResult(result), nil
}

// TopologyFromArrow takes two Arrow record batches through the C Data Interface: pointers to struct ArrowArray and
// struct ArrowSchema in C memory, such as those of arrow-go's cdata package. All four are moved: afterwards, success or
// not, they have been released.
func (s *Session) TopologyFromArrow(
	ctx context.Context, request any, agents, agentsSchema, links, linksSchema unsafe.Pointer,
) (*Result, error) {
	// No early return before the call: whatever happens, the engine releases what was moved.
	text, encodeErr := encode(request)
	handle := s.handle
	if err := s.enter(); err != nil {
		handle = C.aura_session{}
	} else {
		defer s.leave()
	}
	var result C.aura_result
	detail := newCError()
	status := C.aura_topology_from_arrow(handle, chars(text), C.size_t(len(text)), (*C.struct_ArrowArray)(agents),
		(*C.struct_ArrowSchema)(agentsSchema), (*C.struct_ArrowArray)(links), (*C.struct_ArrowSchema)(linksSchema),
		&result, &detail)
	if encodeErr != nil {
		if status == C.AURA_OK {
			C.aura_result_free(result)
		}
		return nil, encodeErr
	}
	if status != C.AURA_OK {
		return nil, failed(ctx, status, &detail)
	}
	return newResult(result), nil
}

// Version is that of the loaded library, as major * 10000 + minor * 100 + patch.
func Version() int { return int(C.aura_version()) }

// BuildInfo is JSON text that says how the library was built and what it links.
func BuildInfo() string { return C.GoString(C.aura_build_info()) }

// HasFeature says whether the loaded library has a feature such as "arrow".
func HasFeature(name string) bool {
	text := C.CString(name)
	defer C.free(unsafe.Pointer(text))
	return C.aura_has_feature(text) == 1
}

// LiveHandles counts the sessions, answers and tokens that have not been closed: 0 when nothing leaks.
func LiveHandles() int { return int(C.aura_live_handles()) }
