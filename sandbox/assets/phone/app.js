// The phone in a browser: what it knows, where the reader is, and the one place that draws.

import { call, follow, Problem } from "./api.js";
import { h, icon, redraw } from "./dom.js";
import { desk } from "./desk.js";
import { clockTime, loadTexts, t } from "./texts.js";
import { tick } from "./countdown.js";
import { pushCard } from "./parts.js";
import { announced } from "./wallets.js";
import { basket } from "./screens/basket.js";
import { checkout } from "./screens/checkout.js";
import { home } from "./screens/home.js";
import { lock } from "./screens/lock.js";
import { open } from "./screens/open.js";
import { order } from "./screens/order.js";
import { outcome } from "./screens/outcome.js";
import { picker } from "./screens/picker.js";
import { request } from "./screens/request.js";

const SCREENS = { "": lock, home, open, request, basket, checkout, order, outcome };

/** Everything the screens know. */
export const app = {
  number: /^\/phone\/(\d{7,15})\/?$/.exec(location.pathname)?.[1] ?? null,
  /** A link into the app that a phone is to be picked for. */
  link: location.pathname === "/phone/open" ? new URLSearchParams(location.search).get("link") : null,
  /** What the sandbox says is on this phone. */
  screen: null,
  online: true,
  /** A tap is on its way. */
  busy: false,
  /** What went wrong with the last tap. */
  problem: null,
  /** The code that was copied last. */
  copied: null,
  /** What came of the last tap, for its own screen. */
  outcome: null,
  /** The id of what a tap is about, which stays on the screen until its outcome does. */
  holding: null,
  /** What was typed and chosen, by the thing it is about. */
  forms: {},
  /** A request that arrived while the reader was busy with something else. */
  banner: null,
  /** The sandbox's clock less this browser's, in milliseconds. */
  ahead: 0,
  phones: null,
};

const known = new Set();
const place = document.getElementById("screen");
const said = document.getElementById("said");
let shown = null;

/** Where the reader is: `#/basket/<id>` is `["basket", "<id>"]`. */
export const route = () => location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);

/** Goes to another screen. `instead` leaves no trace in the browser's history. */
export function go(path, instead = false) {
  app.problem = null;
  const hash = `#/${path}`;
  if (location.hash === hash) return draw();
  if (instead) {
    history.replaceState(null, "", hash);
    draw();
  } else {
    location.hash = hash;
  }
}

/** What was typed and chosen about something. */
export const form = (about, fresh) => (app.forms[about] ??= fresh());

/** Does one tap at a time: busy, then what came of it, or what went wrong. */
export async function tap(method, path, body) {
  if (app.busy) return null;
  app.busy = true;
  app.problem = null;
  draw();
  try {
    return (await call(method, `/${app.number}${path}`, body)) ?? {};
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    app.problem = problem;
    return null;
  } finally {
    app.busy = false;
    draw();
  }
}

/** Reads the phone once more, without waiting for the stream. */
export async function look() {
  try {
    take(await call("GET", `/${app.number}`));
  } catch {
    // The stream brings it as soon as the sandbox answers again.
  }
}

/** Says something to those who listen to the page. */
export function say(text) {
  said.textContent = text;
}

/** Draws everything anew. */
export function draw() {
  const [name, id] = route();
  const screen = app.number ? SCREENS[name] ?? lock : picker;
  if (app.number && !app.screen) return;
  // A question that waits for an answer is not torn down; it draws when it closes.
  if (document.querySelector("dialog[open]")) return;
  const { title, look: appearance = "app", wallet = "", step = "", content } = screen(app, id);
  const at = app.number ? `${name}/${id ?? ""}/${step}` : "picker";
  const moved = shown !== null && shown !== at;
  document.body.dataset.look = appearance;
  place.dataset.wallet = wallet;
  place.classList.toggle("arriving", shown !== at);
  redraw(place, content);
  redraw(document.getElementById("status"), status());
  redraw(document.getElementById("banner"), appearance === "app" && app.banner ? banner() : []);
  redraw(document.getElementById("desk"), desk(app));
  document.title = `${title} · Karfa sandbox`;
  if (moved) {
    place.scrollTop = 0;
    (place.querySelector("h1") ?? place).focus({ preventScroll: true });
  }
  shown = at;
  tick();
}

function status() {
  const lockable = app.number && route()[0] !== "";
  return [
    h("span", { class: "status-time", "data-clock": true }, clockTime(Date.now() + app.ahead)),
    app.online ? null : h("span", { class: "status-offline", role: "status" }, t("offline")),
    lockable
      ? h("button", { class: "status-lock", id: "lock", "aria-label": t("lock"), title: t("lock"), onclick: () => go("") }, icon("lock"))
      : h("span", { class: "status-bars", "aria-hidden": "true" }, h("i"), h("i"), h("i"), h("i")),
  ];
}

function banner() {
  const waiting = app.screen.inbox.find((one) => one.id === app.banner);
  const [name, id] = route();
  if (!waiting || name === "home" || (name === "request" && id === waiting.id)) return [];
  const later = () => {
    app.banner = null;
    draw();
  };
  return h(
    "section",
    { class: "banner", "aria-label": announced(waiting).title },
    pushCard(waiting, "banner-open", () => {
      app.banner = null;
      go(`request/${waiting.id}`);
    }),
    h("button", { class: "round quiet", id: "banner-later", "aria-label": t("later"), onclick: later }, icon("cross")),
  );
}

function take(screen) {
  const first = app.screen === null;
  app.screen = screen;
  app.ahead = Date.parse(screen.now) - Date.now();
  for (const one of screen.inbox) {
    if (known.has(one.id)) continue;
    known.add(one.id);
    if (!first) {
      // The lock screen and the start screen list it themselves; an opened link leads to it.
      if (!["", "home", "open"].includes(route()[0])) app.banner = one.id;
      const { title, text } = announced(one);
      say(`${title} ${text}`);
    }
  }
  draw();
}

async function start() {
  await loadTexts();
  window.addEventListener("hashchange", () => {
    if (!app.holding) app.problem = null;
    draw();
  });
  setInterval(tick, 1000);
  if (!app.number) {
    draw();
    app.phones = await call("GET", "").catch(() => null);
    draw();
    return;
  }
  follow(app.number, {
    onScreen: take,
    onLine(online) {
      if (online === app.online) return;
      app.online = online;
      say(t(online ? "online" : "offline"));
      draw();
    },
  });
}

start();
