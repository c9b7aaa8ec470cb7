// Asking the service: JSON in and out, a token when one is needed, events that go on after a break.

let token = sessionStorage.getItem("aura-token") || "";
let asking = null;

function login() {
  asking ??= new Promise((resolve) => {
    const dialog = document.getElementById("login");
    dialog.addEventListener("close", () => {
      token = document.getElementById("token").value.trim();
      sessionStorage.setItem("aura-token", token);
      asking = null;
      resolve();
    }, { once: true });
    dialog.showModal();
  });
  return asking;
}

function headers(more) {
  return token ? { ...more, authorization: "Bearer " + token } : { ...more };
}

export class Refused extends Error {
  constructor(problem) {
    super(problem.detail + (problem.pointer ? ` (at ${problem.pointer})` : ""));
    this.problem = problem;
  }
}

// The answer as an object; null for 204. Throws Refused with the service's own words.
export async function ask(method, path, body, more) {
  const text = body === undefined || body instanceof Blob || typeof body === "string" ? body : JSON.stringify(body);
  const answer = await fetch(path, { method, body: text, headers: headers(more) });
  if (answer.status === 401) {
    await login();
    return ask(method, path, body, more);
  }
  if (answer.status === 204) return null;
  const found = await answer.json();
  if (!answer.ok) throw new Refused(found);
  return found;
}

// Calls tell(kind, data) for each event, and state(on) when the line comes and goes. fetch instead of EventSource: that
// one cannot send a token.
export async function follow(tell, state) {
  let last = null;
  for (let pause = 500; ; pause = Math.min(pause * 2, 8000)) {
    try {
      const answer = await fetch("/stream", { headers: headers(last === null ? {} : { "last-event-id": last }) });
      if (answer.status === 401) await login();
      if (!answer.ok) throw new Error(answer.statusText);
      state(true);
      pause = 500;
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        const parts = (rest + value).split("\n\n");
        rest = parts.pop();
        for (const part of parts) {
          const event = {};
          for (const line of part.split("\n")) {
            const colon = line.indexOf(": ");
            if (colon > 0) event[line.slice(0, colon)] = line.slice(colon + 2);
          }
          if (event.id) last = event.id;
          if (event.event === "lost") last = null;
          if (event.event) tell(event.event, JSON.parse(event.data));
        }
      }
    } catch { /* the service is away: try again */ }
    state(false);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
