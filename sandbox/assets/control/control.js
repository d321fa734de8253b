// The page of the faults: asks for them, moves the clock, shows the calls.

import { h } from "/phone/assets/dom.js";

const KINDS = {
  delay: "the call waits, then goes on",
  drop_before: "the connection closes without an answer, nothing was done",
  drop_after: "the connection closes without an answer, everything was done",
  duplicate: "the call is handled twice",
  fail: "an error is answered, nothing was done",
  fail_after: "an error is answered, everything was done",
  tamper_signature: "the signature does not fit the body",
  replay: "to the shop: the same bytes are sent once more",
  hold: "to the shop: the call waits below until it is released, and others overtake it",
  stale_timestamp: "to the shop: signed an hour ago",
  unknown_key_version: "to the shop: signed with a key that was never published",
};
const DIRECTIONS = { from_merchant: "from the shop", from_browser: "from the page", to_merchant: "to the shop" };
const WALLETS = { inpost: "InPost Pay", netgiro: "Netgíró", vipps: "Vipps MobilePay" };
/** What `fail` answers, where nobody has typed anything else, and what may be typed. */
const ERRORS = {
  "vipps.token": ["server_error", "A word of OAuth’s."],
  "vipps.login": ["server_error", "A word of OAuth’s, such as access_denied with 400."],
  vipps: ["3010", "A number of Vipps MobilePay’s, such as 6280 with 400. 401, 403, 422 and 429 have the gateway’s shape."],
  netgiro: ["500", "On the four carts’ calls the number is the ResultCode."],
  inpost: ["INTERNAL_SERVER_ERROR", "A code of InPost’s, such as BASKET_EXPIRED with 410."],
};
const EVERY_MS = 2000;
const SHOWN = 200;

const at = (id) => document.getElementById(id);
let after = 0;
/** What the table of the till shows, so that it is drawn anew only when something has changed. */
let tillShown = "";
/** What a fault can be asked for: `/control/faults`. */
let possible = null;
/** Whose error code the field has. */
let suggestedFor = null;

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
  const paths = ["/faults", "/held", "/clock", "/keys", "/vipps/keys"];
  const [faults, held, clock, keys, vippsKeys] = await Promise.all(paths.map((path) => call("GET", path)));
  possible = faults;
  if (!at("call").options.length) {
    const wallets = Map.groupBy(faults.calls, (name) => name.split(".")[0]);
    at("call").append(
      ...[...wallets].map(([wallet, names]) =>
        h(
          "optgroup",
          { label: WALLETS[wallet] ?? wallet },
          names.map((name) => h("option", { value: name }, name)),
          h("option", { value: `${wallet}.*` }, `${wallet}.*, every call`),
        ),
      ),
    );
    at("kind").append(...faults.kinds.map((kind) => h("option", { value: kind }, kind.replaceAll("_", " "))));
    fit();
  }
  at("faults").replaceChildren(
    ...faults.faults.map((fault) => {
      const chance = fault.chance_percent < 100 ? `, ${fault.chance_percent} % of them` : "";
      const often = `${fault.times_left ? `next ${fault.times_left}` : "always"}${chance}`;
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
  at("vipps-keys").textContent = `${vippsKeys.current} signs. Published: ${vippsKeys.published.join(", ")}.`;
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

/** Shows only the fields that belong to the chosen kind, and offers only the kinds that the chosen call can suffer. */
function fit() {
  const wanted = at("call").value;
  const hits = (names) => names.some((name) => (wanted.endsWith("*") ? name.startsWith(wanted.slice(0, -1)) : name === wanted));
  const signed = hits(possible.signed_calls);
  for (const option of at("kind").options) {
    const fits = !possible.signed_kinds.includes(option.value) || signed;
    option.disabled = !fits && !(option.value === "tamper_signature" && hits(possible.signed_answers));
  }
  if (at("kind").selectedOptions[0]?.disabled) at("kind").selectedIndex = 0;
  const kind = at("kind").value;
  for (const label of document.querySelectorAll("[data-for]")) label.hidden = !label.dataset.for.split(" ").includes(kind);
  at("kind-hint").textContent = `${KINDS[kind] ?? ""}.`;
  const [calls, [code, hint]] = Object.entries(ERRORS).find(([beginning]) => wanted.startsWith(beginning));
  // What was typed for one wallet means nothing to another.
  if (calls !== suggestedFor) at("error_code").value = code;
  suggestedFor = calls;
  at("code-hint").textContent = hint;
}

/** The wish that the form describes. A field that is no number goes as it stands: the sandbox says what is wrong. */
function wish() {
  const number = (id) => (/^\d+$/.test(at(id).value.trim()) ? Number(at(id).value) : at(id).value.trim());
  const kind = at("kind").value;
  const wished = { call: at("call").value, kind };
  if (kind === "delay") wished.ms = number("ms");
  if (kind.startsWith("fail")) Object.assign(wished, { status: number("status"), error_code: at("error_code").value.trim() });
  if (at("times").value.trim()) wished.times = number("times");
  if (at("chance_percent").value.trim() !== "100") wished.chance_percent = number("chance_percent");
  return wished;
}

at("kind").addEventListener("change", fit);
at("call").addEventListener("change", fit);
at("fault").addEventListener("submit", (event) => {
  event.preventDefault();
  act(() => call("POST", "/faults", wish()), "The fault waits for its call.");
});
at("advance").addEventListener("click", (event) => {
  const seconds = Number(event.target.dataset?.seconds);
  if (seconds) act(() => call("POST", "/clock", { advance_seconds: seconds }), "The clock was moved.");
});
at("rotate").addEventListener("click", () => act(() => call("POST", "/keys/rotate", {}), "A new key signs from now on."));
at("rotate-vipps").addEventListener("click", () => act(() => call("POST", "/vipps/keys/rotate"), "Another key signs id tokens from now on."));
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
