#!/usr/bin/env python3
"""Networks in the formats of other programs, read and written by the built `aura` command; prints TAP lines.

usage: AURA_BIN=build/bin/aura Tests/CLI/formats.py

The files of Tests/Data/formats were written by the programs named in them; make_formats.py says how.
"""
import collections
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
AURA = os.path.abspath(os.environ.get("AURA_BIN", ROOT / "build/bin/aura"))
FILES = ROOT / "Tests/Data/formats"
count = failed = 0


def test(function):
    global count, failed
    count += 1
    name = function.__doc__
    try:
        function()
        print(f"ok {count} - {name}")
    except AssertionError as error:
        failed += 1
        print(f"not ok {count} - {name}")
        print(f"# {str(error)[:600]}")


def run(*arguments, text=None):
    done = subprocess.run([AURA, *map(str, arguments)], input=text, capture_output=True, timeout=60)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def convert(*arguments, text=None):
    status, out, error = run("convert", *arguments, text=text)
    assert status == 0, (arguments, status, error)
    return json.loads(out)


def refused(name, data, *arguments):
    status, out, error = run("convert", "-", *arguments, text=data.encode())
    assert status == 1 and not out, (name, status, out, error)
    return error


def links(network):
    """The links of a network as a bag, whatever their order."""
    bag = collections.Counter()
    for edge in network["edges"]:
        rest = tuple(sorted((k, str(v)) for k, v in edge.items() if k not in ("source", "target")))
        ends = edge["source"], edge["target"]
        bag[(ends if network["directed"] else tuple(sorted(ends, key=str))) + rest] += 1
    return bag


def agents(network):
    return {json.dumps(node["id"]): {k: v for k, v in node.items() if k != "id"} for node in network["nodes"]}


SHOP = {("web", "cart"): 3.5, ("web", "a & <b>"): 1, ("cart", "données"): 2, ("données", "cart"): 0.25, ("cart", "cart"): 7}


def weights(network):
    return {(e["source"], e["target"]): e["weight"] for e in network["edges"]}


@test
def networkx():
    "what networkx writes is read: GraphML, GEXF, GML, edge lists, DOT, Pajek, adjacency"
    for name, odd in ("graphml", "a & <b>"), ("gexf", "a & <b>"), ("gml", "a & <b>"), ("edgelist", "a & <b>"), ("dot", "ab"), ("net", "a b"):
        network = convert(FILES / f"networkx.{name}", "--directed")
        expected = {tuple(odd if end == "a & <b>" else end for end in ends): w for ends, w in SHOP.items()}
        assert network["directed"] and weights(network) == expected, (name, network)
        if name in ("graphml", "gexf", "gml", "dot"):
            said = agents(network)
            assert said['"web"']["load"] == 40.5 and said['"web"']["capacity"] == 100, (name, said)
            assert said[json.dumps(odd)]["load"] == 0.001 and said['"donn\\u00e9es"']["status"] == "up", (name, said)
    network = convert(FILES / "networkx_adjacency.json")
    assert weights(network) == SHOP and agents(network)['"web"']["label"] == "Front end"
    network = convert(FILES / "networkx_undirected_adjacency.json")
    assert not network["directed"] and links(network) == {(1, 2): 2, (2, 3): 1, (3, 3): 1}, network


@test
def igraph():
    "what igraph writes is read, and its names become labels"
    for name in "graphml", "gml", "dot", "net":
        network = convert(FILES / f"igraph.{name}")
        label = {node["id"]: node.get("label", node["id"]) for node in network["nodes"]}
        found = {(label[a], label[b]): w for (a, b), w in weights(network).items()}
        assert network["directed"] and found == SHOP, (name, network)


@test
def others():
    "what Graphviz, Gephi and scipy write is read"
    network = convert(FILES / "graphviz.dot")
    assert {ends: w for ends, w in weights(network).items()} == {tuple("ab" if e == "a & <b>" else e for e in k): w for k, w in SHOP.items()}
    assert agents(network)['"web"']["label"] == "Front end" and "label" not in agents(network)['"cart"']
    network = convert(FILES / "gephi.gexf")
    assert agents(network)['"web"'] == {"label": "Front end", "load": 40.5, "critical": True}
    assert [(e["source"], e["target"]) for e in network["edges"]] == [("web", "cart"), ("cart", "db"), ("db", "cart")]
    assert network["edges"][0]["latency_ms"] == 12 and network["edges"][0]["weight"] == 3.5
    network = convert(FILES / "scipy.mtx")
    assert network["directed"] and weights(network) == {(1, 2): 3.5, (1, 3): 1, (2, 3): 2} and len(network["nodes"]) == 4
    network = convert(FILES / "scipy_symmetric.mtx")
    assert not network["directed"] and links(network) == {(1, 2, ("weight", "1")): 1, (2, 3, ("weight", "2")): 1}, network


@test
def lists():
    "edge lists come with or without a header, with commas, tabs, semicolons or blanks, and a table of agents"
    plain = convert("-", text=b"1,2\n2,3,0.5\n")
    assert agents(plain).keys() == {"1", "2", "3"} and plain["edges"][1]["weight"] == 0.5 and not plain["directed"]
    named = convert("-", "--directed", text=b'# comment\r\ncalls_per_s;from;to\r\n5;"a;""b""";c\r\n')
    assert named["edges"] == [{"source": 'a;"b"', "target": "c", "calls_per_s": 5}] and named["directed"], named
    assert convert("-", text=b"a b {'weight': 2, 'kind': 'it\\'s', 'up': True}\n")["edges"][0] == {
        "source": "a", "target": "b", "weight": 2, "kind": "it's", "up": True}
    assert links(convert("-", text=b"\xef\xbb\xbfsource\ttarget\nx\ty\n")) == {("x", "y"): 1}
    assert convert("-", text=b"callee,caller,n\nb,a,2\n")["edges"] == [{"source": "a", "target": "b", "n": 2}]
    with tempfile.TemporaryDirectory() as folder:
        table = pathlib.Path(folder) / "agents.csv"
        table.write_text("agent,load,label\n2,7.5,Two\n9,1,\n")
        network = convert("-", "--agents", table, text=b"1,2\n")
        assert agents(network) == {"1": {}, "2": {"load": 7.5, "label": "Two"}, "9": {"load": 1}}, network


def same(before, after, where):
    assert before["directed"] == after["directed"], where
    assert agents(before) == agents(after), (where, agents(before), agents(after))
    assert links(before) == links(after), (where, links(before) - links(after), links(after) - links(before))


@test
def round_trips():
    "round trips by GraphML and DOT keep ids, direction, weights and metrics"
    odd = {"directed": True, "graph": {"name": 'odd "names" \\'}, "nodes": [
        {"id": 7, "load": 1.5, "label": "seven"}, {"id": "7", "load": 2}, {"id": "", "status": "up"}, {"id": 'quote " and \\'},
        {"id": "<&>'", "up": "yes", "note": "two\nlines\tand a tab"}, {"id": "é 日本 \U0001f600", "load": -1e-300}],
        "edges": [{"source": 7, "target": "7", "weight": 0.1}, {"source": 7, "target": "7", "weight": 3}, {"source": "", "target": ""},
                  {"source": 'quote " and \\', "target": "<&>'", "kind": "a, b; c"}]}
    numbers = {"directed": False, "nodes": [{"id": "1"}, {"id": "2"}], "edges": [{"source": "1", "target": "2"}]}
    cases = [("odd", odd), ("text that looks like numbers", numbers), ("empty", {"directed": False, "nodes": [], "edges": []})]
    for name in "svc_train_ticket", "grid_118_ieee", "drawn_directed":
        cases.append((name, json.loads((ROOT / f"Tests/Data/topologies/{name}.json").read_text())))
    for name, document in cases:
        text = json.dumps(document).encode()
        plain = convert("-", text=text)
        for format in "graphml", "dot":
            status, written, error = run("convert", "-", "--to", format, text=text)
            assert status == 0, (name, format, error)
            same(plain, convert("-", "--from", format, text=written.encode()), (name, format))
            assert convert("-", text=written.encode()) == convert("-", "--from", format, text=written.encode()), (name, format)


@test
def words_of_the_language():
    "agents may be called as words of the language are, and what is called 404 stays a word"
    odd = {"directed": True, "nodes": [{"id": word, "label": "404"} for word in ("node", "edge", "graph", "subgraph", "strict", "label", "-", "->")],
           "edges": [{"source": "node", "target": "edge"}, {"source": "subgraph", "target": "->"}, {"source": "graph", "target": "graph"}]}
    text = json.dumps(odd).encode()
    for format in "graphml", "dot":
        written = run("convert", "-", "--to", format, text=text)[1]
        same(convert("-", text=text), convert("-", "--from", format, text=written.encode()), format)
    tight = convert("-", "--from", "dot", text=b"strict graph{a--b--{c-1 -2}[weight=.5];b--a[weight=3]}")
    assert links(tight) == {("a", "b", ("weight", "3")): 1, ("b", "c-1", ("weight", "0.5")): 1, ("-2", "b", ("weight", "0.5")): 1}, tight
    assert links(convert("-", text=b"digraph{a->b->c-1}")) == {("a", "b"): 1, ("b", "c-1"): 1}
    for written, read in (".5", 0.5), ("-.5e1", -5), ("5.", 5), ("+5", 5), ("1.e2", 100):
        for text in f"%%MatrixMarket matrix coordinate real general\n2 2 1\n1 2 {written}\n", f"1,2,{written}\n", f"*Vertices 2\n*Arcs\n1 2 {written}\n":
            assert convert("-", text=text.encode())["edges"][0]["weight"] == read, (written, text)
    with tempfile.TemporaryDirectory() as folder:
        table = pathlib.Path(folder) / "agents.csv"
        table.write_text("Id,Label\na,404\n")
        assert agents(convert("-", "--agents", table, text=b"a,b\n"))['"a"'] == {"label": "404"}


@test
def other_programs():
    "Gephi's tables and defaults and yEd's labels are understood"
    table = b"Source,Target,Type,Id,Label,Weight\n1,2,Directed,0,calls,3.0\n2,3,Undirected,1,,1.5\n"
    network = convert("-", text=table)
    assert network["directed"] and links(network) == {
        (1, 2, ("label", "calls"), ("weight", "3")): 1, (2, 3, ("weight", "1.5")): 1, (3, 2, ("weight", "1.5")): 1}, network
    kinds = convert("-", text=b"source,target,Type\na,b,http\n")
    assert not kinds["directed"] and kinds["edges"][0]["Type"] == "http", kinds
    gexf = """<gexf xmlns="http://gexf.net/1.2" version="1.2"><graph defaultedgetype="directed">
<attributes class="node"><attribute id="0" title="up" type="boolean"><default>true</default></attribute></attributes>
<attributes class="edge"><attribute id="0" title="ms" type="float"><default>2.5</default></attribute></attributes>
<nodes><node id="a" label="A"><attvalues><attvalue for="0" value="false"/></attvalues></node><node id="b"/></nodes>
<edges><edge id="0" source="a" target="b"/></edges></graph></gexf>"""
    network = convert("-", text=gexf.encode())
    assert agents(network) == {'"a"': {"label": "A", "up": False}, '"b"': {"up": True}} and network["edges"][0]["ms"] == 2.5, network
    yed = """<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml">
<key for="node" id="d6" yfiles.type="nodegraphics"/><graph edgedefault="directed" id="G">
<node id="n0"><data key="d6"><y:ShapeNode><y:NodeLabel alignment="center">Front end<y:LabelModel/></y:NodeLabel></y:ShapeNode></data></node>
<node id="n1"/><edge id="e0" source="n0" target="n1"/></graph></graphml>"""
    assert agents(convert("-", text=yed.encode())) == {'"n0"': {"label": "Front end"}, '"n1"': {}}


@test
def writing():
    "a name that promises a format which is not written is refused, and simple networks are not called multigraphs"
    with tempfile.TemporaryDirectory() as folder:
        for name in "x.gexf", "x.csv", "x.mtx", "x.json.lz4":
            path = pathlib.Path(folder) / name
            status, out, error = run("convert", "-", "-o", path, text=b"a,b\n")
            assert status == 2 and not path.exists() and name in error, (name, status, error)
    assert convert("-", text=b"a,b\nb,c\n")["multigraph"] is False and convert("-", text=b"a,b\nb,a\n")["multigraph"] is True
    assert convert("-", "--directed", text=b"a,b\nb,a\n")["multigraph"] is False
    many = json.dumps({"nodes": [{"id": str(k)} for k in range(20_000)], "edges": []}).encode()
    status, out, _ = run("convert", "-", "--to", "dot", text=many)
    assert status == 0 and out.count(";") == 20_000


@test
def drawings():
    "Mermaid and SVG say the same, and no name can break out of them"
    text = json.dumps({"directed": True, "nodes": [{"id": 'a"]-->x["'}, {"id": "</text><script>"}], "edges": [
        {"source": 'a"]-->x["', "target": "</text><script>"}]}).encode()
    mermaid = run("convert", "-", "--to", "mermaid", text=text)[1]
    assert mermaid == 'flowchart LR\n  n0["a#34;]--#62;x[#34;"]\n  n1["#60;/text#62;#60;script#62;"]\n  n0 --> n1\n', mermaid
    svg = run("convert", "-", "--to", "svg", text=text)[1]
    import xml.etree.ElementTree

    tree = xml.etree.ElementTree.fromstring(svg)
    kinds = collections.Counter(element.tag.split("}")[1] for element in tree.iter())
    assert kinds["circle"] == 2 and kinds["line"] == 1 and kinds["script"] == 0, kinds


@test
def damage():
    "a damaged file is refused with its line and column"
    cases = {
        "graphml": ('<?xml version="1.0"?>\n<graphml>\n<graph edgedefault="directed">\n<node id="a"/>\n<node id="a"/>\n</graph></graphml>', "line 5, column 1"),
        "graphml ": ('<graphml>\n<graph edgedefault="directed"><node id="a"></graph></graphml>', "line 2, column 46"),
        "gexf": ('<gexf><graph>\n<nodes><node id="1"/></nodes><edges><edge source="1"/></edges></graph></gexf>', "line 2, column 37"),
        "gml": ("graph [\n  node [ id 0 ]\n  node [ id 1\n  edge [ source 0 target 1 ]\n]", "line 5, column 2"),
        "gml ": ("graph [\n  node [ id 0 ]\n  edge [ source 0 target 1 ]\n]", "line 3, column 19"),
        "dot": ('digraph {\n  a -> b;\n  b -- c;\n}', "line 3, column 5"),
        "dot ": ('graph {\n  "a -- b\n', "line 2, column 3"),
        "pajek": ("*Vertices 2\n1 \"a\"\n*Arcs\n1 3 1\n", "line 4, column 1"),
        "mtx": ("%%MatrixMarket matrix coordinate real general\n2 2 1\n1 2 x\n", "line 3, column 1"),
        "csv": ('source,target\na,b\nc\n', "line 3, column 1"),
        "csv ": ('"a,b\n', "line 1, column 1"),
        "csv  ": ("source,target,weight\na,b,1\nb,c,much\n", "line 3, column 5"),
        "csv    ": ("source,target,w,w\na,b,1,2\n", "line 2, column 7"),
        "csv   ": ("a,b,3,5\n\"c\"d,e\n", "line 2, column 4"),
        "graphml  ": ('<graphml><graph><node id="a"/>\n\n  <edge source="a" target="b"/></graph></graphml>', "line 3, column 3"),
        "gexf ": ('<gexf><graph><nodes><node id="a"/></nodes><edges>\n<edge source="a" target="b"/></edges></graph></gexf>', "line 2, column 1"),
        "json": ('{"nodes":[{"id":1},\n{"id":1}],"edges":[]}', "line 2, column 7"),
        "json ": ('{"nodes":[{"id":1}],\n"edges":[{"source":1,"target":2}]}', "line 2, column 31"),
        "adjacency": ('{"directed":true,"nodes":[{"id":1}],\n"adjacency":[[{"id":2}]]}', "line 2, column 21"),
    }
    for format, (text, place) in cases.items():
        error = refused(format, text, "--from", format.strip())
        assert place in error and "standard input" in error, (format, error)
    assert "no node" in refused("graphml", '<graphml><graph><node id="a"/><edge source="a" target="b"/></graph></graphml>')
    for format, data in ("dot", b'graph {\n"caf\xe9" -- b }'), ("gml", b'graph [\nnode [ id 0 label "\xe9" ] ]'), ("pajek", b'*Vertices 1\n1 "\xe9"\n'):
        status, out, error = run("convert", "-", "--from", format, text=data)
        assert status == 1 and "invalid UTF-8 (line 2, column" in error, (format, error)
    laughs = '<!DOCTYPE l [<!ENTITY a "ha">' + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij")) + "]>"
    refused("graphml", laughs + '<graphml><graph><node id="&j;"/></graph></graphml>', "--from", "graphml")
    assert "graphml" in refused("xml", "<html></html>", "--from", "graphml").lower()


@test
def names_that_lie():
    "a file that is not what its name says is refused, and the message says what it is"
    written = {
        "json": b'{"nodes":[{"id":"a"},{"id":"b"}],\n"edges":[{"source":"a","target":"b"}]}',
        "graphml": (FILES / "networkx.graphml").read_bytes(), "gexf": (FILES / "gephi.gexf").read_bytes(),
        "gml": (FILES / "igraph.gml").read_bytes(), "dot": (FILES / "graphviz.dot").read_bytes(),
        "net": (FILES / "networkx.net").read_bytes(), "mtx": (FILES / "scipy.mtx").read_bytes(),
        "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1", "csv": b"a,b\nb,c\n",
    }
    words = {"net": "pajek", "png": "no text"}
    with tempfile.TemporaryDirectory() as folder:
        for kind, data in written.items():
            for name in "csv", "tsv", "graphml", "gexf", "gml", "dot", "net", "mtx":
                if name == kind or {name, kind} == {"csv", "tsv"} or {name, kind} == {"graphml", "gexf"}: continue
                path = pathlib.Path(folder) / f"network.{name}"
                path.write_bytes(data)
                status, out, error = run("analyze", path)
                assert status == 1 and not out and str(path) in error and "line " in error, (kind, name, error)
                assert kind == "csv" or words.get(kind, kind) in error.split("column", 1)[1], (kind, name, error)
        # A name that says nothing, or JSON, leaves it to the text.
        for name in "network", "network.json":
            path = pathlib.Path(folder) / name
            path.write_bytes(written["graphml"])
            assert run("analyze", path)[0] == 0
            path.write_bytes(written["png"])
            status, out, error = run("analyze", path)
            assert status == 1 and "no text" in error, (name, error)


@test
def values():
    "a value that a measure forbids is refused with its agent, link or line"
    pagerank, routes = "graph.centrality.pagerank", "graph.centrality.betweenness"
    head = b"source,target,%s\na,b,1\n\nb,c,%s\n"
    for field, value, words in (
        ("weight", "-2", "link b > c, line 4"), ("weight", "nan", "link b > c, line 4"), ("weight", "inf", "link b > c, line 4"),
        ("strength", "-1", "link b > c, line 4"), ("length", "-0.5", "link b > c, line 4"), ("error_rate", "2", "link b > c, line 4"),
    ):
        status, out, error = run("predict", "-", text=head % (field.encode(), value.encode()))
        assert status == 1 and all(word in error for word in words.split(", ")), (field, value, error)
    status, out, error = run("analyze", "-", "--measure", pagerank, text=head % (b"weight", b"-2"))
    assert status == 1 and "not answered: a strength must be 0 or more, not -2.0 (link b > c, line 4)" in out, out
    status, out, error = run("analyze", "-", "--measure", pagerank, text=head % (b"weight", b"1e200"))
    assert status == 1 and "0 or in 1e-50...1e+50, not 1e+200 (link b > c, line 4)" in out, out
    status, out, error = run("analyze", "-", "--measure", routes, text=head % (b"length", b"0"))
    assert status == 1 and "a length must be above 0 here (link b > c, line 4)" in out, out
    document = '{"nodes":[{"id":"a"},{"id":7%s}],\n"edges":[{"source":"a","target":7%s}]}'
    for node, link, words in (
        ("", ',"weight":NaN', "line 2, column 44"), ("", ',"weight":1e999', "line 2, column 49"),
        ("", ',"weight":-1', "/edges/0, link a > 7, byte"), (',"load":-1', "", "/nodes/1/load, agent 7, byte"),
        (',"load":"much"', "", "/nodes/1/load, agent 7, byte"), ("", ',"error_rate":1.5', "/edges/0/error_rate, link a > 7, byte"),
    ):
        status, out, error = run("predict", "-", text=(document % (node, link)).encode())
        assert status == 1 and words in error, (node, link, error)
    network = (document % ("", "")).encode()
    status, out, error = run("analyze", "-", "--measure", 'graph.flow.maximum_flow,from=["nobody"],to=["a"]', text=network)
    assert status == 1 and 'no agent "nobody"' in out, (out, error)
    status, out, error = run("predict", "-", "--suppose", "nobody", text=network)
    assert status == 1 and 'no agent "nobody"' in error, error
    missing = network.replace(b'"source":"a"', b'"source":"x"')
    status, out, error = run("analyze", "-", text=missing)
    assert status == 1 and "no such agent (at /edges/0/source, link x > 7, byte" in error and "line 2" in error, error


@test
def every_command():
    "every command reads every format"
    for name in "networkx.graphml", "igraph.gml", "graphviz.dot", "gephi.gexf", "networkx.net", "scipy.mtx", "networkx_adjacency.json":
        for verb in "analyze", "predict":
            status, out, error = run(verb, FILES / name, "--json")
            assert status == 0 and json.loads(out)["topology"]["links"] >= 3, (verb, name, error)
    status, _, error = run("predict", "-", text=b"source,target,weight\na,b,1\nb,c,-2\n")
    status, _, error = run("analyze", "--measure", "graph.centrality.pagerank", "-", text=b"source,target,weight\na,b,1\nb,c,-2\n")
    assert status == 1, (status, error)


@test
def mutations():
    "2,000 damaged files of all formats are read or refused, and none ends the command"
    dice = random.Random(7)
    files = sorted(path for path in FILES.iterdir() if path.suffix != ".py")
    with tempfile.TemporaryDirectory() as folder:
        for round in range(2000 // len(files) + 1):
            batch = []
            for path in files:
                data = bytearray(path.read_bytes())
                for _ in range(dice.randint(1, 4)):
                    if not data: break
                    at = dice.randrange(len(data))
                    kind = dice.randrange(4)
                    if kind == 0: data[at] = dice.randrange(256)
                    elif kind == 1: del data[at : at + dice.randint(1, 30)]
                    elif kind == 2: data[at:at] = data[dice.randrange(len(data)) :][: dice.randint(1, 40)]
                    else: data = data[:at] or bytearray(b"x")
                out = pathlib.Path(folder) / f"{round % 2}{path.name}"
                out.write_bytes(data)
                batch.append(out)
            # One process for many files, as analyze takes them; what it stops at is tried alone.
            for path in batch:
                status, _, error = run("convert", path)
                assert status in (0, 1), (status, path.name, path.read_bytes()[:400], error[-300:])
                assert status == 0 or re.search(r"\w", error), error


print(f"1..{count}")
sys.exit(1 if failed else 0)
