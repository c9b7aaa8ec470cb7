// The map: agents at the places that the engine gave them, coloured by risk. Large networks are drawn as groups until one
// comes near enough. `canvas.dataset.drawn` says how many agents the last picture shows, one by one or within a group.

const STEPS = [[0.01, "--r0"], [0.1, "--r1"], [0.25, "--r2"], [0.5, "--r3"], [Infinity, "--r4"]];

export function colourName(risk, down) {
  if (down) return "--down";
  return risk == null ? "--r0" : STEPS.find(([below]) => risk < below)[1];
}

export class NetworkMap {
  constructor(canvas, { select, hover }) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.select = select;
    this.hover = hover;
    this.layout = null;
    this.risk = [];
    this.down = new Set();
    this.path = [];
    this.pies = [];
    this.chosen = -1;
    this.view = { x: 0, y: 0, scale: 1 };
    this.waiting = false;
    new ResizeObserver(() => this.resize()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    this.listen();
  }

  show(layout) {
    const fresh = this.layout?.topology !== layout.topology;
    const chosen = this.layout?.agents[this.chosen];
    this.layout = layout;
    this.place = new Map(layout.agents.map((id, k) => [id, k]));
    this.chosen = !fresh && this.place.has(chosen) ? this.place.get(chosen) : -1;
    const of = new Map(layout.centres.map((centre, g) => [centre.group, g]));
    this.group = layout.groups.map((name) => of.get(name) ?? -1);
    this.members = layout.centres.map(() => []);
    if (layout.centres.length) this.group.forEach((g, k) => this.members[g]?.push(k));
    const joined = new Set();
    if (layout.centres.length) {
      for (const [s, t] of layout.links) {
        const [a, b] = [this.group[s], this.group[t]];
        if (a !== b) joined.add(Math.min(a, b) * 4096 + Math.max(a, b));
      }
    }
    this.joined = [...joined].map((key) => [Math.floor(key / 4096), key % 4096]);
    this.pies = [];
    if (fresh) this.fit();
    this.draw();
  }

  colour(risk, down, path) {
    this.risk = risk;
    this.down = new Set(down);
    this.path = path;
    this.pies = [];
    this.draw();
  }

  fit() {
    const { x, y } = this.layout ?? { x: [], y: [] };
    if (!x.length) return;
    const bounds = (of) => of.reduce(([low, high], v) => [Math.min(low, v), Math.max(high, v)], [Infinity, -Infinity]);
    const [[lowX, highX], [lowY, highY]] = [bounds(x), bounds(y)];
    const { width, height } = this.size();
    const room = Math.min((width - 110) / (highX - lowX || 1), (height - 80) / (highY - lowY || 1));
    this.view = { x: (lowX + highX) / 2, y: (lowY + highY) / 2, scale: Math.min(room, 400) };
    this.draw();
  }

  zoom(factor, px, py) {
    const { width, height } = this.size();
    const [cx, cy] = [px ?? width / 2, py ?? height / 2];
    const x = this.view.x + (cx - width / 2) / this.view.scale, y = this.view.y + (cy - height / 2) / this.view.scale;
    this.view.scale = Math.min(5000, Math.max(0.01, this.view.scale * factor));
    this.view.x = x - (cx - width / 2) / this.view.scale;
    this.view.y = y - (cy - height / 2) / this.view.scale;
    this.draw();
  }

  choose(k, centre) {
    this.chosen = k;
    if (centre && k >= 0) {
      const [px, py] = this.at(k), { width, height } = this.size();
      if (px < 20 || py < 20 || px > width - 20 || py > height - 20) {
        this.view.x = this.layout.x[k];
        this.view.y = this.layout.y[k];
      }
      const g = this.layout.centres.length ? this.layout.centres[this.group[k]] : null;
      if (g && !this.open(g)) this.view = { x: this.layout.x[k], y: this.layout.y[k], scale: 60 / g.radius };
    }
    this.draw();
  }

  size() { return { width: this.canvas.clientWidth, height: this.canvas.clientHeight }; }

  resize() {
    const { width, height } = this.size(), ratio = devicePixelRatio || 1;
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    if (!this.sized) {
      this.sized = true;
      this.fit();
    }
    this.draw();
  }

  at(k) { return this.point(this.layout.x[k], this.layout.y[k]); }

  point(x, y) {
    const { width, height } = this.size();
    return [(x - this.view.x) * this.view.scale + width / 2, (y - this.view.y) * this.view.scale + height / 2];
  }

  // How many of a group have which colour.
  pie(g) {
    this.pies[g] ??= [...this.members[g].reduce((counts, k) => {
      const name = colourName(this.risk[k], this.down.has(this.layout.agents[k]));
      return counts.set(name, (counts.get(name) ?? 0) + 1);
    }, new Map())].sort();
    return this.pies[g];
  }

  // Whether a group is near enough to show its agents.
  open(centre) { return centre.radius * this.view.scale > 45; }

  radius(k) {
    const risk = this.risk[k] ?? 0, base = Math.max(2, Math.min(8, 150 / Math.sqrt(this.layout.agents.length + 1)));
    return this.layout.centres.length ? Math.min(6, this.view.scale * 0.4) : base * (1 + 0.6 * Math.min(1, risk));
  }

  draw() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.paint();
    });
  }

  paint() {
    const { context: c, layout } = this, { width, height } = this.size(), ratio = devicePixelRatio || 1;
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.clearRect(0, 0, width, height);
    if (!layout) return;
    const style = getComputedStyle(this.canvas), shade = {};
    for (const name of ["--ink", "--line", "--soft", "--paper", "--way", "--down", "--r0", "--r1", "--r2", "--r3", "--r4"]) {
      shade[name] = style.getPropertyValue(name).trim();
    }
    const inside = (px, py, r = 0) => px > -r && py > -r && px < width + r && py < height + r;
    const grouped = layout.centres.length > 0;
    const opened = grouped ? layout.centres.map((centre) => this.open(centre)) : [];
    const visible = (k) => !grouped || opened[this.group[k]];
    let drawn = 0;

    c.strokeStyle = shade["--line"];
    c.lineWidth = 1;
    c.beginPath();
    if (grouped) {
      for (const [a, b] of this.joined) {
        c.moveTo(...this.point(layout.centres[a].x, layout.centres[a].y));
        c.lineTo(...this.point(layout.centres[b].x, layout.centres[b].y));
      }
    }
    let lines = 0;
    for (const [s, t] of layout.links) {
      if (grouped && (!opened[this.group[s]] || !opened[this.group[t]])) continue;
      const a = this.at(s), b = this.at(t);
      if (!inside(...a, 50) && !inside(...b, 50)) continue;
      if (++lines > 20000) break;
      c.moveTo(...a);
      c.lineTo(...b);
    }
    c.globalAlpha = lines > 3000 || this.joined.length > 400 ? 0.35 : 0.8;
    c.stroke();
    c.globalAlpha = 1;
    if (!grouped && layout.directed && lines <= 600) this.heads(c, shade["--soft"]);

    c.strokeStyle = c.fillStyle = shade["--way"];
    c.lineWidth = 2.5;
    for (let k = 0; k + 1 < this.path.length; k++) {
      const [s, t] = [this.place.get(this.path[k]), this.place.get(this.path[k + 1])];
      if (s === undefined || t === undefined) continue;
      const a = this.at(s), b = this.at(t);
      c.beginPath();
      c.moveTo(...a);
      c.lineTo(...b);
      c.stroke();
      this.head(c, a, b, this.radius(t) + 1, 8);
    }

    c.lineWidth = 1.5;
    const colour = (k) => shade[colourName(this.risk[k], this.down.has(layout.agents[k]))];
    if (grouped) {
      c.font = "12px system-ui, sans-serif";
      c.textAlign = "center";
      layout.centres.forEach((centre, g) => {
        const [px, py] = this.point(centre.x, centre.y), r = Math.max(5, centre.radius * this.view.scale);
        if (!inside(px, py, r)) {
          drawn += opened[g] ? 0 : centre.agents;
          return;
        }
        if (opened[g]) {
          c.globalAlpha = 0.12;
          c.fillStyle = shade["--ink"];
        } else {
          // A pie: how many of the group stand at which risk.
          drawn += centre.agents;
          let from = -Math.PI / 2;
          for (const [name, count] of this.pie(g)) {
            const to = from + (2 * Math.PI * count) / centre.agents;
            c.fillStyle = shade[name];
            c.beginPath();
            c.moveTo(px, py);
            c.arc(px, py, r, from, to);
            c.fill();
            from = to;
          }
          c.globalAlpha = 0;
        }
        c.beginPath();
        c.arc(px, py, r + 4, 0, 7);
        c.fill();
        c.globalAlpha = 1;
      });
    }
    for (let k = 0; k < layout.agents.length; k++) {
      if (!visible(k)) continue;
      drawn++;
      const [px, py] = this.at(k);
      if (!inside(px, py, 10)) continue;
      c.fillStyle = colour(k);
      c.beginPath();
      c.arc(px, py, this.radius(k), 0, 7);
      c.fill();
    }
    if (this.chosen >= 0) {
      const [px, py] = this.at(this.chosen);
      c.strokeStyle = shade["--ink"];
      c.beginPath();
      c.arc(px, py, this.radius(this.chosen) + 4, 0, 7);
      c.stroke();
    }
    if (grouped) this.groupNames(c, shade);
    this.names(c, shade, visible, inside);
    this.canvas.dataset.drawn = drawn;
    this.canvas.dataset.links = layout.links.length;
  }

  // Names of groups below their circles, the largest first, where there is room.
  groupNames(c, shade) {
    c.font = "12px system-ui, sans-serif";
    c.textAlign = "center";
    c.lineWidth = 3;
    c.strokeStyle = shade["--paper"];
    c.fillStyle = shade["--ink"];
    const taken = [];
    for (const centre of [...this.layout.centres].sort((a, b) => b.agents - a.agents)) {
      const [px, py] = this.point(centre.x, centre.y), text = `${centre.group} (${centre.agents})`;
      const y = py + Math.max(5, centre.radius * this.view.scale) + 15, half = c.measureText(text).width / 2 + 2;
      const box = [px - half, y - 11, px + half, y + 4];
      if (taken.some((o) => box[0] < o[2] && o[0] < box[2] && box[1] < o[3] && o[1] < box[3])) continue;
      taken.push(box);
      c.strokeText(text, px, y);
      c.fillText(text, px, y);
    }
  }

  // Names where there is room: the most endangered first.
  names(c, shade, visible, inside) {
    const { layout } = this, taken = [];
    const order = layout.agents.map((_, k) => k).filter((k) => visible(k) && inside(...this.at(k)));
    if (order.length > 400) return;
    order.sort((a, b) => (this.risk[b] ?? 0) - (this.risk[a] ?? 0) || a - b);
    c.font = "11px system-ui, sans-serif";
    c.textAlign = "center";
    c.lineWidth = 3;
    c.strokeStyle = shade["--paper"];
    c.fillStyle = shade["--ink"];
    for (const k of order) {
      const [px, py] = this.at(k), text = layout.labels[k].length > 24 ? layout.labels[k].slice(0, 23) + "…" : layout.labels[k];
      const half = c.measureText(text).width / 2, r = this.radius(k);
      const middle = Math.max(half + 3, Math.min(this.size().width - half - 3, px));
      for (const y of [py + r + 12, py - r - 5]) {
        const box = [middle - half, y - 10, middle + half, y + 3];
        if (taken.some((o) => box[0] < o[2] && o[0] < box[2] && box[1] < o[3] && o[1] < box[3])) continue;
        taken.push(box);
        c.globalAlpha = 0.7;
        c.strokeText(text, middle, y);
        c.globalAlpha = 1;
        c.fillText(text, middle, y);
        break;
      }
    }
  }

  heads(c, fill) {
    c.fillStyle = fill;
    for (const [s, t] of this.layout.links) this.head(c, this.at(s), this.at(t), this.radius(t), 5);
  }

  head(c, [ax, ay], [bx, by], gap, size) {
    const angle = Math.atan2(by - ay, bx - ax), x = bx - Math.cos(angle) * gap, y = by - Math.sin(angle) * gap;
    c.beginPath();
    c.moveTo(x, y);
    c.lineTo(x - size * 1.6 * Math.cos(angle - 0.4), y - size * 1.6 * Math.sin(angle - 0.4));
    c.lineTo(x - size * 1.6 * Math.cos(angle + 0.4), y - size * 1.6 * Math.sin(angle + 0.4));
    c.fill();
  }

  nearest(px, py, within) {
    let best = -1, least = within * within;
    const grouped = this.layout?.centres.length > 0;
    for (let k = 0; k < (this.layout?.agents.length ?? 0); k++) {
      if (grouped && !this.open(this.layout.centres[this.group[k]])) continue;
      const [x, y] = this.at(k), d = (x - px) ** 2 + (y - py) ** 2;
      if (d < least) [best, least] = [k, d];
    }
    return best;
  }

  listen() {
    const { canvas } = this;
    let from = null, moved = false;
    const place = (event) => {
      const box = canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    canvas.addEventListener("pointerdown", (event) => {
      from = place(event);
      moved = false;
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      const [px, py] = place(event);
      if (from) {
        if (Math.abs(px - from[0]) + Math.abs(py - from[1]) > 4) moved = true;
        if (moved) {
          this.view.x -= (px - from[0]) / this.view.scale;
          this.view.y -= (py - from[1]) / this.view.scale;
          from = [px, py];
          this.draw();
        }
      } else {
        this.hover(this.nearest(px, py, 14), px, py);
      }
    });
    canvas.addEventListener("pointerup", (event) => {
      if (!moved) {
        const [px, py] = place(event), k = this.nearest(px, py, 18);
        if (k >= 0) {
          this.select(k);
        } else if (this.layout?.centres.length) {
          const near = this.layout.centres.find((g) => {
            const [x, y] = this.point(g.x, g.y);
            return Math.hypot(x - px, y - py) < Math.max(8, g.radius * this.view.scale);
          });
          if (near) {
            this.view = { x: near.x, y: near.y, scale: 120 / near.radius };
            this.draw();
          }
        }
      }
      from = null;
    });
    canvas.addEventListener("pointerleave", () => this.hover(-1));
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoom(Math.exp(-event.deltaY * 0.0015), ...place(event));
    }, { passive: false });
    canvas.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (way && event.shiftKey) {
        this.view.x += (60 * way[0]) / this.view.scale;
        this.view.y += (60 * way[1]) / this.view.scale;
        this.draw();
      } else if (way) {
        this.step(...way);
      } else if (event.key === "+" || event.key === "=") {
        this.zoom(1.3);
      } else if (event.key === "-") {
        this.zoom(1 / 1.3);
      } else if (event.key === "0") {
        this.fit();
      } else if (event.key === "Enter" && this.chosen >= 0) {
        this.select(this.chosen, true);
      } else {
        return;
      }
      event.preventDefault();
    });
  }

  // To the nearest agent in a direction.
  step(dx, dy) {
    if (!this.layout?.agents.length) return;
    if (this.chosen < 0) return this.select(0);
    const { x, y } = this.layout, k = this.chosen;
    let best = -1, least = Infinity;
    for (let j = 0; j < x.length; j++) {
      const along = (x[j] - x[k]) * dx + (y[j] - y[k]) * dy, across = Math.abs((x[j] - x[k]) * dy) + Math.abs((y[j] - y[k]) * dx);
      if (j === k || along <= 1e-9) continue;
      const far = along + 2.5 * across;
      if (far < least) [best, least] = [j, far];
    }
    if (best >= 0) this.select(best);
  }
}
