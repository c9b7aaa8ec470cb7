// The page: one network, live. What it shows comes from the service; nothing is computed here but the drawing.

import { ask, follow, Refused } from "./api.js";
import { colourName, NetworkMap } from "./map.js";

const $ = (id) => document.getElementById(id);
const percent = (p) => (p == null ? "unknown" : p > 0 && p < 0.01 ? "under 1 %" : p < 1 && p > 0.99 ? "over 99 %" : `${Math.round(100 * p)} %`);
const number = (v) => (v >= 100 ? Math.round(v).toLocaleString("en") : (Math.round(v * 10) / 10).toString());

const now = { name: null, forecast: null, layout: null, history: [], busy: false, again: false, stale: true };
const map = new NetworkMap($("map"), { select: chosen, hover });

function element(tag, more = {}, ...children) {
  const made = Object.assign(document.createElement(tag), more);
  made.append(...children);
  return made;
}

let fading = 0;
function say(text) {
  $("toast").textContent = text;
  $("toast").hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => ($("toast").hidden = true), 6000);
}

const duration = (s) => {
  if (s == null) return "";
  if (s < 60) return `${Math.round(s)} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${Math.round(s % 60)} s`;
  return `${Math.floor(s / 3600)} h ${Math.round((s % 3600) / 60)} min`;
};

// ------------------------------------------------------------------------------------------------ networks

async function list() {
  const { topologies } = await ask("GET", "/topologies");
  $("topology").replaceChildren(...topologies.map((t) => element("option", { value: t.name, textContent: t.name })));
  $("empty").hidden = topologies.length > 0;
  $("live").hidden = topologies.length === 0;
  $("curl").textContent = `curl -X PUT --data-binary @network.json ${location.origin}/topologies/mine`;
  if (!topologies.some((t) => t.name === now.name)) {
    const asked = decodeURIComponent(location.hash.slice(1));
    const first = topologies.find((t) => t.name === asked) ?? topologies[0];
    if (first) await open(first.name);
    else now.name = null;
  } else {
    $("topology").value = now.name;
  }
}

async function open(name) {
  Object.assign(now, { name, forecast: null, layout: null, history: [], stale: true });
  $("topology").value = name;
  history.replaceState(null, "", "#" + encodeURIComponent(name));
  document.title = `${name} · AURA`;
  $("difference").replaceChildren();
  now.history = (await ask("GET", path("/timeline"))).points;
  await refresh();
}

const path = (rest) => `/topologies/${encodeURIComponent(now.name)}${rest}`;

// Everything anew; what changes meanwhile is fetched once more afterwards.
async function refresh() {
  if (now.name === null) return;
  if (now.busy) {
    now.again = true;
    return;
  }
  now.busy = true;
  const name = now.name;
  try {
    if (now.stale) {
      now.layout = await ask("GET", `/topology/visualize?format=layout&topology=${encodeURIComponent(name)}`);
      now.stale = false;
      if (name === now.name) {
        map.show(now.layout);
        const most = now.layout.agents.slice(0, 5000);
        $("names").replaceChildren(...most.map((id, k) => element("option", { value: id, label: now.layout.labels[k] })));
      }
    }
    const forecast = await ask("GET", path("/forecast"));
    if (name === now.name) showForecast(forecast);
    const actions = await ask("GET", path("/actions"));
    if (name === now.name) showActions(actions);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.problem.status === 404) await list();
    else say(error.message);
  } finally {
    now.busy = false;
    if (now.again) {
      now.again = false;
      setTimeout(refresh, 300);
    }
  }
}

function showForecast(answer) {
  now.forecast = answer;
  const f = answer.forecast;
  const byAgent = new Map(answer.agents.map((id, k) => [id, f.probability[k]]));
  map.colour(now.layout.agents.map((id) => byAgent.get(id) ?? null), f.failed, f.path.map((step) => step.agent));
  $("headline").textContent = answer.headline;
  $("agents").textContent = now.layout.agents.length.toLocaleString("en");
  $("links").textContent = now.layout.links.length.toLocaleString("en");
  $("expected").textContent = number(f.cascade_size.mean);
  $("large").textContent = percent(f.large_cascade);
  $("down").textContent = f.failed.length;
  $("risks").replaceChildren(...f.at_risk.map((item) => {
    const go = element("button", { textContent: label(item.agent), onclick: () => chosen(map.place.get(item.agent)) });
    const dot = element("i", { className: colourName(item.probability, false).slice(2) });
    dot.style.cssText = "display:inline-block;width:.7em;height:.7em;border-radius:50%;margin-right:.4em";
    const name = element("td", { className: "agent" }, dot, go);
    return element("tr", {}, name, element("td", { className: "n", textContent: percent(item.probability) }),
      element("td", { className: "n", textContent: duration(item.time_s) }), element("td", { textContent: item.why }));
  }));
  if (map.chosen >= 0) showAgent(map.chosen);
  drawTimeline();
}

const label = (id) => now.layout.labels[map.place.get(id)] ?? String(id);

// ------------------------------------------------------------------------------------------------ one agent

function chosen(k, asksWhatIf) {
  if (k === undefined || k < 0) return;
  map.choose(k, true);
  showAgent(k);
  $("said").textContent = `${now.layout.labels[k]}: ${percent(map.risk[k])}`;
  if (asksWhatIf) compare({ fail: [now.layout.agents[k]] });
}

function showAgent(k) {
  const id = now.layout.agents[k];
  const item = now.forecast?.forecast.at_risk.find((one) => one.agent === id);
  $("agent").hidden = false;
  $("agent-name").textContent = now.layout.labels[k];
  $("agent-why").textContent = map.down.has(id) ? "It has failed." : item?.why ??
    `It fails within ${duration(now.forecast?.forecast.horizon_s)} with a chance of ${percent(map.risk[k])}.`;
  $("fail").onclick = () => compare({ fail: [id] });
}

function hover(k, px, py) {
  const tip = $("tip");
  tip.hidden = k < 0;
  if (k < 0) return;
  tip.textContent = `${now.layout.labels[k]}: ${map.down.has(now.layout.agents[k]) ? "has failed" : percent(map.risk[k])}`;
  tip.style.left = `${Math.min(px + 12, $("map").clientWidth - tip.offsetWidth - 4)}px`;
  tip.style.top = `${py + 12}px`;
}

// ------------------------------------------------------------------------------------------------ time

function drawTimeline() {
  const points = now.history.slice(-240), width = 640, height = 130, left = 34, bottom = 18;
  if (points.length < 2) {
    $("timeline").replaceChildren(element("p", { className: "soft", textContent: "A line begins with the second forecast." }));
    return;
  }
  const most = Math.max(1, ...points.map((p) => p.expected_failures));
  const begin = points[0].at, span = Math.max(1, points.at(-1).at - begin);
  const x = (p) => (left + ((p.at - begin) / span) * (width - left - 8)).toFixed(1);
  const y = (v) => (8 + (1 - v / most) * (height - bottom - 8)).toFixed(1);
  const line = points.map((p, k) => `${k ? "L" : "M"}${x(p)} ${y(p.expected_failures)}`).join("");
  const clock = (at) => new Date(at * 1000).toLocaleTimeString("en-GB");
  $("timeline").innerHTML = `<svg viewBox="0 0 ${width} ${height}" role="img" preserveAspectRatio="none"
    aria-label="Agents expected to fail, from ${clock(begin)} to ${clock(points.at(-1).at)}: now ${number(points.at(-1).expected_failures)}">
    <g stroke="var(--rule)"><line x1="${left}" x2="${width}" y1="${y(0)}" y2="${y(0)}"/><line x1="${left}" x2="${width}" y1="${y(most)}" y2="${y(most)}"/></g>
    <path d="${line}L${x(points.at(-1))} ${y(0)}L${left} ${y(0)}Z" fill="var(--r3)" opacity=".18"/>
    <path d="${line}" fill="none" stroke="var(--r3)" stroke-width="2" vector-effect="non-scaling-stroke"/></svg>`;
  const words = `Agents expected to fail: at most ${number(most)}, now ${number(points.at(-1).expected_failures)}; from ${clock(begin)} to ${clock(points.at(-1).at)}.`;
  $("timeline").append(element("figcaption", { className: "soft", textContent: words }));
}

// ------------------------------------------------------------------------------------------------ actions

function showActions({ plan, actions }) {
  $("plan").textContent = plan.headline ?? "No plan yet.";
  const drafts = new Map([...document.querySelectorAll("#actions li")].map((li) => [li.dataset.id, li.querySelector("input")?.value]));
  $("actions").replaceChildren(...actions.map((action) => {
    const without = action.expected_lost_without, most = Math.max(without, action.expected_lost_with, 1e-9);
    const bar = (words, value, more) => {
      const b = element("b", { className: more });
      b.style.width = `${(100 * value) / most}%`;
      return [element("span", { textContent: words }), b, element("span", { className: "n", textContent: number(value) })];
    };
    const made = element("li", { className: action.state },
      element("p", { textContent: action.why }),
      element("div", { className: "effect" }, ...bar("without", without, ""), ...bar("with", action.expected_lost_with, "with")),
      element("p", { className: "state", textContent: `${action.state} · cost ${action.cost} · to undo: ${action.undo}` }));
    made.dataset.id = action.id;
    const steps = { proposed: ["approve", "reject"], approved: ["undo"] }[action.state] ?? [];
    if (steps.length) {
      const reason = element("input", { placeholder: "reason", value: drafts.get(action.id) ?? "" });
      reason.setAttribute("aria-label", `Reason, for: ${action.why}`);
      const buttons = steps.map((step) => element("button", {
        textContent: step[0].toUpperCase() + step.slice(1), onclick: () => decide(action, step, reason),
      }));
      made.append(element("div", { className: "decide" }, reason, ...buttons));
    }
    return made;
  }));
}

async function decide(action, step, reason) {
  if (step !== "approve" && !reason.value.trim()) {
    reason.focus();
    say(`A reason is needed to ${step} an action.`);
    return;
  }
  try {
    const found = await ask("POST", path(`/actions/${action.id}/${step}`), { reason: reason.value },
      { "idempotency-key": crypto.randomUUID?.() ?? String(Math.random()).slice(2) });
    const failed = Object.entries(found.delivery).filter(([, how]) => how !== "delivered");
    say(failed.length ? `Written down as ${found.state}, but ${failed[0][0]} ${failed[0][1]}` : `The action is ${found.state}.`);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    say(error.message);
  }
  await refresh();
}

// ------------------------------------------------------------------------------------------------ what if

// What a person typed, as the network's own id: numbers stay numbers.
const known = (text) => now.layout.agents.find((id) => String(id) === text) ??
  now.layout.agents[now.layout.labels.indexOf(text)] ?? text;

$("whatif").addEventListener("submit", (event) => {
  event.preventDefault();
  const fail = $("wf-fail").value.split(",").map((word) => word.trim()).filter(Boolean).map(known);
  const [source, target] = [$("wf-source").value.trim(), $("wf-target").value.trim()];
  if ((source === "") !== (target === "")) return say("A link has two ends.");
  const links = source ? [{ source: known(source), target: known(target) }] : [];
  if (!fail.length && !links.length) return say("Name an agent, or a link.");
  compare({ fail, add_links: links });
});

async function compare(asked) {
  $("difference").textContent = "Simulating …";
  try {
    const found = await ask("POST", path("/whatif"), asked);
    const words = [];
    if (asked.fail?.length) words.push(`${asked.fail.map(label).join(", ")} failed`);
    for (const link of asked.add_links ?? []) words.push(`${label(link.source)} depended on ${label(link.target)}`);
    const rows = found.difference.slice(0, 12).map((row) => element("tr", {},
      element("td", { textContent: label(row.agent) }), element("td", { className: "n", textContent: percent(row.before) }),
      element("td", { className: "n", textContent: percent(row.after) })));
    const table = element("table", {}, element("thead", { innerHTML: '<tr><th>Agent</th><th class="n">now</th><th class="n">then</th></tr>' }),
      element("tbody", {}, ...rows));
    const lost = (o) => o.expected_failures + o.failed.length;
    $("difference").replaceChildren(
      element("p", {}, `If ${words.join(" and ")}: `, element("strong", { textContent: `${number(lost(found.after))} agents down` }),
        ` instead of ${number(lost(found.before))}.`),
      rows.length ? table : element("p", { className: "soft", textContent: "No agent's chance changes by half a percent." }));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    $("difference").textContent = error.message;
  }
}

// ------------------------------------------------------------------------------------------------ files

async function take(file) {
  const base = file.name.replace(/\.[^.]*$/, "").replace(/[^A-Za-z0-9._~-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "") || "network";
  try {
    const found = await ask("POST", `/topologies/${base.slice(0, 100)}/import?file=${encodeURIComponent(file.name)}`, file);
    say(`${found.topology}: ${found.agents} agents, ${found.links} links.`);
    now.name = null;
    location.hash = found.topology;
    await list();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    say(`${file.name}: ${error.message}`);
  }
}

$("file").addEventListener("change", () => {
  if ($("file").files.length) take($("file").files[0]);
  $("file").value = "";
});
$("open").addEventListener("keydown", (event) => {
  if (event.key === "Enter" || event.key === " ") $("file").click();
});
addEventListener("dragover", (event) => {
  event.preventDefault();
  $("drop").hidden = false;
});
addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) $("drop").hidden = true;
});
addEventListener("drop", (event) => {
  event.preventDefault();
  $("drop").hidden = true;
  if (event.dataTransfer.files.length) take(event.dataTransfer.files[0]);
});

// ------------------------------------------------------------------------------------------------ the line

function tell(kind, data) {
  if (kind === "lost") {
    now.stale = true;
    list().then(refresh);
  } else if (kind === "topology" || kind === "removed") {
    const size = now.layout && [now.layout.agents.length, now.layout.links.length];
    if (data.topology === now.name && kind === "topology") {
      if (!size || data.agents !== size[0] || data.links !== size[1] || data.applied === undefined) now.stale = true;
    } else {
      list();
    }
  } else if (data.topology === now.name) {
    if (kind === "forecast") now.history.push(data);
    refresh();
  }
}

$("topology").addEventListener("change", () => open($("topology").value));
$("find").addEventListener("change", () => chosen(map.place.get(known($("find").value.trim()))));
$("in").onclick = () => map.zoom(1.3);
$("out").onclick = () => map.zoom(1 / 1.3);
$("fit").onclick = () => map.fit();

await list();
follow(tell, (on) => {
  $("link").className = on ? "on" : "off";
  $("link").textContent = on ? "live" : "not connected";
  if (on) refresh();
});
