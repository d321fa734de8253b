// The page of the faults: asks for them, moves the clock, shows the calls.

import { h } from "/phone/assets/dom.js";

const KINDS = {
  delay: "the call waits, then goes on",
  drop_before: "the connection closes without an answer, nothing was done",
  drop_after: "the connection closes without an answer, everything was done",
  duplicate: "the call is handled twice",
  fail: "an error is answered, nothing was done",
  fail_after: "an error is answered, everything was done",
  tamper_signature: "to the shop: the signature does not fit the body",
  replay: "to the shop: the same bytes are sent once more",
  hold: "to the shop: the call waits below until it is released, and others overtake it",
  stale_timestamp: "to the shop: signed an hour ago",
  unknown_key_version: "to the shop: signed with a key that was never published",
};
const DIRECTIONS = { from_merchant: "from the shop", from_browser: "from the page", to_merchant: "to the shop" };
const WALLETS = { inpost: "InPost Pay", netgiro: "Netgíró", vipps: "Vipps MobilePay" };
const EVERY_MS = 2000;
const SHOWN = 200;

const at = (id) => document.getElementById(id);
let after = 0;
/** What the table of the till shows, so that it is drawn anew only when something has changed. */
let tillShown = "";

async function call(method, path, body) {
  const answer = await fetch(`/control${path}`, {
    method,
    headers: body ? { "content-type": "application/json" } : {},
    body: body ? JSON.stringify(body) : undefined,
  });
  const text = await answer.text();
  const members = text ? JSON.parse(text) : {};
  if (!answer.ok) throw new Error(members.detail ?? answer.statusText);
  return members;
}

function say(text, wrong = false) {
  at("said").textContent = text;
  at("said").classList.toggle("error", wrong);
}

/** Does something, says that it was done or why not, and shows how things stand now. */
async function act(what, done) {
  try {
    await what();
    say(done);
  } catch (error) {
    say(error.message, true);
  }
  await show();
}

async function show() {
  const [faults, held, clock, keys] = await Promise.all(["/faults", "/held", "/clock", "/keys"].map((path) => call("GET", path)));
  if (!at("call").options.length) {
    const wallets = Map.groupBy(faults.calls, (name) => name.split(".")[0]);
    at("call").append(
      ...[...wallets].map(([wallet, names]) => h("optgroup", { label: WALLETS[wallet] ?? wallet }, names.map((name) => h("option", { value: name }, name)))),
    );
    at("kind").append(...faults.kinds.map((kind) => h("option", { value: kind }, kind.replaceAll("_", " "))));
    fit();
  }
  at("faults").replaceChildren(
    ...faults.faults.map((fault) => {
      const often = fault.times_left ? `next ${fault.times_left}` : "always";
      const detail = fault.ms ? `${fault.ms} ms` : fault.status ? `${fault.status} ${fault.error_code}` : "";
      return h(
        "li",
        { class: "row" },
        h("span", {}, `${fault.call}: ${fault.kind.replaceAll("_", " ")} ${detail}`, h("small", {}, often)),
        h("button", { class: "button small", onclick: () => act(() => call("DELETE", `/faults/${fault.id}`), "Taken away.") }, "Take away"),
      );
    }),
  );
  at("held").replaceChildren(
    ...held.held.map((one) =>
      h(
        "li",
        { class: "row" },
        h("span", {}, one.call, h("small", {}, `held since ${new Date(one.at).toLocaleTimeString("en-GB")}`)),
        h("button", { class: "button small", onclick: () => act(() => call("POST", `/held/${one.id}/release`), "Released.") }, "Release"),
        h("button", { class: "button small", onclick: () => act(() => call("DELETE", `/held/${one.id}`), "Lost.") }, "Lose"),
      ),
    ),
  );
  const ahead = clock.ahead_seconds ? `, ${clock.ahead_seconds} s ahead of the world` : "";
  at("clock").textContent = `${new Date(clock.now).toLocaleString("en-GB")}${ahead}`;
  const published = keys.keys.filter((key) => key.published).map((key) => key.version);
  at("keys").textContent = `Version ${keys.current} signs. Published: ${published.join(", ") || "none"}.`;
}

async function showCalls() {
  const { calls } = await call("GET", `/calls?after=${after}`);
  if (!calls.length) return;
  after = calls.at(-1).seq;
  // A call may have used up a fault.
  await show();
  const rows = calls.map((one) => {
    const answer = one.status === null ? "no answer" : `${one.status} ${one.error_code ?? ""}`;
    return h(
      "tr",
      {},
      h("td", {}, new Date(one.at).toLocaleTimeString("en-GB")),
      h("td", {}, DIRECTIONS[one.direction]),
      h("td", {}, one.call),
      h("td", {}, `${one.method} ${one.route}`),
      h("td", { class: one.status === null || one.status >= 400 ? "bad" : null }, answer),
      h("td", {}, one.faults.join(", ").replaceAll("_", " ")),
    );
  });
  at("calls").prepend(...rows.reverse());
  while (at("calls").rows.length > SHOWN) at("calls").lastElementChild.remove();
}

/** An amount in the smallest unit that its currency has. */
function money(value, currency) {
  const format = new Intl.NumberFormat("en-GB", { style: "currency", currency });
  return format.format(value / 10 ** format.resolvedOptions().maximumFractionDigits);
}

/** The till's payments in both wallets, newest first. */
async function showTill() {
  const [{ payments }, { carts }] = await Promise.all([call("GET", "/vipps/payments"), call("GET", "/netgiro/carts")]);
  const vipps = payments.map(({ created, reference, amount, state, aggregate }) => {
    const of = ({ value } = { value: 0 }) => money(value, amount.currency);
    return { at: created, cells: [WALLETS.vipps, reference, of(amount), state, of(aggregate.capturedAmount), of(aggregate.refundedAmount)] };
  });
  const netgiro = carts.map(({ created, reference, amount, status, paid, refunded }) => {
    const of = (value) => money(value, "ISK");
    return { at: created, cells: [WALLETS.netgiro, reference, of(amount), status.replaceAll("_", " "), of(paid), of(refunded)] };
  });
  const text = JSON.stringify([payments, carts]);
  if (text === tillShown) return;
  tillShown = text;
  const all = [...vipps, ...netgiro].sort((one, other) => Date.parse(other.at) - Date.parse(one.at)).slice(0, SHOWN);
  at("till").replaceChildren(
    ...all.map((one) => h("tr", {}, h("td", {}, new Date(one.at).toLocaleTimeString("en-GB")), one.cells.map((cell) => h("td", {}, cell)))),
  );
  at("till-table").hidden = !all.length;
  at("till-none").hidden = all.length > 0;
}

/** Shows only the fields that belong to the chosen kind. */
function fit() {
  const kind = at("kind").value;
  for (const label of document.querySelectorAll("[data-for]")) label.hidden = !label.dataset.for.split(" ").includes(kind);
  at("kind-hint").textContent = `${KINDS[kind] ?? ""}.`;
}

/** The wish that the form describes. A field that is no number goes as it stands: the sandbox says what is wrong. */
function wish() {
  const number = (id) => (/^\d+$/.test(at(id).value.trim()) ? Number(at(id).value) : at(id).value.trim());
  const kind = at("kind").value;
  const wished = { call: at("call").value, kind };
  if (kind === "delay") wished.ms = number("ms");
  if (kind.startsWith("fail")) Object.assign(wished, { status: number("status"), error_code: at("error_code").value.trim() });
  if (at("times").value.trim()) wished.times = number("times");
  return wished;
}

at("kind").addEventListener("change", fit);
at("fault").addEventListener("submit", (event) => {
  event.preventDefault();
  act(() => call("POST", "/faults", wish()), "The fault waits for its call.");
});
at("advance").addEventListener("click", (event) => {
  const seconds = Number(event.target.dataset?.seconds);
  if (seconds) act(() => call("POST", "/clock", { advance_seconds: seconds }), "The clock was moved.");
});
at("rotate").addEventListener("click", () => act(() => call("POST", "/keys/rotate", {}), "A new key signs from now on."));
at("rotate-retire").addEventListener("click", () =>
  act(() => call("POST", "/keys/rotate", { retire_old: true }), "A new key signs; the old ones are no longer published."),
);
at("clear-calls").addEventListener("click", () =>
  act(async () => {
    await call("DELETE", "/calls");
    at("calls").replaceChildren();
  }, "The list is empty."),
);
at("reset").addEventListener("click", () =>
  act(async () => {
    await call("POST", "/reset");
    at("calls").replaceChildren();
  }, "Everything is as after the first start."),
);

await show();
const look = () => Promise.all([showCalls(), showTill()]).catch(() => say("The sandbox does not answer. Is it running?", true));
await look();
setInterval(() => document.visibilityState === "visible" && look(), EVERY_MS);
