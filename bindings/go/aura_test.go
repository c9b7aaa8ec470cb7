package aura

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/aura-intelligence/aura/bindings/go/internal/arrowtest"
)

const network = `{"directed":true,"nodes":[
	{"id":"gateway","load":40,"capacity":100},
	{"id":"orders","load":95,"capacity":100,"queue":12},
	{"id":"stock","load":70,"capacity":90},
	{"id":"ledger","load":85,"capacity":90},
	{"id":"disk","load":20,"capacity":80}],
	"edges":[
	{"source":"gateway","target":"orders","weight":2},
	{"source":"orders","target":"stock","weight":1},
	{"source":"orders","target":"ledger","weight":1},
	{"source":"stock","target":"disk","weight":0.5},
	{"source":"ledger","target":"disk","weight":0.5}]}`

func open(t *testing.T, options *Options) *Session {
	t.Helper()
	session, err := Open(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := session.Close(); err != nil {
			t.Error(err)
		}
		if live := LiveHandles(); live != 0 {
			t.Errorf("%d handles live at the end", live)
		}
	})
	return session
}

// holding opens a session that holds the network as "prod".
func holding(t *testing.T, options *Options) *Session {
	t.Helper()
	session := open(t, options)
	answer := must(session.Observe(context.Background(),
		map[string]any{"topology": "prod", "document": json.RawMessage(network)}))(t)
	answer.Close()
	return session
}

func must(answer *Result, err error) func(*testing.T) *Result {
	return func(t *testing.T) *Result {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
}

func TestTheSimplestCallNeedsNoCeremony(t *testing.T) {
	session := open(t, nil)
	answer := must(session.Predict(context.Background(), network))(t)
	defer answer.Close()
	if !json.Valid(answer.JSON()) {
		t.Errorf("not JSON: %s", answer)
	}
}

func TestColumnsAreBorrowedOrCopied(t *testing.T) {
	session := open(t, nil)
	answer := must(session.Predict(context.Background(), network))(t)
	borrowed, err := answer.Float64s("probability")
	if err != nil || len(borrowed) != 5 {
		t.Fatalf("%v %v", borrowed, err)
	}
	copied, err := answer.CopyFloat64s("probability")
	if err != nil || len(copied) != 5 {
		t.Fatalf("%v %v", copied, err)
	}
	for i, p := range borrowed {
		if p != copied[i] || p < 0 || p > 1 {
			t.Errorf("agent %d: %v and %v", i, p, copied[i])
		}
	}
	if _, err := answer.Float64s("no such column"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a missing column: %v", err)
	}
	if _, err := answer.Int32s("probability"); !errors.Is(err, ErrUnsupported) {
		t.Errorf("a column of another type: %v", err)
	}
	if err := answer.Close(); err != nil {
		t.Error(err)
	}
	if err := answer.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	if answer.JSON() != nil {
		t.Error("a closed answer has no text")
	}
	if _, err := answer.Float64s("probability"); !errors.Is(err, ErrHandle) {
		t.Errorf("a column of a closed answer: %v", err)
	}
	if copied[0] < 0 || copied[0] > 1 {
		t.Error("the copy outlives the answer")
	}
}

func TestErrorsSayWhatAndWhere(t *testing.T) {
	session := open(t, nil)
	_, err := session.Predict(context.Background(), `{"topology":"nobody"}`)
	var e *Error
	if !errors.As(err, &e) || !errors.Is(err, ErrNotFound) || errors.Is(err, ErrSchema) {
		t.Fatalf("%v", err)
	}
	if e.Code != CodeNotFound || e.Status != -10 || e.Pointer != "/topology" || e.Message == "" {
		t.Errorf("%+v", e)
	}
	_, err = session.Predict(context.Background(), "!")
	if !errors.As(err, &e) || !errors.Is(err, ErrSyntax) || e.Offset != 0 {
		t.Errorf("%+v", e)
	}
	if _, err = session.Predict(context.Background(), []byte(nil)); err == nil {
		t.Error("no request at all")
	}
	if _, err = session.Predict(context.Background(), func() {}); err == nil {
		t.Error("a request that JSON cannot say")
	}
	if _, err := Open(&Options{Threads: 100000}); !errors.Is(err, ErrArgument) {
		t.Errorf("too many threads: %v", err)
	}
}

func TestAClosedSessionAnswersNothing(t *testing.T) {
	session := open(t, nil)
	answer := must(session.Predict(context.Background(), network))(t)
	if err := session.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := session.Predict(context.Background(), network); !errors.Is(err, ErrHandle) {
		t.Errorf("%v", err)
	}
	if !json.Valid(answer.JSON()) {
		t.Error("its answers stay readable")
	}
	answer.Close()
}

func TestContextCancels(t *testing.T) {
	session := holding(t, nil)
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := session.Predict(gone, network)
	if !errors.Is(err, ErrCancelled) || !errors.Is(err, context.Canceled) {
		t.Errorf("a context that was over before: %v", err)
	}
	soon, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	begin := time.Now()
	_, err = session.Events(soon, `{"after":1000000,"wait_ms":600000}`)
	if !errors.Is(err, ErrCancelled) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a wait that ends with its context: %v", err)
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("the wait went on for %v", took)
	}
}

func TestProgressIsCalledAndCancels(t *testing.T) {
	session := open(t, nil)
	calls := 0
	answer := must(session.Predict(context.Background(), network, WithProgress(func(fraction float64) bool {
		if fraction < 0 || fraction > 1 {
			t.Errorf("fraction %v", fraction)
		}
		calls++
		return true
	})))(t)
	answer.Close()
	if calls == 0 {
		t.Error("never called")
	}
	_, err := session.Predict(context.Background(), network, WithProgress(func(float64) bool { return false }))
	if !errors.Is(err, ErrCancelled) {
		t.Errorf("%v", err)
	}
}

func TestAPanicInProgressComesBack(t *testing.T) {
	session := open(t, nil)
	defer func() {
		if r := recover(); r != "enough" {
			t.Errorf("recovered %v", r)
		}
	}()
	session.Predict(context.Background(), network, WithProgress(func(float64) bool { panic("enough") }))
	t.Error("no panic")
}

func TestTheLogIsHeard(t *testing.T) {
	var messages atomic.Int64
	session := holding(t, &Options{LogLevel: LevelDebug, Log: func(level Level, message string) {
		if level < LevelError || level > LevelDebug || message == "" {
			t.Errorf("%d %q", level, message)
		}
		messages.Add(1)
	}})
	must(session.Predict(context.Background(), `{"topology":"prod"}`))(t).Close()
	if messages.Load() == 0 {
		t.Error("not a word at debug level")
	}
}

func TestObserveTakesColumns(t *testing.T) {
	session := holding(t, nil)
	ctx := context.Background()
	must(session.Observe(ctx, `{"topology":"prod"}`,
		WithColumns(Column{"load", []float64{1, 2, 3, 4, 5}}, Column{"queue", []float32{1, 2, 3, 4, 5}})))(t).Close()
	must(session.Observe(ctx, `{"topology":"prod"}`,
		WithColumns(Column{"agent", []int64{0, 4}}, Column{"load", []float64{7, 8}})))(t).Close()
	_, err := session.Observe(ctx, `{"topology":"prod"}`, WithColumns(Column{"load", []string{"much"}}))
	if !errors.Is(err, ErrArgument) {
		t.Errorf("%v", err)
	}
}

func TestBulkInput(t *testing.T) {
	session := open(t, nil)
	ctx := context.Background()
	must(session.TopologyFromCSR(ctx, `{"topology":"rows"}`, CSR{
		Directed: true, Starts: []int64{0, 1, 2, 2}, Targets: []int64{1, 2}, Weights: []float64{1, 0.5},
		Metrics: []Column{{"load", []float64{1, 2, 3}}},
	}))(t).Close()
	must(session.Predict(ctx, `{"topology":"rows"}`))(t).Close()
	if _, err := session.TopologyFromCSR(ctx, `{"topology":"rows"}`, CSR{}); !errors.Is(err, ErrArgument) {
		t.Errorf("%v", err)
	}
	before := arrowtest.Released()
	for _, closed := range []bool{false, true} {
		agents := arrowtest.New(3, 2).Int64s("id", []int64{10, 20, 30}).Float64s("load", []float64{1, 2, 3})
		links := arrowtest.New(2, 3).Int64s("source", []int64{10, 20}).Int64s("target", []int64{20, 30}).
			Float64s("weight", []float64{1, 2})
		a, as := agents.Pointers()
		l, ls := links.Pointers()
		if closed {
			session.Close()
		}
		answer, err := session.TopologyFromArrow(ctx, `{"topology":"tables","directed":true}`, a, as, l, ls)
		if closed && !errors.Is(err, ErrHandle) || !closed && err != nil {
			t.Errorf("closed: %v: %v", closed, err)
		}
		if !agents.Moved() || !links.Moved() {
			t.Error("not released")
		}
		if err == nil {
			answer.Close()
			must(session.Predict(ctx, `{"topology":"tables"}`))(t).Close()
		}
		agents.Free()
		links.Free()
	}
	if released := arrowtest.Released() - before; released != 28 {
		t.Errorf("%d structs released, not 28", released)
	}
}

// Many goroutines, preemption by signals, garbage collection, contexts that end in mid-call.
func TestManyGoroutinesUseOneSession(t *testing.T) {
	var messages atomic.Int64
	session := holding(t, &Options{Threads: 2, LogLevel: LevelDebug, Log: func(Level, string) { messages.Add(1) }})
	ctx := context.Background()
	first := must(session.Predict(ctx, `{"topology":"prod","seed":7}`))(t)
	want := first.String()
	first.Close()

	stop := make(chan struct{})
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR1)
	defer signal.Stop(signals)
	var noise sync.WaitGroup
	noise.Add(1)
	go func() {
		defer noise.Done()
		for {
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
				syscall.Kill(os.Getpid(), syscall.SIGUSR1)
				runtime.GC()
			}
		}
	}()

	var wait sync.WaitGroup
	for g := range 32 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for k := range 8 {
				answer, err := session.Predict(ctx, `{"topology":"prod","seed":7}`,
					WithProgress(func(float64) bool { return true }))
				if err != nil {
					t.Error(err)
					return
				}
				if answer.String() != want {
					t.Error("the same question has another answer")
				}
				answer.Close()
				request := fmt.Sprintf(
					`{"topology":"other%d","document":{"nodes":[{"id":%d}],"edges":[]}}`, g%4, k)
				answer, err = session.Observe(ctx, request)
				if err != nil {
					t.Error(err)
					return
				}
				answer.Close()
				short, cancel := context.WithTimeout(ctx, time.Duration(g)*50*time.Microsecond)
				answer, err = session.Intervene(short, `{"topology":"prod"}`)
				cancel()
				if err == nil {
					answer.Close()
				} else if !errors.Is(err, ErrCancelled) {
					t.Error(err)
				}
			}
		}()
	}
	wait.Wait()
	close(stop)
	noise.Wait()
	if messages.Load() == 0 {
		t.Error("not a word at debug level")
	}
}

func TestClosingEndsWaits(t *testing.T) {
	session := holding(t, nil)
	done := make(chan error, 4)
	for range 4 {
		go func() {
			answer, err := session.Events(context.Background(), `{"after":1000000,"wait_ms":600000}`)
			if err == nil {
				answer.Close()
			}
			done <- err
		}()
	}
	time.Sleep(30 * time.Millisecond)
	session.Close()
	for range 4 {
		select {
		case err := <-done:
			if err != nil && !errors.Is(err, ErrHandle) && !errors.Is(err, ErrCancelled) {
				t.Error(err)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("a wait outlives its session")
		}
	}
}

func TestAbout(t *testing.T) {
	if Version() < 100 || !HasFeature("json") || HasFeature("time travel") || !json.Valid([]byte(BuildInfo())) {
		t.Error(Version(), BuildInfo())
	}
}

func BenchmarkCallOverhead(b *testing.B) {
	for b.Loop() {
		Version()
	}
}
