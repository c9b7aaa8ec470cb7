#!/usr/bin/env bash
# Drives the built `aura` command as people and scripts do, and prints TAP lines.
#
# usage: AURA_BIN=build/bin/aura Tests/CLI/run.sh
#
# Needs python3, as the rest of the tests does. It looks at words and figures that answer the question asked, not at
# the whole page, so that wording may improve.
set -u
cd "$(dirname "$0")/../.."
aura=${AURA_BIN:-build/bin/aura}
case $aura in /*) ;; *) aura=$PWD/$aura ;; esac
data=$PWD/Tests/Data/topologies
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
unset NO_COLOR COLUMNS
export LC_ALL=C.UTF-8

number=0 failed=0
# check NAME COMMAND...: one test; what the command prints shows only when it fails.
check() {
  local name=$1
  shift
  number=$((number + 1))
  if "$@" >"$work/said" 2>&1; then
    echo "ok $number - $name"
  else
    failed=$((failed + 1))
    echo "not ok $number - $name"
    head -n 20 "$work/said" | sed 's/^/# /'
  fi
}
# status WANTED COMMAND...: whether the command ends so; its output lies in out and err.
status() {
  local wanted=$1 got
  shift
  "$@" >"$work/out" 2>"$work/err" </dev/null
  got=$?
  [ "$got" = "$wanted" ] && return
  echo "ended with $got, not $wanted: $*"
  cat "$work/out" "$work/err"
  return 1
}
prints() { grep -qF -- "$1" "$work/out" || { echo "no \"$1\" in:"; cat "$work/out"; return 1; }; }
says() { grep -qF -- "$1" "$work/err" || { echo "no \"$1\" in:"; cat "$work/err"; return 1; }; }
plain() { ! LC_ALL=C grep -q $'\033' "$work/out" "$work/err" || { echo "escape sequences where there is no terminal"; return 1; }; }

[ -x "$aura" ] || { echo "Bail out! no command at $aura; build it with: make lib"; exit 1; }

# ---------------------------------------------------------------- documents
network=$work/network.json
cat >"$network" <<'JSON'
{
  "directed": true,
  "nodes": [
    {"id": "web", "load": 60, "capacity": 100},
    {"id": "api", "label": "the API", "load": 60, "capacity": 100},
    {"id": 7, "label": "库存数据库", "load": 95, "capacity": 100, "error_rate": 0.45}
  ],
  "edges": [{"source": "web", "target": "api"}, {"source": "api", "target": 7}]
}
JSON
sed 's/"capacity": 100, "error_rate": 0.45/"capacity": "lots"/' "$network" >"$work/bad.json"
head -c 120 "$network" >"$work/cut.json"
printf '{"nodes":[{"id":"\\u001b[31mred\\u0007","error_rate":0.5}],"edges":[]}' >"$work/escape.json"
# An LZ4 frame of one stored block, made by hand: no tool needed.
cat >"$work/frame.py" <<'PY'
import struct, sys
data = open(sys.argv[1], "rb").read()
# Version 1, blocks independent, blocks of at most 64 KiB; the header's check byte is that of these two bytes.
frame = bytes([0x04, 0x22, 0x4D, 0x18, 0x60, 0x40, 0x82]) + struct.pack("<I", len(data) | 0x80000000) + data + bytes(4)
open(sys.argv[2], "wb").write(frame)
PY
python3 "$work/frame.py" "$network" "$work/network.lz4"

# ---------------------------------------------------------------- help, usage, exit codes
helps() {
  status 0 "$aura" --help && prints "EXIT STATUS" && prints "aura demo" || return 1
  for verb in demo analyze predict intervene explain watch catalogue check schema bench report; do
    prints "$verb" && status 0 "$aura" "$verb" --help && prints "USAGE: aura $verb" || return 1
    status 0 "$aura" --help || return 1
  done
}
check "help names every command" helps
version() { status 0 "$aura" --version && grep -qxE '[0-9]+\.[0-9]+\.[0-9]+' "$work/out"; }
check "--version prints a version" version
usage() {
  status 2 "$aura" nonsense && status 2 "$aura" predict && status 2 "$aura" predict --horizon soon "$network" &&
    status 2 "$aura" analyze --top 0 "$network" && status 2 "$aura" predict - - && [ -s "$work/err" ] && [ ! -s "$work/out" ]
}
check "a wrong command line ends with 2 and says so on standard error" usage
missing() { status 4 "$aura" predict "$work/none.json" && says "none.json: no such file" && status 4 "$aura" predict "$work"; }
check "a file that cannot be read ends with 4" missing
refused() {
  status 1 "$aura" predict "$work/bad.json" && says "aura: $work/bad.json: capacity must be a number" &&
    says "at /nodes/2/capacity" && says "line 6" && [ ! -s "$work/out" ]
}
check "a refused document ends with 1 and says where" refused
truncated() { status 1 "$aura" analyze "$work/cut.json" && says "unexpected end" && says "byte 120"; }
check "a truncated document is refused with its byte" truncated
shifted() {
  status 1 "$aura" predict "$work/bad.json" && cp "$work/err" "$work/plainly" &&
    status 1 "$aura" predict --horizon 60 --seed 3 "$work/bad.json" && diff "$work/err" "$work/plainly"
}
check "options do not move the place of an error" shifted
option() {
  status 1 "$aura" predict --set horizn_s=3 "$network" && says "horizn_s, from the command line" &&
    status 1 "$aura" predict --horizon=-3 "$network" && says "horizon_s, from the command line"
}
check "a member from the command line is blamed by name" option
full() { [ ! -e /dev/full ] || { "$aura" catalogue >/dev/full 2>"$work/err"; [ $? = 4 ] && says "standard output: no space"; }; }
check "output that cannot be written is no success" full
odd() {
  status 1 "$aura" predict "$network" --horizon -5 && says "horizon_s, from the command line: -5.0 is outside" &&
    status 2 "$aura" predict "$network" --set seed=18446744073709551615 && says "does not fit 64 bits"
}
check "a number that cannot be is named, with its option" odd

# ---------------------------------------------------------------- pages
predict() {
  status 0 "$aura" predict "$network" && prints "3 agents, 2 links" && prints "Most likely to fail" &&
    prints "load at 95 % of capacity" && prints "the API" && plain
}
check "predict says who, how likely and why, by label" predict
columns() {
  status 0 "$aura" predict "$network" || return 1
  python3 - "$work/out" <<'PY'
import sys, unicodedata
wide = lambda text: sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
lines = open(sys.argv[1], encoding="utf-8").read().splitlines()
start = next(k for k, line in enumerate(lines) if line.strip().startswith("agent"))
# The second column is right-aligned: percent signs stand below one another, whatever the script of the first.
ends = {wide(line[: line.index("%") + 1]) for line in lines[start + 1 : start + 4]}
assert len(ends) == 1, (ends, lines[start : start + 4])
PY
}
check "columns align by display width" columns
hostile() { status 0 "$aura" predict "$work/escape.json" && prints "[31mred" && plain; }
check "escape sequences in names do not reach the terminal" hostile
intervene() {
  status 0 "$aura" intervene "$network" --suppose 7 && prints "What to do" && prints "agents lost" && prints "±" && plain &&
    status 0 "$aura" intervene "$network" --budget 0 && prints "No action"
}
check "intervene says what to do and what difference it makes" intervene
protect() {
  status 0 "$aura" intervene "$network" --suppose 库存数据库 --protect 7 --json &&
    python3 -c 'import json,sys; p=json.load(open(sys.argv[1]))["plan"]; assert all(7 not in a["targets"] for a in p["actions"]), p["actions"]' "$work/out"
}
check "agents can be named by label or id" protect
explain() {
  status 0 "$aura" explain "$network" "the API" && prints "How likely" &&
    status 0 "$aura" explain "$network" --suppose 7 --action '{"kind":"restart","targets":[7]}' && prints "Helped most" &&
    status 1 "$aura" explain "$network" nobody && says "no agent" && status 2 "$aura" explain "$network" &&
    status 2 "$aura" explain "$network" --action '{'
}
check "explain gives evidence for an agent and for an action" explain
analyze() {
  status 0 "$aura" analyze "$network" && prints "graph.structure.articulation" && plain &&
    status 0 "$aura" analyze "$network" --measure graph.centrality.pagerank,damping=0.5 --top 1 && prints "and 2 more agents" &&
    status 1 "$aura" analyze "$network" --measure graph.centrality.pagerank,damping=2 && prints "not answered" &&
    status 1 "$aura" analyze "$network" --measure graph.nothing && says "no component" && status 2 "$aura" analyze "$network" --measure a,b
}
check "analyze gives a page of findings, or the components asked for" analyze
findings() {
  printf '%s' '{"nodes":[{"id":"x"},{"id":"y"},{"id":"hub","label":"404"},{"id":"z"},{"id":"w"},{"id":"v"}],"edges":[{"source":"x","target":"y"},{"source":"y","target":"hub"},{"source":"hub","target":"z"},{"source":"hub","target":"w"},{"source":"hub","target":"v"}]}' >"$work/hub.json"
  printf '%s' '{"nodes":[],"edges":[]}' >"$work/nobody.json"
  printf '%s' '{"directed":true,"nodes":[{"id":1},{"id":2}],"edges":[{"source":1,"target":2,"strength":0}]}' >"$work/weak.json"
  printf 'a,b\nb,c\n' >"$work/list.csv"
  status 0 "$aura" analyze "$work/hub.json" && prints "6 agents, 5 links, each both ways" && prints "Look at this now" &&
    prints "splits their part of the network: 404 and y" && prints "Pairs of other agents that its loss parts: most 404 (9)" &&
    ! grep -q strong_components "$work/out" && status 0 "$aura" analyze "$work/nobody.json" &&
    prints "There is nobody in this network" && ! grep -q 'graph\.' "$work/out" &&
    status 0 "$aura" analyze "$work/list.csv" && prints "aura convert FILE --directed" &&
    status 0 "$aura" analyze "$work/weak.json" && prints "1 link, each one way" &&
    prints "Only links of strength 0 join agent 2 to the others."
}
check "the page of findings says what each number is, the worst agents first, and which way links go" findings
report() {
  printf '%s' '{"directed":true,"nodes":[{"id":"</script><script>alert(1)</script>","load":9,"capacity":8},{"id":"b\"&","load":3,"capacity":8},{"id":"c"}],"edges":[{"source":"b\"&","target":"</script><script>alert(1)</script>"},{"source":"c","target":"b\"&"}]}' >"$work/odd.json"
  status 0 "$aura" report "$work/odd.json" -o "$work/odd.html" && [ ! -s "$work/out" ] &&
    status 0 "$aura" report "$work/odd.json" && cmp "$work/out" "$work/odd.html" &&
    status 0 "$aura" report "$data/svc_train_ticket.json" --suppose ts-order-service -o "$work/ticket.html" &&
    status 0 "$aura" report "$data/svc_train_ticket.json" --json && python3 - "$work" <<'PY'
import html.parser, json, pathlib, sys
work = pathlib.Path(sys.argv[1])
class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.tags, self.words, self.labels, self.outside = [], [], [], [], []
        self.ids, self.curves, self.stops, self.lines, self.named = [], {}, 0, 0, []
    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        attributes = dict(attributes)
        self.outside += [v for k, v in attributes.items() if k in ("src", "href") and not v.startswith("#")]
        if attributes.get("class") == "agent":
            self.labels.append(attributes["aria-label"])
            self.stops += attributes["tabindex"] == "0"
        self.lines += tag == "line"
        if "id" in attributes: self.ids.append(attributes["id"])
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy": self.policy = attributes["content"]
        # What a screen reader calls things by, and where it is.
        self.named += [attributes[name] for name in ("aria-labelledby",) if name in attributes]
        if tag in ("section", "svg"): assert {"aria-label", "aria-labelledby"} & set(attributes), (tag, attributes)
        if tag == "dd": assert "dt" in self.tags[-2:], "a number comes before its name"
        if tag == "path" and attributes.get("class") in ("critical", "degree", "random"):
            self.curves.setdefault(attributes["class"], attributes["d"])
        if tag not in ("meta", "input", "br", "link"): self.open.append(tag)
    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag
    def handle_data(self, data):
        self.words.append(data)
pages = {}
for name in "odd", "ticket":
    page = pages[name] = Page()
    page.feed((work / f"{name}.html").read_text())
    assert not page.open and not page.outside, (page.open, page.outside)
    assert page.tags.count("script") == 2 and page.tags.count("svg") >= 1
assert len(pages["ticket"].labels) == 28 and any("ts-order-service: has failed" in label for label in pages["ticket"].labels)
assert any("</script>" in label for label in pages["odd"].labels)
for page in pages.values():
    assert page.stops == 1 and len(set(page.ids)) == len(page.ids), (page.stops, page.ids)
    assert {"map", "risk", "path", "weak", "resilience", "findings", "unknown"} <= set(page.ids), page.ids
    assert page.policy.startswith("default-src 'none'") and "url" not in page.policy and "http" not in page.policy
    assert all(id in page.ids for name in page.named for id in name.split()), page.named
    data = json.loads(next(words for words in page.words if words.startswith('{"agents":[[')))
    assert len(data["agents"]) == len(page.labels) and len(data["ends"]) == 2 * page.lines > 0
    assert max(data["ends"]) < len(page.labels)
assert "What to do" in pages["ticket"].words and "Restart ts-order-service" in " ".join(pages["ticket"].words)
answer = json.loads((work / "out").read_text())
fall = answer["resilience"]
assert set(fall) == {"critical", "degree", "random"} and len(fall["critical"]["curve"]) == 29
assert len(fall["random"]["mean"]) == len(fall["random"]["deviation"]) == 29 and fall["critical"]["R"] < fall["random"]["R"]
# Each curve begins at its first share, at the left, and has a point for each loss.
for order, share in ("critical", "curve"), ("degree", "curve"), ("random", "mean"):
    points = [tuple(map(float, point.split())) for point in pages["ticket"].curves[order][1:].split("L")]
    assert len(points) == 29 and points[0][0] < points[1][0] < points[28][0], points
    low = points[0][1] + (points[28][1] - points[0][1]) / (fall[order][share][28] - 1) * (fall[order][share][9] - 1)
    assert abs(points[9][1] - low) < 0.2, (order, points[9], low)
assert str(fall["critical"]["half"]) in pages["ticket"].words and len(answer["communities"]) == 28
assert len(answer["layout"]["x"]) == 28 and len(answer["links"]) == 55 and answer["forecast"]["at_risk"] and answer["plan"]
PY
}
schemas() {
  status 0 "$aura" catalogue --json && python3 - "$aura" "$work/out" <<'PY'
import json, subprocess, sys
def once(pairs):
    assert len({key for key, _ in pairs}) == len(pairs), [key for key, _ in pairs]
    return dict(pairs)
names = json.loads(open(sys.argv[2]).read())["schemas"]
assert len(names) >= 15, names
for name in names:
    done = subprocess.run([sys.argv[1], "schema", name], capture_output=True, text=True)
    assert done.returncode == 0, (name, done.stderr)
    json.loads(done.stdout, object_pairs_hook=once)
PY
}
check "every schema is printed, and says nothing twice" schemas
check "report writes one page that needs nothing else and believes no name" report
unwritable() { status 4 "$aura" report "$network" -o "$work/no/such/folder/x.html" && says "no such file"; }
check "a report that cannot be written ends with 4" unwritable
several() { status 0 "$aura" analyze "$network" "$work/network.lz4" && prints "== $network ==" && prints "== $work/network.lz4 =="; }
check "several files have a heading each" several

# ---------------------------------------------------------------- machines
same() {
  for verb in analyze predict intervene; do
    status 0 "$aura" "$verb" --json "$network" && cp "$work/out" "$work/1" &&
      status 0 "$aura" "$verb" --json --threads 1 "$network" && cmp "$work/out" "$work/1" &&
      python3 -m json.tool "$work/1" >/dev/null && [ "$(wc -l <"$work/1")" = 1 ] || return 1
  done
}
check "--json is one line of JSON, equal for any number of threads" same
stdin() {
  "$aura" predict --json - <"$network" >"$work/1" && status 0 "$aura" predict --json "$network" && cmp "$work/out" "$work/1"
}
check "- reads standard input" stdin
lz4() {
  status 0 "$aura" predict --json "$network" && cp "$work/out" "$work/1" && status 0 "$aura" predict --json "$work/network.lz4" &&
    cmp "$work/out" "$work/1" && status 0 "$aura" predict --json --seed 0 "$work/network.lz4" && cmp "$work/out" "$work/1"
}
check "an LZ4 frame gives the same answer" lz4
request() {
  printf '{"topology":%s,"horizon_s":60}' "$(cat "$network")" >"$work/request.json"
  status 0 "$aura" predict --json --horizon 60 "$network" && cp "$work/out" "$work/1" &&
    status 0 "$aura" predict --json "$work/request.json" && cmp "$work/out" "$work/1" &&
    status 0 "$aura" predict "$work/request.json" && prints "the API" && prints "within 1 min"
}
check "a whole request is taken as it is" request
library() {
  local lib=${AURA_LIBRARY:-}
  [ -n "$lib" ] || for lib in "$PWD"/build/lib/libaura.so "$PWD"/.build/*/libaura.so; do [ -e "$lib" ] && break; done
  PYTHONPATH=$PWD/bindings/python/src AURA_LIBRARY=$lib python3 - "$network" >"$work/1" <<'PY'
import sys
import aura
with aura.Session() as session:
    sys.stdout.buffer.write(session.predict(open(sys.argv[1], "rb").read()).json_bytes + b"\n")
PY
  [ $? = 0 ] && status 0 "$aura" predict --json "$network" && cmp "$work/out" "$work/1"
}
check "--json equals what the library answers" library

# ---------------------------------------------------------------- terminals
# tty COMMAND...: the command on a terminal of 60 columns; what it prints goes to out.
tty() {
  python3 - "$work/out" "$@" <<'PY'
import fcntl, os, pty, struct, sys, termios
pid, master = pty.fork()
if pid == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 60, 0, 0))
    os.environ["TERM"] = "xterm"
    os.execv(sys.argv[2], sys.argv[2:])
said = b""
while True:
    try:
        piece = os.read(master, 65536)
    except OSError:
        break
    if not piece:
        break
    said += piece
open(sys.argv[1], "wb").write(said.replace(b"\r\n", b"\n"))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
PY
}
colour() { : >"$work/err"; tty "$aura" predict "$network" && ! plain >/dev/null; }
check "there is colour on a terminal" colour
nocolour() { : >"$work/err"; NO_COLOR=1 tty "$aura" predict "$network" && plain; }
check "NO_COLOR is respected" nocolour
narrow() {
  NO_COLOR=1 tty "$aura" predict "$network" || return 1
  python3 -c '
import sys, unicodedata
wide = lambda t: sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in t)
lines = open(sys.argv[1], encoding="utf-8").read().splitlines()
bad = [line for line in lines if wide(line) > 60]
assert not bad, bad' "$work/out"
}
check "lines fit the terminal" narrow
progress() { status 0 "$aura" predict --progress "$network" && says "%" && status 0 "$aura" predict "$network" && [ ! -s "$work/err" ]; }
check "progress shows where it is wanted, and only there" progress
interrupt() {
  python3 - "$aura" "$data/grid_300_ieee.json" <<'PY'
import signal, subprocess, sys, time
process = subprocess.Popen(
    [sys.argv[1], "intervene", "--runs", "1000000", sys.argv[2]], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
time.sleep(0.7)
assert process.poll() is None, ("ended before it could be stopped", process.communicate())
process.send_signal(signal.SIGINT)
began = time.monotonic()
out, err = process.communicate(timeout=20)
assert process.returncode == 130, (process.returncode, err)
assert out == b"", out
assert time.monotonic() - began < 10
PY
}
check "Ctrl-C ends long work with 130" interrupt

# ---------------------------------------------------------------- watch
printf '%s\n' '{"op":"set","agent":"web","metrics":{"error_rate":0.6}}' '{"op":"set","agent":"nobody","metrics":{"load":1}}' '' \
  '[{"op":"add_agent","agent":"new"},{"op":"remove_agent","agent":"api"}]' \
  '{"time_s":9,"changes":[{"op":"set","agent":"web","metrics":{"error_rate":0}}]}' 'no JSON' >"$work/changes"
watch() {
  status 1 "$aura" watch "$network" "$work/changes" && prints "line 1: " && prints "line 5: " && prints "web" && says "line 2: no agent" &&
    says "line 6: " && prints "2 refused" && plain
}
check "watch reports what moves and which lines it refused" watch
watchjson() {
  "$aura" watch --json "$network" <"$work/changes" >"$work/out" 2>"$work/err"
  python3 - "$work/out" <<'PY'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
moved = [line for line in lines if line["kind"] == "moved"]
assert [line["line"] for line in moved] == [1, 4, 5], moved
web = next(agent for agent in moved[0]["agents"] if agent["agent"] == "web")
assert web["before"] < web["after"], web
gone = [agent for agent in moved[1]["agents"] if agent["agent"] == "api"]
assert not gone or gone[0]["after"] is None, gone
assert {"topology", "change", "prediction"} <= {line["kind"] for line in lines}
PY
}
check "watch --json is one object a line" watchjson
watchlz4() {
  python3 "$work/frame.py" "$work/changes" "$work/changes.lz4" && head -c 30 "$work/changes.lz4" >"$work/cut.lz4" || return
  "$aura" watch "$network" "$work/changes" >"$work/plain" 2>/dev/null
  "$aura" watch "$network" "$work/changes.lz4" >"$work/out" 2>/dev/null
  cmp "$work/plain" "$work/out" && prints "line 1: " || return
  status 1 "$aura" watch "$network" "$work/cut.lz4" && says "truncated lz4 frame"
}
check "watch takes an LZ4 frame of changes, and says when it is cut short" watchlz4
follows() {
  python3 - "$aura" "$network" <<'PY'
import subprocess, sys
process = subprocess.Popen([sys.argv[1], "watch", "--json", sys.argv[2]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
def until(kind):
    for line in process.stdout:
        if f'"kind":"{kind}"' in line:
            return line
until("prediction")
process.stdin.write('{"op":"set","agent":"web","metrics":{"error_rate":0.9}}\n')
process.stdin.flush()
assert '"line":1' in until("moved")  # before standard input has ended
process.stdin.close()
assert process.wait(20) == 0
PY
}
check "watch answers while its input is still open" follows

# ---------------------------------------------------------------- the rest
catalogue() {
  status 0 "$aura" catalogue && prints "graph.centrality.pagerank" && prints "cascade.forecast" && status 0 "$aura" catalogue graph.structure &&
    prints "graph.structure.k_core" && ! prints "pagerank" >/dev/null && status 0 "$aura" catalogue graph.centrality.pagerank &&
    prints "damping" && prints "0.85" && status 1 "$aura" catalogue nothing && status 0 "$aura" catalogue --json &&
    python3 -m json.tool "$work/out" >/dev/null
}
check "catalogue lists components and shows one" catalogue
selfcheck() {
  status 0 "$aura" check graph.centrality.pagerank graph.structure.k_core && prints "ok" && prints "of 2 components" &&
    status 1 "$aura" check nothing && status 0 "$aura" check --json graph.structure.k_core && prints '"failed":0'
}
check "check tries known answers here" selfcheck
schema() {
  status 0 "$aura" schema && prints "predict.request" && status 0 "$aura" schema predict.request && python3 -m json.tool "$work/out" >/dev/null &&
    prints "horizon_s" && status 1 "$aura" schema nothing
}
check "schema lists names and prints schemas" schema
bench() {
  status 0 "$aura" bench --seconds 0 "$network" && prints "predict" && prints "median" && status 0 "$aura" bench --json --seconds 0 "$network" &&
    python3 -c 'import json,sys; r=json.load(open(sys.argv[1]))["results"]; assert [x["request"] for x in r]==["analyze","predict","intervene"] and all(x["median_s"]>0 for x in r)' "$work/out"
}
check "bench times every request" bench
completion() { for shell in bash zsh fish; do status 0 "$aura" --generate-completion-script "$shell" && grep -q predict "$work/out" || return 1; done; }
check "completion scripts are there" completion
demo() {
  status 0 "$aura" demo && prints "Train Ticket" && prints "ts-order-service" && prints "└─ ts-gateway-service" && prints "What would stop it" &&
    prints "without" && plain
}
check "demo tells the whole story" demo
again() {
  status 0 "$aura" demo --network && cp "$work/out" "$work/demo.json" && status 0 "$aura" demo --json && head -n 1 "$work/out" >"$work/1" &&
    status 0 "$aura" predict --json "$work/demo.json" && cmp "$work/out" "$work/1"
}
check "the network of the demo can be tried by hand, with the same forecast" again

echo "1..$number"
[ "$failed" = 0 ]
