package aura

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

type golden struct {
	comment, verb, request, answer string
	line                           int
}

// readGolden reads cases of the form: `# comment` lines, a verb, the request, `----`, the answer, an empty line.
func readGolden(t *testing.T, path string) []golden {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var cases []golden
	lines := strings.Split(string(text), "\n")
	for i := 0; i < len(lines); {
		if strings.TrimSpace(lines[i]) == "" {
			i++
			continue
		}
		c := golden{line: i + 1}
		for i < len(lines) && strings.HasPrefix(lines[i], "#") {
			c.comment = strings.TrimSpace(c.comment + " " + strings.TrimPrefix(lines[i], "#"))
			i++
		}
		if i >= len(lines) || strings.TrimSpace(lines[i]) == "" {
			continue // a comment on its own
		}
		c.verb = strings.TrimSpace(lines[i])
		i++
		var part []string
		for i < len(lines) && lines[i] != "----" {
			part = append(part, lines[i])
			i++
		}
		if i == len(lines) {
			t.Fatalf("%s:%d: no ---- after the request", path, c.line)
		}
		c.request, part = strings.Join(part, "\n"), nil
		for i++; i < len(lines) && lines[i] != ""; i++ {
			part = append(part, lines[i])
		}
		c.answer = strings.Join(part, "\n")
		cases = append(cases, c)
	}
	return cases
}

// replay gives the text that a golden file has for one request: the answer, or the error as an object.
func replay(t *testing.T, session *Session, verb, request string) string {
	t.Helper()
	verbs := map[string]func(context.Context, any, ...Option) (*Result, error){
		"analyze": session.Analyze, "predict": session.Predict, "intervene": session.Intervene,
		"explain": session.Explain, "catalogue": session.Catalogue, "self_check": session.SelfCheck,
		"observe": session.Observe, "apply": session.Apply, "events": session.Events,
	}
	call, ok := verbs[verb]
	if !ok {
		t.Fatalf("no verb %q", verb)
	}
	answer, err := call(context.Background(), request)
	var e *Error
	if errors.As(err, &e) {
		var wanted struct {
			Error struct {
				Status  int32   `json:"status"`
				Offset  *int64  `json:"offset"`
				Pointer *string `json:"pointer"`
				Message string  `json:"message"`
			} `json:"error"`
		}
		wanted.Error.Status, wanted.Error.Message = e.Status, e.Message
		if e.Offset >= 0 {
			wanted.Error.Offset = &e.Offset
		}
		if e.Pointer != "" {
			wanted.Error.Pointer = &e.Pointer
		}
		text := strings.Builder{}
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		encoder.Encode(wanted)
		return strings.TrimSuffix(text.String(), "\n")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Close()
	return strings.TrimSuffix(answer.String(), "\n")
}

// Every file is one session, in order.
func TestGoldenFiles(t *testing.T) {
	paths, err := filepath.Glob("../../Tests/Data/golden/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			session := open(t, nil)
			cases := readGolden(t, path)
			if len(cases) == 0 {
				t.Fatal("no cases")
			}
			for _, c := range cases {
				if got := replay(t, session, c.verb, c.request); got != c.answer {
					t.Errorf("%s:%d: %s\n got %s\nwant %s", path, c.line, c.comment, got, c.answer)
				}
			}
		})
	}
}
