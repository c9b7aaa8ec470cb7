/// The style sheet and the script of a report: small enough to be read, so that the page needs nothing from elsewhere.
enum ReportAssets {
  static let style = """
    :root{color-scheme:light dark;--ink:#1b2430;--soft:#5b6675;--paper:#fff;--panel:#f4f6f9;--line:#c3ccd8;--rule:#dde3ea;
    --r0:#8fa3b8;--r1:#e6c454;--r2:#f0963c;--r3:#e0602b;--r4:#b3202a;--down:#1b2430;--way:#7a1fa2;--link:#0b5cad}
    @media (prefers-color-scheme:dark){:root{--ink:#e6ebf2;--soft:#9aa7b8;--paper:#12171e;--panel:#1b222c;--line:#4a5666;
    --rule:#2c3541;--r0:#6f8398;--r1:#d8b64a;--r2:#f0963c;--r3:#f06a35;--r4:#ff5a5f;--down:#e6ebf2;--way:#d18cf0;--link:#7db7ff}}
    *{box-sizing:border-box}
    body{margin:0 auto;max-width:72rem;padding:1rem clamp(.8rem,3vw,2rem);background:var(--paper);color:var(--ink);
    font:16px/1.5 system-ui,sans-serif}
    h1{font-size:1.7rem;margin:.4rem 0}h2{font-size:1.25rem;margin:2.2rem 0 .6rem}h3{font-size:1rem;margin:0 0 .5rem}
    .lead{font-size:1.05rem;max-width:60rem}a{color:var(--link)}code{font-size:.85em;color:var(--soft);overflow-wrap:anywhere}
    .skip{position:absolute;left:-99rem}.skip:focus{position:static}
    .figures{display:flex;flex-wrap:wrap;gap:.6rem;margin:1rem 0}
    .figures div{background:var(--panel);border-radius:.5rem;padding:.5rem .9rem;flex:1 1 9rem;display:flex;flex-direction:column-reverse;justify-content:flex-end}
    .figures dd{margin:0;font-size:1.5rem;font-weight:650}.figures dt{color:var(--soft);font-size:.85rem}
    .tools{display:flex;flex-wrap:wrap;gap:.6rem;justify-content:space-between;margin-bottom:.5rem}
    input,button{font:inherit;color:inherit;background:var(--panel);border:1px solid var(--line);border-radius:.4rem;padding:.25rem .6rem}
    button{cursor:pointer}figure{margin:0}figcaption{color:var(--soft);font-size:.85rem;display:flex;flex-wrap:wrap;gap:.3rem 1rem}
    #network{width:100%;height:auto;background:var(--panel);border-radius:.5rem;touch-action:pan-y pinch-zoom;cursor:grab}
    svg text{font:12px system-ui,sans-serif;fill:var(--ink);text-anchor:middle}
    #network text{font-size:calc(12px / var(--zoom,1));paint-order:stroke;stroke:var(--panel);stroke-width:3px;stroke-linejoin:round;pointer-events:none}
    svg text.s{text-anchor:start}svg text.e{text-anchor:end}#network text.in{font-size:15px;font-weight:600}
    #network text.z{display:none}#network.near text.z,.agent.on text.z,.agent:focus text.z{display:inline}
    .links line{stroke:var(--line);stroke-width:1.1px}.links line.on{stroke:var(--link);stroke-width:2.2px}.ways line{stroke:var(--way);stroke-width:2.6px}.tip{fill:var(--soft)}.end{fill:var(--way)}
    .agent{cursor:pointer}.agent:focus{outline:none}.agent:focus circle,.agent.on circle{stroke:var(--link);stroke-width:3.5}
    circle{stroke:var(--panel);stroke-width:1.5}circle.ring{fill:none;stroke:var(--ink);stroke-width:1.6;stroke-dasharray:3 2}
    .r0{fill:var(--r0);background:var(--r0)}.r1{fill:var(--r1);background:var(--r1)}.r2{fill:var(--r2);background:var(--r2)}
    .r3{fill:var(--r3);background:var(--r3)}.r4{fill:var(--r4);background:var(--r4)}.down{fill:var(--down);background:var(--down)}
    .dot{display:inline-block;width:.7rem;height:.7rem;border-radius:50%}.dot.ring{border:2px dashed var(--ink)}
    .way{display:inline-block;width:1.4rem;height:0;border-top:3px solid var(--way);vertical-align:middle}
    #about{min-height:1.5rem;margin:.5rem 0 0}kbd{font:inherit;border:1px solid var(--line);border-radius:.25rem;padding:0 .3rem}
    .note{border-left:4px solid var(--r1);padding:.1rem .8rem;max-width:60rem}
    table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid var(--rule);vertical-align:top}
    tbody th{font-weight:600;overflow-wrap:anywhere}.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
    #risk tbody th,#weak tbody th{min-width:10rem}
    .bar{width:22%;min-width:4rem}.bar i{display:block;height:.8rem;margin-top:.35rem;border-radius:.2rem;min-width:1px}
    .path li{margin:.2rem 0}.findings li{margin:.5rem 0}.findings .soon{font-weight:600}.findings small{display:block;font-size:.82rem;font-weight:400;color:var(--soft)}
    .cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(19rem,1fr));gap:.8rem;margin:.8rem 0}
    .cards article{background:var(--panel);border-radius:.5rem;padding:.8rem}.cards p{margin:.5rem 0 0;font-size:.9rem}
    .effect caption{text-align:left;color:var(--soft);font-size:.8rem}.effect th{font-weight:400;white-space:nowrap}.effect .bar{width:55%}
    .curve{width:100%;max-width:46rem;height:auto}.curve text{fill:var(--ink)}
    .curve path{fill:none;stroke-width:2.4px;stroke-linejoin:round}.curve .axis{stroke:var(--soft);stroke-width:1px}.curve .grid{stroke:var(--rule);stroke-width:1px}
    .curve .critical{stroke:var(--r4)}.curve .degree{stroke:var(--way);stroke-dasharray:7 3}.curve .random{stroke:var(--link);stroke-dasharray:2 3}
    .curve .band{fill:var(--link);fill-opacity:.16;stroke:none}
    .key{display:inline-block;width:1.6rem;border-top:3px solid var(--r4);vertical-align:middle}.key.degree{border-top:3px dashed var(--way)}.key.random{border-top:3px dotted var(--link)}
    .wide{overflow-x:auto}.wide tbody th{overflow-wrap:normal}#resilience tbody th{white-space:nowrap}#weak table,#resilience table{max-width:46rem}summary{cursor:pointer;padding:.3rem 0}.path [aria-current]{outline:2px solid var(--way)}
    footer{color:var(--soft);font-size:.85rem;margin-top:2rem;border-top:1px solid var(--rule)}
    @media (max-width:40rem){#network text{font-size:calc(28.8px / var(--zoom,1));stroke-width:6px}#network text.in{font-size:28.8px}#network text.w{display:none}#network.near text.w,.agent.on text.w{display:inline}
    .curve text{font-size:18px}.curve .x1,.curve .x3,.curve .y1,.curve .y3,.curve .yl{display:none}.wide table{font-size:.85rem}th,td{padding:.3rem .35rem}thead .number{white-space:normal}
    #weak tbody th{min-width:7rem}#resilience tbody th{white-space:normal}#communities tbody tr{display:grid;grid-template-columns:2.2rem 4rem 1fr 1fr;border-bottom:1px solid var(--rule)}
    #communities thead tr{display:grid;grid-template-columns:2.2rem 4rem 1fr 1fr}#communities th,#communities td{border:0}#communities td:last-child,#communities th:last-child{grid-column:1/-1;overflow-wrap:anywhere}
    #communities thead th:last-child{padding-top:0}#risk tbody th{min-width:0}#risk thead{display:none}#risk td:last-child{display:block;padding-top:0}#risk .bar{display:none}
    #risk tr{display:grid;grid-template-columns:1fr auto auto}#risk td:last-child{grid-column:1/-1}#risk th,#risk td{border:0}#risk tr{border-bottom:1px solid var(--rule)}}
    @media print{:root{color-scheme:light;--ink:#000;--soft:#444;--paper:#fff;--panel:#fff;--line:#aab4c0;--rule:#d5dbe2;--r0:#8fa3b8;--r1:#e6c454;
    --r2:#f0963c;--r3:#e0602b;--r4:#b3202a;--down:#1b2430;--way:#7a1fa2;--link:#0b5cad}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
    .tools,#about,.skip,button[data-copy],.path+p{display:none}body{max-width:none;padding:0;font-size:10.5pt}h2{break-after:avoid}
    tr,li,article,figure{break-inside:avoid}.cards article,.figures div{border:1px solid var(--rule)}#network{max-height:17cm;border:1px solid var(--rule)}
    .path button{border:0;padding:0}summary{list-style:none}.wide{overflow:visible}thead .number,#resilience tbody th{white-space:normal}}
    """

  static let script = """
    (function () {
      var svg = document.getElementById('network'), scene = document.getElementById('scene');
      var about = document.getElementById('about'), find = document.getElementById('find');
      var data = JSON.parse(document.getElementById('data').textContent);
      var agents = Array.prototype.slice.call(svg.querySelectorAll('.agent'));
      var lines = Array.prototype.slice.call(svg.querySelectorAll('line')), ends = data.ends;
      data = data.agents;
      var steps = Array.prototype.slice.call(document.querySelectorAll('.path button')), step = -1;
      var byName = {}, view = {x: 0, y: 0, k: 1}, held = null, chosen = null;
      var names = document.getElementById('names'), options = document.createDocumentFragment();
      data.forEach(function (row) {
        var g = agents[row[1]], option = document.createElement('option');
        byName['=' + row[0]] = {row: row, g: g};
        option.value = row[0];
        options.appendChild(option);
      });
      names.appendChild(options);
      agents.forEach(function (g) {
        g.addEventListener('focus', function () { tell(g); });
        g.addEventListener('mouseenter', function () { tell(g); });
      });
      function tell(g, row) {
        if (chosen) light(chosen, false);
        chosen = g;
        if (g) light(g, true);
        var words = g ? g.getAttribute('aria-label') : '', k = g && g.getAttribute('data-k');
        if (k) row = data[k];
        if (row) words = k ? words + ', ' + row[2] : row[0] + ': ' + row[2] + (words ? '. ' + words : '');
        about.textContent = words + '.' + (row && row[3] ? ' ' + row[3] : '');
      }
      /* An agent and its links. */
      function light(g, on) {
        var k = agents.indexOf(g);
        g.classList.toggle('on', on);
        lines.forEach(function (line, i) {
          if (ends[2 * i] === k || ends[2 * i + 1] === k) line.classList.toggle('on', on);
        });
      }
      function draw() {
        scene.setAttribute('transform', 'translate(' + view.x + ' ' + view.y + ') scale(' + view.k + ')');
        svg.style.setProperty('--zoom', view.k);
        svg.classList.toggle('near', view.k >= 2.5);
      }
      function point(event) {
        var p = svg.createSVGPoint();
        p.x = event.clientX;
        p.y = event.clientY;
        return p.matrixTransform(svg.getScreenCTM().inverse());
      }
      function zoom(factor, at) {
        var k = Math.min(12, Math.max(0.2, view.k * factor));
        view.x = at.x - (at.x - view.x) * k / view.k;
        view.y = at.y - (at.y - view.y) * k / view.k;
        view.k = k;
        draw();
      }
      function middle() { var box = svg.viewBox.baseVal; return {x: box.width / 2, y: box.height / 2}; }
      function show(name) {
        var found = byName['=' + name];
        if (!found) return false;
        if (found.g) {
          var circle = found.g.querySelector('circle'), at = middle();
          view.k = Math.max(view.k, 1.6);
          view.x = at.x - view.k * circle.getAttribute('cx');
          view.y = at.y - view.k * circle.getAttribute('cy');
          draw();
        }
        tell(found.g, found.row);
        return true;
      }
      /* The nearest in the direction of an arrow key, sideways counting double. */
      function next(g, dx, dy) {
        var c = g.querySelector('circle'), x = +c.getAttribute('cx'), y = +c.getAttribute('cy'), best = null, least = 1e99;
        agents.forEach(function (other) {
          var o = other.querySelector('circle'), a = o.getAttribute('cx') - x, b = o.getAttribute('cy') - y;
          var ahead = a * dx + b * dy, aside = Math.abs(a * dy) + Math.abs(b * dx);
          if (other !== g && ahead > 0 && ahead + 2 * aside < least) { least = ahead + 2 * aside; best = other; }
        });
        return best;
      }
      svg.addEventListener('wheel', function (event) {
        if (!event.ctrlKey && !event.metaKey && document.activeElement !== svg && !svg.contains(document.activeElement)) return;
        event.preventDefault();
        zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15, point(event));
      }, {passive: false});
      svg.addEventListener('pointerdown', function (event) { held = {p: point(event), x: view.x, y: view.y}; svg.setPointerCapture(event.pointerId); });
      svg.addEventListener('pointermove', function (event) {
        if (!held) return;
        var p = point(event);
        view.x = held.x + p.x - held.p.x;
        view.y = held.y + p.y - held.p.y;
        draw();
      });
      ['pointerup', 'pointercancel'].forEach(function (name) { svg.addEventListener(name, function () { held = null; }); });
      svg.addEventListener('keydown', function (event) {
        var ways = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}, way = ways[event.key];
        var from = event.target.closest('.agent');
        if (way && (event.shiftKey || !from)) { view.x -= 40 * way[0]; view.y -= 40 * way[1]; draw(); }
        else if (way) {
          var to = next(from, way[0], way[1]);
          if (to) { from.setAttribute('tabindex', -1); to.setAttribute('tabindex', 0); to.focus(); }
        }
        else if (event.key === '+' || event.key === '=') zoom(1.25, middle());
        else if (event.key === '-') zoom(0.8, middle());
        else if (event.key === '0') { view = {x: 0, y: 0, k: 1}; draw(); }
        else return;
        event.preventDefault();
      });
      find.addEventListener('input', function () {
        if (show(find.value)) return;
        var text = find.value.toLowerCase();
        var first = text && data.filter(function (row) { return row[0].toLowerCase().indexOf(text) >= 0; })[0];
        if (first) tell(agents[first[1]], first);
        else about.textContent = text ? 'Nobody here is called that.' : '';
      });
      find.addEventListener('keydown', function (event) {
        var text = find.value.toLowerCase();
        var first = text && data.filter(function (row) { return row[0].toLowerCase().indexOf(text) >= 0; })[0];
        if (event.key === 'Enter' && !show(find.value) && first) show(first[0]);
      });
      window.addEventListener('beforeprint', function () {
        document.querySelectorAll('details').forEach(function (fold) { fold.open = true; });
      });
      document.addEventListener('click', function (event) {
        var target = event.target.closest('[data-agent],[data-zoom],[data-copy],[data-step]');
        if (!target) return;
        if (target.hasAttribute('data-agent')) {
          event.preventDefault();
          if (show(target.getAttribute('data-agent'))) document.getElementById('map').scrollIntoView({block: 'start'});
          step = steps.indexOf(target);
          mark();
        } else if (target.hasAttribute('data-step')) {
          if (step < 0 && target.getAttribute('data-step') < 0) step = 0;
          step = (step + +target.getAttribute('data-step') + steps.length) % steps.length;
          show(steps[step].getAttribute('data-agent'));
          mark();
        } else if (target.hasAttribute('data-zoom')) {
          var factor = +target.getAttribute('data-zoom');
          if (factor) zoom(factor, middle()); else { view = {x: 0, y: 0, k: 1}; draw(); }
        } else {
          copy(document.getElementById(target.getAttribute('data-copy')), target);
        }
      });
      function mark() {
        steps.forEach(function (button, k) {
          if (k === step) button.setAttribute('aria-current', 'step'); else button.removeAttribute('aria-current');
        });
      }
      /* Colours come from the style sheet, so they are written into the copy. */
      function copy(figure, button) {
        /* All of the map, and nothing chosen in it. */
        var before = view, marked = chosen;
        if (figure === svg) { view = {x: 0, y: 0, k: 1}; draw(); if (marked) light(marked, false); }
        var clone = figure.cloneNode(true);
        clone.style.background = getComputedStyle(document.body).backgroundColor;
        var from = figure.querySelectorAll('*'), to = clone.querySelectorAll('*');
        for (var i = 0; i < from.length; i++) {
          var style = getComputedStyle(from[i]);
          ['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-dasharray', 'font', 'text-anchor', 'paint-order', 'display'].forEach(function (name) {
            to[i].style.setProperty(name, style.getPropertyValue(name));
          });
        }
        if (figure === svg) { view = before; draw(); if (marked) light(marked, true); }
        var text = new XMLSerializer().serializeToString(clone), label = button.textContent;
        function done(word) { button.textContent = word; setTimeout(function () { button.textContent = label; }, 1500); }
        if (navigator.clipboard) navigator.clipboard.writeText(text).then(function () { done('Copied'); }, function () { save(text); });
        else save(text);
        function save(text) {
          var link = document.createElement('a');
          link.href = URL.createObjectURL(new Blob([text], {type: 'image/svg+xml'}));
          link.download = figure.id + '.svg';
          link.click();
          done('Saved');
        }
      }
    })();
    """
}
