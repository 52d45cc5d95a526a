// The plain page: who you are, the orders of the branch, and what was printed for each.
//
// It knows the branch only by its answers, asked for again and again: nothing is kept but the name to greet. When the
// branch does not answer, what was last seen stays, with its age said plainly, until an answer comes.

const POLL_MS = 1500;
const ANSWER_WITHIN_MS = 4000;
const SHOW_TICKETS_AT = 0.55; // of a printer's dots: two tickets of 80 mm paper stand side by side

const ROLES = {
  super_admin: "Plataforma", owner: "Propietario", admin: "Administración", cashier: "Caja",
  waiter: "Mesas", kitchen: "Cocina", rider: "Domicilios",
};
const TYPES = { dine_in: "Mesa", takeaway: "Para llevar", delivery: "Domicilio" };
const STATUSES = {
  received: ["Recibido", "is-new"], accepted: ["Aceptado", "is-new"], preparing: ["En preparación", "is-cooking"],
  ready: ["Listo", "is-ready"], on_the_way: ["En camino", "is-moving"], served: ["Servido", "is-done"],
  delivered: ["Entregado", "is-done"], cancelled: ["Cancelado", "is-cancelled"],
};
const OVER = new Set(["served", "delivered", "cancelled"]);
const TICKET_KINDS = { new: "", addition: "agregado", void: "anulado" };
const TICKET_STATUSES = { issued: "en fila", unknown: "puede no haber salido; se repite", proved: "impreso" };

const at = (id) => document.getElementById(id);
const copyOf = (template) => at(template).content.firstElementChild.cloneNode(true);

// ---- The branch: asking it, and how long ago it last answered

class Unreachable extends Error {}

let lastHeard = Date.now();
let isLost = false;
let clockAhead = 0; // of the branch's clock before this device's, in ms
let newSinceLost = 0;

/** Asks the branch. Answers {status, body, headers}; throws Unreachable when nothing sensible comes back in time. */
async function ask(method, path, body) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), ANSWER_WITHIN_MS);
  try {
    const answer = await fetch(`/api/v1/${path}`, {
      method, signal: patience.signal, cache: "no-store", credentials: "same-origin",
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body ? JSON.stringify(body) : undefined,
    });
    const text = await answer.text();
    if (answer.status >= 500) throw new Unreachable(`status ${answer.status}`);
    heardFromTheBranch(answer.headers.get("Date"));
    return { status: answer.status, body: text ? JSON.parse(text) : null, headers: answer.headers };
  } catch (cause) {
    isLost = true;
    showConnection();
    throw new Unreachable(String(cause));
  } finally {
    clearTimeout(timer);
  }
}

function heardFromTheBranch(date) {
  const theirs = Date.parse(date ?? "");
  if (Number.isFinite(theirs) && Math.abs(theirs - Date.now()) > 2000) clockAhead = theirs - Date.now();
  else clockAhead = 0;
  lastHeard = Date.now();
  if (!isLost) return showConnection();
  isLost = false;
  showConnection();
  if (wasSaidLost) sayWeAreBack();
}

let wasSaidLost = false;
let backTimer = 0;

/** Says how fresh the page is: nothing while all is well, a bar from the second on in which the branch stays silent. */
function showConnection() {
  const silentSeconds = Math.floor((Date.now() - lastHeard) / 1000);
  at("connection-dot").className = isLost ? "is-lost" : "is-well";
  setText(at("connection"), isLost ? "Sin conexión" : "Al día");
  document.body.classList.toggle("is-stale", isLost && silentSeconds >= 2);
  if (!isLost || silentSeconds < 2) return;
  wasSaidLost = true;
  clearTimeout(backTimer);
  at("notice").hidden = false;
  at("notice").classList.add("is-bad");
  setText(at("notice-text"), "Sin conexión con la caja");
  const seen = me ? ` · lo que ves es de las ${clockTime(lastHeard, "2-digit")}` : "";
  setText(at("notice-since"), `desde hace ${spell(silentSeconds)}${seen}`);
}

function sayWeAreBack() {
  wasSaidLost = false;
  newSinceLost = 0;
  at("notice").classList.remove("is-bad");
  setText(at("notice-text"), "De nuevo en conexión: estás al día");
  setText(at("notice-since"), "");
  backTimer = setTimeout(() => { at("notice").hidden = true; }, 4000);
}

function sayHowManyCame() {
  if (newSinceLost > 0 && !at("notice").hidden) {
    setText(at("notice-since"), newSinceLost === 1 ? "· 1 pedido nuevo" : `· ${newSinceLost} pedidos nuevos`);
  }
}

// ---- Who is here

let me = null; // {id, name, role}: only for the greeting; the branch knows us by its cookie
let chosenFace = null;

function showOnly(id) {
  for (const part of ["who", "pin", "orders"]) at(part).hidden = part !== id;
  at("me").hidden = id !== "orders";
}

async function askWhoYouAre(problem = "") {
  me = null;
  chosenFace = null;
  showOnly("who");
  setText(at("summary"), "Comanda");
  setText(at("who-problem"), problem);
  while (at("who").hidden === false) {
    try {
      const { status, body } = await ask("GET", "staff/faces");
      if (status === 200) return showFaces(body.items);
      setText(at("who-problem"), "La caja no mostró quién trabaja aquí. Se intenta otra vez.");
    } catch { /* the bar says it */ }
    await pause(POLL_MS);
  }
}

function showFaces(people) {
  const rows = people.map((person) => {
    const row = copyOf("face-template");
    row.querySelector(".initials").textContent = initials(person.name);
    row.querySelector("b").textContent = person.name;
    row.querySelector("small").textContent = ROLES[person.role] ?? person.role;
    row.querySelector("button").addEventListener("click", () => askForPin(person));
    return row;
  });
  at("faces").replaceChildren(...rows);
  at("no-faces").hidden = people.length > 0;
  at("faces").querySelector("button")?.focus({ focusVisible: false });
}

function askForPin(person) {
  chosenFace = person;
  setText(at("pin-initials"), initials(person.name));
  setText(at("pin-name"), person.name);
  setText(at("pin-problem"), "");
  at("pin-field").value = "";
  showOnly("pin");
  at("pin-field").focus();
}

async function enter(event) {
  event.preventDefault();
  const field = at("pin-field");
  if (!field.value) return setText(at("pin-problem"), "Escribe tu PIN.");
  allowEntering(false);
  setText(at("pin-problem"), "");
  let wait = 0;
  try {
    const { status, headers } = await ask("POST", "auth/login", { staff: chosenFace.id, pin: field.value });
    if (status === 200) {
      remember(chosenFace);
      field.value = "";
      allowEntering(true);
      return showOrders();
    }
    field.value = "";
    if (status === 429) wait = Number(headers.get("Retry-After")) || 30;
    else setText(at("pin-problem"), status === 401 ? "Ese PIN no es. Intenta otra vez." : "La caja no te dejó entrar. Pide ayuda a administración.");
  } catch {
    setText(at("pin-problem"), "La caja no responde. Tu PIN sigue escrito: intenta otra vez.");
  }
  for (; wait > 0 && !at("pin").hidden; wait -= 1) {
    setText(at("pin-problem"), `Demasiados intentos. Espera ${spell(wait)}.`);
    await pause(1000);
    if (wait === 1) setText(at("pin-problem"), "Ya puedes intentar otra vez.");
  }
  allowEntering(true);
  if (!at("pin").hidden) field.focus();
}

function allowEntering(isAllowed) {
  for (const control of at("pin").querySelectorAll("button:not(#back), input")) control.disabled = !isAllowed;
}

function pressPad(event) {
  const key = event.target.closest("button");
  const field = at("pin-field");
  if (!key || key.disabled) return;
  if (key.id === "back") return askWhoYouAre();
  if (key.id === "erase") field.value = field.value.slice(0, -1);
  else if (field.value.length < field.maxLength) field.value += key.textContent;
  setText(at("pin-problem"), "");
}

async function leave() {
  try {
    await ask("POST", "auth/logout");
  } catch {
    return; // still in, and the bar says that the branch does not answer
  }
  forget();
  askWhoYouAre();
}

function remember(person) {
  me = person;
  localStorage.setItem("comanda.me", JSON.stringify({ id: person.id, name: person.name, role: person.role }));
}

function recall() {
  try {
    return JSON.parse(localStorage.getItem("comanda.me"));
  } catch {
    return null;
  }
}

function forget() {
  localStorage.removeItem("comanda.me");
  location.hash = "";
}

// ---- The orders

const rows = new Map(); // order id → its row
let orders = new Map(); // order id → order, as last heard
let round = 0; // which stay on this view is polling; an older one stops by itself

async function showOrders() {
  showOnly("orders");
  setText(at("my-initials"), initials(me.name));
  setText(at("my-name"), me.name);
  showChoice();
  const mine = ++round;
  while (mine === round && !at("orders").hidden) {
    try {
      await refresh();
    } catch (problem) {
      if (!(problem instanceof Unreachable)) throw problem;
    }
    await pause(POLL_MS);
  }
}

async function refresh() {
  const { status, body } = await ask("GET", "orders?limit=50&sort=-created_at");
  if (status === 401) {
    forget();
    askWhoYouAre("Tu sesión terminó. Entra otra vez.");
    return;
  }
  if (status !== 200) {
    at("no-orders").hidden = false;
    setText(at("no-orders"), status === 403 ? "Tu rol no permite ver los pedidos." : "La caja no pudo mostrar los pedidos.");
    return;
  }
  showList(body.items);
  await refreshChosen();
}

function showList(items) {
  const isFirst = orders.size === 0;
  newSinceLost += isFirst ? 0 : items.filter((order) => !orders.has(order.id)).length;
  sayHowManyCame();
  orders = new Map(items.map((order) => [order.id, order]));
  for (const [id, row] of rows) {
    if (!orders.has(id)) {
      row.remove();
      rows.delete(id);
    }
  }
  // Rows already in place are not moved, so that the focus stays where it is.
  let next = at("rows").firstElementChild;
  for (const order of items) {
    const row = rows.get(order.id) ?? newRow(order.id);
    fillRow(row, order);
    if (row === next) next = next.nextElementSibling;
    else at("rows").insertBefore(row, next);
  }
  at("no-orders").hidden = items.length > 0;
  const open = items.filter((order) => !OVER.has(order.status)).length;
  setText(at("summary"), open === 1 ? "1 abierto" : `${open} abiertos`);
}

function newRow(id) {
  const row = copyOf("row-template");
  row.firstElementChild.addEventListener("click", () => { location.hash = `#/pedidos/${id}`; });
  rows.set(id, row);
  return row;
}

function fillRow(row, order) {
  const button = row.firstElementChild;
  setText(button.querySelector(".number"), order.number);
  setText(button.querySelector(".total"), money(order.total, order.currency));
  setText(button.querySelector(".where"), placeAndGuest(order));
  setText(button.querySelector(".what"), (order.lines ?? []).map((line) => `${line.quantity} ${line.name}`).join(", "));
  setText(button.querySelector(".age"), age(order.created_at));
  setStatus(button.querySelector(".status"), order.status);
  button.classList.toggle("is-over", OVER.has(order.status));
  button.classList.toggle("is-cancelled", order.status === "cancelled");
  if (order.id === chosenId()) button.setAttribute("aria-current", "true");
  else button.removeAttribute("aria-current");
}

function setStatus(place, status) {
  const [word, look] = STATUSES[status] ?? [status, ""];
  setText(place, word);
  place.className = `status ${look}`.trim();
}

// ---- The order that was chosen; its address holds which, so that «atrás» works

let shownId = null;

function chosenId() {
  return decodeURIComponent(location.hash.match(/^#\/pedidos\/(.+)$/)?.[1] ?? "");
}

function showChoice() {
  const id = chosenId();
  at("orders").classList.toggle("has-choice", id !== "");
  at("nothing-chosen").hidden = id !== "";
  at("chosen").hidden = id === "" || !orders.has(id);
  for (const [rowId, row] of rows) {
    if (rowId === id) row.firstElementChild.setAttribute("aria-current", "true");
    else row.firstElementChild.removeAttribute("aria-current");
  }
  if (id === shownId) return;
  const previous = rows.get(shownId)?.firstElementChild;
  shownId = id;
  tickets.clear();
  at("tickets").replaceChildren();
  at("no-tickets").hidden = true;
  at("detail").scrollTop = 0;
  if (!id) return previous?.focus();
  if (orders.has(id)) fillDetail(orders.get(id));
  at("detail-number").focus();
  refreshChosen().catch(() => {});
}

async function refreshChosen() {
  const id = chosenId();
  if (!id || at("orders").hidden) return;
  const path = `orders/${encodeURIComponent(id)}`;
  const [order, printed] = await Promise.all([ask("GET", path), ask("GET", `${path}/tickets`)]);
  if (id !== chosenId()) return;
  if (order.status === 404) {
    location.hash = "";
    return;
  }
  if (order.status === 200) {
    fillDetail(order.body);
    at("chosen").hidden = false;
  }
  if (printed.status === 200) showTickets(printed.body.items, order.body.number);
}

function fillDetail(order) {
  setText(at("detail-number"), order.number);
  setStatus(at("detail-status"), order.status);
  const facts = [placeAndGuest(order), clockTime(Date.parse(order.created_at)), age(order.created_at), order.consecutive];
  setText(at("detail-where"), facts.filter(Boolean).join(" · "));
  const reason = order.cancelled?.reason ?? "";
  at("detail-reason").hidden = !reason;
  setText(at("detail-reason"), `Cancelado: ${reason}`);
  at("detail-note").hidden = !order.notes;
  setText(at("detail-note"), `«${order.notes}»`);
  at("lines").replaceChildren(...(order.lines ?? []).map((line) => lineOf(line, order.currency)));
  at("sums").replaceChildren(...sumsOf(order));
}

function lineOf(line, currency) {
  const row = copyOf("line-template");
  const isVoided = line.status === "voided";
  row.classList.toggle("is-voided", isVoided);
  row.querySelector(".quantity").textContent = line.quantity;
  row.querySelector(".name").textContent = isVoided ? `${line.name} (anulado)` : line.name;
  row.querySelector(".total").textContent = money(line.total, currency);
  row.querySelector(".note").textContent = line.notes ? `«${line.notes}»` : "";
  const modifiers = (line.modifiers ?? []).map((modifier) => {
    const item = document.createElement("li");
    item.textContent = modifier.price > 0 ? `+ ${modifier.name}` : modifier.name;
    return item;
  });
  row.querySelector(".modifiers").replaceChildren(...modifiers);
  return row;
}

function sumsOf(order) {
  const isTaxIncluded = order.total === order.subtotal - order.discount;
  const sums = [
    ["Subtotal", order.subtotal, order.subtotal !== order.total],
    ["Descuento", -order.discount, order.discount > 0],
    [isTaxIncluded ? "Impuestos incluidos" : "Impuestos", order.tax, order.tax > 0],
    ["Propina voluntaria", order.tip, order.tip > 0],
    ["Total", order.total, true],
  ];
  return sums.filter(([, , isShown]) => isShown).flatMap(([word, minor]) => {
    const term = document.createElement("dt");
    const sum = document.createElement("dd");
    term.textContent = word;
    sum.textContent = money(minor, order.currency);
    if (word === "Total") term.className = sum.className = "is-total";
    return [term, sum];
  });
}

// ---- Its tickets

const tickets = new Map(); // ticket id → its place on the page

function showTickets(items, number) {
  at("no-tickets").hidden = items.length > 0;
  for (const ticket of items) {
    const place = tickets.get(ticket.id) ?? newTicket(ticket.id);
    const facts = [TICKET_KINDS[ticket.kind] ?? ticket.kind, TICKET_STATUSES[ticket.status] ?? ticket.status];
    setText(place.querySelector("b"), ticket.station_name);
    setText(place.querySelector("span"), facts.filter(Boolean).join(" · "));
    place.querySelector("img").alt = `Tiquete de ${ticket.station_name} del pedido ${number}`;
    if (place.dataset.missing) place.querySelector("img").src = `${pictureOf(ticket.id)}?intento=${Date.now()}`;
  }
}

function newTicket(id) {
  const place = copyOf("ticket-template");
  const picture = place.querySelector("img");
  const link = place.querySelector("a");
  picture.addEventListener("load", () => {
    delete place.dataset.missing;
    picture.width = Math.round(picture.naturalWidth * SHOW_TICKETS_AT);
    link.hidden = false;
    place.querySelector(".empty").hidden = true;
  });
  picture.addEventListener("error", () => {
    place.dataset.missing = "yes";
    link.hidden = true;
    place.querySelector(".empty").hidden = false;
  });
  link.href = picture.src = pictureOf(id);
  tickets.set(id, place);
  at("tickets").append(place);
  return place;
}

function pictureOf(id) {
  return `/api/v1/print/tickets/${encodeURIComponent(id)}.png`;
}

// ---- Words

/** `$ 18.500` of 1850000; other currencies with their code and two decimals. */
function money(minor, currency) {
  if (typeof minor !== "number") return "";
  const sign = minor < 0 ? "−" : "";
  const digits = currency === "COP" ? 0 : 2;
  const amount = new Intl.NumberFormat("es-CO", { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: "always" })
    .format(Math.abs(minor) / 100);
  return `${sign}${currency === "COP" ? "$" : currency}\u00a0${amount}`;
}

function placeAndGuest(order) {
  const { table } = order;
  const place = order.type === "dine_in" && table ? (/^\d+$/.test(table) ? `Mesa ${table}` : table) : TYPES[order.type] ?? order.type;
  return [place, order.customer?.name].filter(Boolean).join(" · ");
}

function age(instant) {
  const seconds = Math.max(0, Math.floor((Date.now() + clockAhead - Date.parse(instant)) / 1000));
  if (seconds < 60) return "ahora";
  return `hace ${spell(seconds)}`;
}

function spell(seconds) {
  if (seconds < 60) return `${seconds}\u00a0s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}\u00a0min`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)}\u00a0h`;
  return seconds < 172800 ? "1\u00a0día" : `${Math.floor(seconds / 86400)}\u00a0días`;
}

function clockTime(instant, seconds) {
  return new Intl.DateTimeFormat("es-CO", { hour: "numeric", minute: "2-digit", second: seconds }).format(instant);
}

function initials(name) {
  const words = name.replace(/^(Don|Doña)\s+/i, "").split(/\s+/).filter(Boolean);
  return words.slice(0, 2).map((word) => word[0].toLocaleUpperCase("es")).join("");
}

/** Changes the text only when it is another, so that screen readers are not told the same again. */
function setText(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

let wakeUp = () => {};

function pause(milliseconds) {
  return new Promise((done) => {
    const timer = setTimeout(done, milliseconds);
    wakeUp = () => { clearTimeout(timer); done(); };
  });
}

// ---- Start

at("pin").addEventListener("submit", enter);
at("pad").addEventListener("click", pressPad);
at("pin-field").addEventListener("input", () => { at("pin-field").value = at("pin-field").value.replace(/\D/g, ""); });
at("leave").addEventListener("click", leave);
at("close").addEventListener("click", () => { location.hash = ""; });
addEventListener("hashchange", () => showChoice());
addEventListener("online", () => wakeUp());
document.addEventListener("visibilitychange", () => { if (!document.hidden) wakeUp(); });
document.addEventListener("keydown", (event) => {
  if (!at("pin").hidden && /^[0-9]$/.test(event.key) && document.activeElement !== at("pin-field")) at("pin-field").focus();
  if (event.key === "Escape" && !at("pin").hidden) askWhoYouAre();
  if (event.key === "Escape" && !at("orders").hidden && chosenId()) location.hash = "";
  if ((event.key === "ArrowDown" || event.key === "ArrowUp") && document.activeElement?.classList.contains("row")) {
    const row = document.activeElement.parentElement;
    const next = event.key === "ArrowDown" ? row.nextElementSibling : row.previousElementSibling;
    next?.firstElementChild.focus();
    event.preventDefault();
  }
});
setInterval(showConnection, 1000);

me = recall();
if (me) showOrders();
else askWhoYouAre();
