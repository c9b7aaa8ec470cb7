#!/usr/bin/env python3
"""The page that `aura report` writes, in a real browser; prints TAP lines.

usage: AURA_BIN=build/bin/aura Tests/CLI/page.py

Drives Chromium over its debugging pipe with nothing but the standard library: real keys, a real pointer, the tree that
a screen reader gets. What can be said of the page without a browser is tested in run.sh.
"""
import base64
import json
import os
import pathlib
import random
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
AURA = os.path.abspath(os.environ.get("AURA_BIN", ROOT / "build/bin/aura"))
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
count = failed = 0


def test(function):
    global count, failed
    count += 1
    try:
        function()
        print(f"ok {count} - {function.__doc__}", flush=True)
    except AssertionError as error:
        failed += 1
        print(f"not ok {count} - {function.__doc__}\n# {str(error)[:600]}", flush=True)


class Browser:
    """Chromium without a window, and one page in it."""

    def __init__(self, folder):
        (theirs_in, self.out), (self.incoming, theirs_out) = os.pipe(), os.pipe()
        # The browser reads from 3 and writes to 4.
        hands = f"exec 3<&{theirs_in} 4>&{theirs_out}; exec \"$0\" \"$@\""
        self.process = subprocess.Popen(
            ["bash", "-c", hands, CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
             "--disable-dev-shm-usage", "--remote-debugging-pipe", f"--user-data-dir={folder}/profile", "about:blank"],
            pass_fds=(theirs_in, theirs_out), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)  # fmt: skip
        os.close(theirs_in)
        os.close(theirs_out)
        self.pending, self.number, self.session, self.events = b"", 0, None, []
        found = [t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page"]
        self.session = self.call("Target.attachToTarget", targetId=found[0]["targetId"], flatten=True)["sessionId"]
        for domain in "Page", "Runtime", "Network", "Accessibility", "DOM":
            self.call(f"{domain}.enable")

    def message(self, until):
        while b"\0" not in self.pending:
            assert select.select([self.incoming], [], [], max(0, until - time.monotonic()))[0], "the browser is silent"
            piece = os.read(self.incoming, 1 << 20)
            assert piece, "the browser has gone"
            self.pending += piece
        text, self.pending = self.pending.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, **parameters):
        self.number += 1
        request = {"id": self.number, "method": method, "params": parameters}
        if self.session: request["sessionId"] = self.session
        data = json.dumps(request).encode() + b"\0"
        while data: data = data[os.write(self.out, data) :]
        until = time.monotonic() + 60
        while True:
            said = self.message(until)
            if said.get("id") == self.number:
                assert "error" not in said, (method, said["error"])
                return said["result"]
            self.events.append(said)

    def open(self, path, width=1280, dark=False, height=900):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", media="", features=scheme)
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)
        self.events.clear()
        self.call("Page.navigate", url=pathlib.Path(path).as_uri())
        until = time.monotonic() + 60
        while not any(e.get("method") == "Page.loadEventFired" for e in self.events):
            self.events.append(self.message(until))

    def js(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    CODES = {"Tab": 9, "Enter": 13, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}

    def key(self, key, shift=False):
        text = {"Enter": "\r", "Tab": ""}.get(key, key if len(key) == 1 else "")
        common = {"key": key, "modifiers": 8 if shift else 0, "windowsVirtualKeyCode": self.CODES.get(key, ord(key[0]))}
        self.call("Input.dispatchKeyEvent", type="keyDown", **common, **({"text": text} if text else {}))
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def mouse(self, kind, x, y, **more):
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def trouble(self):
        """Errors that the page met, and what it wanted from elsewhere."""
        out = [e for e in self.events if e.get("method") == "Runtime.exceptionThrown"]
        out += [e for e in self.events if e.get("method") == "Runtime.consoleAPICalled"]
        asked = [e["params"]["request"]["url"] for e in self.events if e.get("method") == "Network.requestWillBeSent"]
        return out + [url for url in asked if not url.startswith(("file:", "blob:"))]

    def close(self):
        try: self.call("Browser.close")
        except (AssertionError, OSError): pass
        try: self.process.wait(20)
        except subprocess.TimeoutExpired: self.process.kill()


def network(n, path):
    """Services that call earlier ones, a few of them loaded nearly beyond what they bear."""
    dice = random.Random(n)
    nodes = [{"id": f"svc-{k:04}", "load": 98 if k % 50 == 7 else 10 + dice.randrange(50), "capacity": 100} for k in range(n)]
    edges = [{"source": f"svc-{k:04}", "target": f"svc-{dice.randrange(max(1, k)):04}"} for k in range(1, n) for _ in (0, 1)]
    path.write_text(json.dumps({"directed": True, "nodes": nodes, "edges": edges}))


def report(name, *more):
    done = subprocess.run([AURA, "report", str(name), "--runs", "64", *more], capture_output=True, timeout=240)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


ABOUT = "document.getElementById('about').textContent"
VIEW = "document.getElementById('scene').getAttribute('transform')"
# Boxes of the words of the map that are shown, and which of them lie on one another.
CLASHES = """(() => { let boxes = [...document.querySelectorAll('#network text')].filter(t => getComputedStyle(t).display != 'none')
  .map(t => t.getBoundingClientRect()); let out = 0;
  boxes.forEach((a, i) => boxes.slice(0, i).forEach(b => { out += Math.min(a.right, b.right) - Math.max(a.left, b.left) > 3 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4 })); return [boxes.length, out]; })()"""
# The least contrast of any text with what is behind it.
CONTRAST = """(() => { let light = c => { let v = c.match(/[\\d.]+/g).slice(0, 3).map(x => (x /= 255, x <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4));
    return .2126 * v[0] + .7152 * v[1] + .0722 * v[2]; };
  let least = [99, ''];
  document.querySelectorAll('h1,h2,h3,p,a,code,small,dt,dd,td,th,li,summary,button,label,figcaption,caption').forEach(e => {
    let b = e, back = 'rgba(0, 0, 0, 0)';
    while (b && back == 'rgba(0, 0, 0, 0)') { back = getComputedStyle(b).backgroundColor; b = b.parentElement; }
    let [x, y] = [light(getComputedStyle(e).color), light(back)].sort((p, q) => q - p), ratio = (x + .05) / (y + .05);
    if (e.textContent.trim() && ratio < least[0]) least = [ratio, e.outerHTML.slice(0, 200)]; });
  return least; })()"""

if CHROMIUM is None:
    print("not ok 1 - there is no Chromium to open the page in\n1..1")
    sys.exit(1)
folder = pathlib.Path(tempfile.mkdtemp())
ticket, middle, many = folder / "ticket.html", folder / "middle.html", folder / "many.html"
ticket.write_bytes(report(ROOT / "Tests/Data/topologies/svc_train_ticket.json", "--suppose", "ts-order-service"))
network(300, folder / "300.json")
network(1100, folder / "1100.json")
middle.write_bytes(report(folder / "300.json"))
many.write_bytes(report(folder / "1100.json"))
browser = Browser(folder)


@test
def looks():
    "wide and narrow, light and dark: no error, nothing asked of a network, nothing beyond the edge, words readable"
    for path in ticket, middle, many:
        paper = set()
        for width in 1280, 420:
            for dark in False, True:
                browser.open(path, width, dark)
                where = path.name, width, dark
                assert not browser.trouble(), (where, browser.trouble())
                assert browser.js("document.documentElement.scrollWidth") <= width, where
                shown, clashes = browser.js(CLASHES)
                assert shown >= 8 and clashes == 0, (where, shown, clashes)
                ratio, what = browser.js(CONTRAST)
                assert ratio >= 4.5, (where, ratio, what)
                paper.add(browser.js("getComputedStyle(document.body).backgroundColor"))
        assert len(paper) == 2, paper


@test
def size():
    "300 agents stay below 1.5 MB, and equal networks give equal pages for any number of threads"
    page = middle.read_bytes()
    assert 100_000 < len(page) < 1_500_000, len(page)
    assert report(folder / "300.json", "--threads", "1") == page == report(folder / "300.json", "--threads", "2")


@test
def keys():
    "the keyboard alone finds the map, goes from agent to agent, moves it and zooms"
    browser.open(ticket)
    stops = []
    for _ in range(12):
        browser.key("Tab")
        stops.append(browser.js("(document.activeElement.getAttribute('class') || document.activeElement.id || document.activeElement.textContent)"))
        if stops[-1].startswith("agent"): break
    assert stops[:2] == ["skip", "find"] and stops[-1].startswith("agent"), stops
    named, told = "document.activeElement.getAttribute('aria-label')", set()
    for key in "ArrowLeft", "ArrowDown", "ArrowRight", "ArrowUp":
        browser.key(key)
        label = browser.js(named)
        assert label and browser.js(ABOUT).startswith(label.split(":")[0]), (key, label, browser.js(ABOUT))
        told.add(label)
    assert len(told) >= 3, told
    assert browser.js("document.querySelectorAll('.agent[tabindex=\"0\"]').length") == 1
    for key, shift, wanted in ("+", False, "scale(1.25)"), ("-", False, "scale(1)"), ("ArrowLeft", True, "translate(40 0)"), ("0", False, "translate(0 0) scale(1)"):
        browser.key(key, shift)
        assert wanted in browser.js(VIEW), (key, browser.js(VIEW))
    browser.key("Tab")
    assert not browser.js("document.activeElement.closest('#network')"), "the map holds the focus"


@test
def finding():
    "a search shows an agent in the middle of the map with its numbers; part of a name is enough"
    for path, name, words in (ticket, "ts-seat-service", "link"), (middle, "svc-0007", "capacity"), (many, "svc-0007", "risk"):
        browser.open(path)
        browser.js("document.getElementById('find').focus()")
        browser.call("Input.insertText", text=name[:-1].upper() if path == ticket else name)
        if path == ticket: browser.key("Enter")
        about = browser.js(ABOUT)
        assert name in about and words in about, (path.name, about)
        at = browser.js("""(() => { let c = document.querySelector('.agent.on circle:last-of-type').getBoundingClientRect(),
          m = document.getElementById('network').getBoundingClientRect();
          return [c.left + c.width / 2 - m.left - m.width / 2, c.top + c.height / 2 - m.top - m.height / 2]; })()""")
        assert max(map(abs, at)) < 3, (path.name, at)
        browser.js("document.getElementById('find').value = ''")
        browser.call("Input.insertText", text="nobody at all")
        assert "Nobody" in browser.js(ABOUT)


@test
def pointer():
    "the pointer on an agent tells its numbers and lights its links; dragging moves the map, the wheel zooms it"
    browser.open(middle, height=1400)
    x, y = browser.js("""(() => { let r = document.querySelector('.agent[data-k="1"] circle:last-of-type').getBoundingClientRect();
      return [r.left + r.width / 2, r.top + r.height / 2]; })()""")
    browser.mouse("mouseMoved", x, y)
    assert browser.js(ABOUT).startswith("svc-0001: ") and "load" in browser.js(ABOUT), browser.js(ABOUT)
    lit, wanted = browser.js("document.querySelectorAll('line.on').length"), browser.js("""(() => {
      let d = JSON.parse(document.getElementById('data').textContent).ends; return d.filter(k => k == 1).length; })()""")
    assert lit == wanted > 0, (lit, wanted)
    browser.mouse("mousePressed", x, y, button="left", clickCount=1)
    browser.mouse("mouseMoved", x + 60, y + 30, button="left", buttons=1)
    browser.mouse("mouseReleased", x + 60, y + 30, button="left", clickCount=1)
    moved = list(map(float, re.findall(r"[-\d.]+", browser.js(VIEW))))
    assert abs(moved[0] - 60) < 2 and abs(moved[1] - 30) < 2 and moved[2] == 1, moved
    browser.mouse("mouseWheel", x, y, deltaX=0, deltaY=-100)
    browser.js("new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
    assert float(browser.js(VIEW).split("scale(")[1][:-1]) > 1.1, browser.js(VIEW)


@test
def steps():
    "the cascade is gone through step by step, and the map follows"
    browser.open(ticket)
    names = browser.js("[...document.querySelectorAll('.path button')].map(b => b.textContent)")
    assert names[0] == "ts-order-service" and len(names) > 1, names
    for name in names + names[:1]:
        browser.js("document.querySelector('[data-step=\"1\"]').click()")
        assert browser.js("document.querySelector('.path [aria-current=\"step\"]').textContent") == name
        assert browser.js(ABOUT).startswith(name), (name, browser.js(ABOUT))
    assert browser.js("document.querySelectorAll('.ways line').length") == len(names) - 1


@test
def figures():
    "figures are copied as SVG that carries its colours and stands alone"
    for path, id in (ticket, "network"), (ticket, "resilience-curves"), (many, "network"):
        browser.open(path)
        browser.js("window.copied = ''; Object.defineProperty(navigator, 'clipboard', {value: {writeText: t => { window.copied = t; return Promise.resolve(); }}})")
        browser.js(f"document.querySelector('[data-copy=\"{id}\"]').click()")
        text = browser.js("window.copied")
        svg = ElementTree.fromstring(text)
        drawn = [e for e in svg.iter() if e.tag.split("}")[1] in ("circle", "path", "line")]
        assert len(drawn) == browser.js(f"document.querySelectorAll('#{id} circle, #{id} path, #{id} line').length") > 5
        assert all("fill" in e.get("style", "") for e in drawn), id
        # Alone it looks as it did: the same colours, without the style sheet of the page.
        (folder / "copy.svg").write_text(text)
        colours = f"[...document.querySelectorAll('%s circle, %s path')].slice(0, 80).map(e => getComputedStyle(e).fill + getComputedStyle(e).stroke)"
        before = browser.js(colours.replace("%s", "#" + id))
        browser.open(folder / "copy.svg")
        after = browser.js(colours.replace("%s", "svg"))
        assert before == after and len(set(before)) > 2, (id, before[:5], after[:5])


@test
def printing():
    "on paper: every fold open, no buttons, nothing cut off at the edge"
    browser.open(middle)
    pdf = base64.b64decode(browser.call("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)["data"])
    assert pdf.startswith(b"%PDF") and len(pdf) > 20_000
    browser.js("window.dispatchEvent(new Event('beforeprint'))")
    browser.call("Emulation.setDeviceMetricsOverride", width=720, height=1000, deviceScaleFactor=1, mobile=False)
    browser.call("Emulation.setEmulatedMedia", media="print", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    assert browser.js("[...document.querySelectorAll('details')].every(d => d.open)")
    assert browser.js("getComputedStyle(document.querySelector('.tools')).display") == "none"
    assert browser.js("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    beyond = browser.js("[...document.querySelectorAll('td,th,svg,p')].filter(e => e.getBoundingClientRect().right > 721).length")
    assert beyond == 0, beyond


@test
def read_aloud():
    "a screen reader gets every agent by name, tables with heads, buttons with names, headings in order"
    for path, agents in (ticket, 28), (middle, 300), (many, 0):
        browser.open(path)
        nodes = [n for n in browser.call("Accessibility.getFullAXTree")["nodes"] if not n.get("ignored")]
        kinds = {}
        for node in nodes:
            kinds.setdefault(node["role"]["value"], []).append(node.get("name", {}).get("value", ""))
        unnamed = [kind for kind in ("button", "link", "searchbox", "textbox", "combobox", "image", "img", "region") for name in kinds.get(kind, []) if not name.strip()]
        assert not unnamed, (path.name, unnamed)
        drawn = [name for name in kinds.get("image", []) + kinds.get("img", []) if ": risk" in name or ": has failed" in name]
        assert len(drawn) == agents, (path.name, len(drawn), list(kinds))
        assert len(kinds["columnheader"]) >= 10 and "main" in kinds and "status" in kinds, list(kinds)
        assert {"The network", "Who fails when, and why", "What to do"} <= set(kinds["region"]), kinds["region"]
        levels = browser.js("[...document.querySelectorAll('h1,h2,h3')].map(h => +h.tagName[1])")
        assert levels[0] == 1 and levels.count(1) == 1 and all(b - a <= 1 for a, b in zip(levels, levels[1:])), levels


@test
def without_script():
    "without scripts the page still says everything"
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(ticket)
    document = browser.call("DOM.getDocument", depth=-1)["root"]["nodeId"]
    text = browser.call("DOM.getOuterHTML", nodeId=document)["outerHTML"]
    browser.call("Emulation.setScriptExecutionDisabled", value=False)
    assert text.count('class="agent"') == 28 and "Restart ts-order-service" in text and "single point of failure" in text


browser.close()
shutil.rmtree(folder, ignore_errors=True)
print(f"1..{count}")
sys.exit(1 if failed else 0)
