// How far one order is: the pass stands after the # of the address, which is sent to nobody with it. It is shown to the box
// as a bearer's; the answers come when something has changed, eight seconds later at most.

const pass = location.hash.slice(1);
const order = pass.length === 52 ? [0, 8, 12, 16, 20].map((at, n) => pass.slice(at, [8, 12, 16, 20, 32][n])).join("-") : "";
const STATES = {
  received: "Recibido", accepted: "En cola", preparing: "En preparación", ready: "¡Listo! Ya puedes recogerlo", served: "Entregado",
  on_the_way: "En camino", delivered: "Entregado", cancelled: "Cancelado: pregunta en la caja", merged: "Unido a otro pedido: pregunta en la caja",
};
/** How many of the three steps are done. */
const DONE = { received: 1, accepted: 1, preparing: 2, ready: 3, served: 3, on_the_way: 3, delivered: 3, cancelled: 0, merged: 0 };
const OVER = new Set(["served", "delivered", "cancelled", "merged"]);
const AGAIN_MS = 4000;

const at = (id) => document.getElementById(id);
let place = null;
let progress = null;
/** How far the box's clock is ahead of this phone's. */
let ahead = 0;

function said(text) {
  if (at("state").textContent !== text) at("state").textContent = text;
}

function show() {
  if (progress === null) return;
  at("number").textContent = progress.number;
  said(STATES[progress.status] ?? "");
  document.body.classList.toggle("is-ready", progress.status === "ready");
  const done = DONE[progress.status] ?? 0;
  at("steps").hidden = done === 0;
  [...at("steps").children].forEach((step, n) => step.classList.toggle("done", n < done));
  at("when").textContent = waiting();
}

function waiting() {
  if (progress.ready_at === null) return "";
  const minutes = Math.ceil((Date.parse(progress.ready_at) - Date.now() - ahead) / 60000);
  return minutes > 1 ? `Faltan unos ${minutes} minutos` : "Ya casi está";
}

function hear(frame) {
  if (frame.now !== undefined) ahead = Date.parse(frame.now) - Date.now();
  if (frame.type === "welcome") place = { journal: frame.journal_id, sequence: frame.sequence };
  const views = frame.type === "snapshot" ? frame.views : frame.type === "message" ? [frame] : [];
  for (const view of views) if (view.name === "progress" && view.view !== null) progress = view.view;
}

/** Whether there is more to hear. */
async function listen() {
  const asked = new URLSearchParams({ scope: `guest:${order}` });
  if (place !== null) {
    asked.set("journal_id", place.journal);
    asked.set("last_sequence", String(place.sequence));
  }
  const answer = await fetch(`/api/v1/live/poll?${asked}`, { headers: { authorization: `Bearer gst_${pass}` } });
  if (answer.status === 401 || answer.status === 403) {
    said("Este enlace ya no sirve");
    at("when").textContent = "Pregunta por tu pedido en la caja.";
    at("steps").hidden = true;
    return false;
  }
  if (!answer.ok) throw new Error(String(answer.status));
  (await answer.json()).frames.forEach(hear);
  at("stale").hidden = true;
  show();
  return progress === null || !OVER.has(progress.status);
}

async function follow() {
  for (;;) {
    try {
      if (!(await listen())) return;
    } catch {
      at("stale").hidden = false;
      await new Promise((wake) => { setTimeout(wake, AGAIN_MS); });
    }
  }
}

if (order === "") said("Escanea el código de tu recibo");
else void follow();
setInterval(show, 20000);
addEventListener("hashchange", () => location.reload());
