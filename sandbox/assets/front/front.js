// The front page: where each wallet is, with which keys, and which customers fail on purpose.

import { h, icon } from "/phone/assets/dom.js";

const NAMES = { inpost: "InPost Pay", netgiro: "Netgíró", vipps: "Vipps MobilePay" };
const COPIED_MS = 2000;

const said = document.getElementById("said");
const place = document.getElementById("wallets");

/** A button that copies a text; what it is, for those who do not see where it stands. */
function copier(text, what) {
  const button = h("button", { class: "round", "aria-label": `Copy: ${what}`, title: "Copy" }, icon("copy"));
  button.addEventListener("click", async () => {
    const copied = await navigator.clipboard.writeText(text).then(() => true, () => false);
    said.textContent = copied ? `${what} was copied.` : "The browser does not let this page copy: select the text.";
    if (!copied) return;
    button.replaceChildren(icon("check"));
    setTimeout(() => button.replaceChildren(icon("copy")), COPIED_MS);
  });
  return button;
}

const pair = (name) => ({ what, value }) =>
  h("div", { class: "pair" }, h("dt", {}, what), h("dd", {}, h("code", {}, value), copier(value, `${what}, ${name}`)));

const folded = (title, entries) => h("details", {}, h("summary", {}, title), h("ul", {}, entries));

const person = ({ number, what, ssn }) =>
  h("li", {}, h("a", { href: `/phone/${number}` }, number), ssn ? h("code", {}, ssn) : null, h("span", {}, what));

const fate = ({ what, value }) => h("li", {}, h("code", {}, value), h("span", {}, what));

function section({ wallet, addresses, credentials, first_call, customers, fates_of, fates }) {
  const name = NAMES[wallet] ?? wallet;
  return h(
    "section",
    { "aria-labelledby": `${wallet}-title`, "data-wallet": wallet },
    h("h2", { id: `${wallet}-title` }, name),
    h("dl", {}, [...addresses, ...credentials].map(pair(name))),
    h("h3", {}, "A first call"),
    h("div", { class: "first-call" }, h("pre", { tabindex: "0", "aria-label": `A first call, ${name}`, role: "region" }, first_call), copier(first_call, `A first call, ${name}`)),
    folded("Customers, and what happens to them", customers.map(person)),
    fates.length ? folded(fates_of, fates.map(fate)) : null,
  );
}

try {
  const answer = await fetch("/accounts");
  place.replaceChildren(...(await answer.json()).map(section));
} catch {
  place.replaceChildren(h("p", { class: "said error", role: "alert" }, "The sandbox does not answer. Is it running?"));
}
