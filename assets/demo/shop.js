// Comfort for the shop's pages: every form works without it.

const buttons = () => document.querySelectorAll("inpost-izi-button");

/** The form of a product with variants: price, picture, stock and the button follow what is chosen. */
function followVariants(form) {
  const variants = JSON.parse(form.dataset.variants || "[]");
  if (variants.length === 0) return;
  const groups = [...form.querySelectorAll("fieldset.options")];
  const submit = form.querySelector("button[type=submit]");
  const price = document.querySelector("[data-product-price]");
  const picture = document.querySelector("[data-product-picture]");
  const stock = form.querySelector("[data-product-stock]");

  const choice = () => {
    const options = groups.map((group) => group.querySelector("input:checked")?.value);
    return variants.find((variant) => variant.options.every((option, at) => option === options[at]));
  };
  const follow = () => {
    const chosen = choice();
    for (const button of buttons()) button.setAttribute("data-product-id", chosen?.id ?? form.dataset.parent);
    submit.disabled = chosen?.most === 0;
    if (!chosen) return;
    price.textContent = chosen.price;
    stock.textContent = chosen.stock;
    stock.removeAttribute("data-undecided");
    stock.classList.toggle("stock-none", chosen.most === 0);
    if (picture.getAttribute("src") !== chosen.image) picture.src = chosen.image;
    picture.alt = chosen.alt;
    form.elements.quantity.max = Math.max(chosen.most, 1);
  };
  form.addEventListener("change", (event) => {
    follow();
    // The address then names the variant, so that it can be passed on and survives a reload.
    const chosen = choice();
    if (chosen && event.target.type === "radio") history.replaceState(null, "", chosen.url);
  });
  // A browser may bring back choices of an earlier visit.
  addEventListener("pageshow", follow);
}

/** A page that is shown again is a new intention: its form adds once more, and a double click still adds once. */
function renewRequest(form) {
  addEventListener("pageshow", () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    form.elements.request_id.value = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  });
}

/** A line's button appears when there is something to change. */
function offerChange(form) {
  const { quantity } = form.elements;
  const button = form.querySelector("button");
  const offer = () => {
    button.hidden = quantity.value === quantity.defaultValue;
  };
  quantity.addEventListener("input", offer);
  addEventListener("pageshow", offer);
}

/** The count in the header, after something else than a form may have changed the basket. */
async function recount() {
  const lang = document.documentElement.lang;
  const answer = await fetch(`/api/shop/basket?lang=${lang}`, { headers: { accept: "application/json" } });
  if (!answer.ok) return;
  const { count, text } = await answer.json();
  for (const place of document.querySelectorAll("[data-basket-count]")) {
    place.dataset.basketCount = count;
    place.textContent = count;
  }
  for (const place of document.querySelectorAll("[data-basket-text]")) place.textContent = `(${text})`;
}

function followCount() {
  const again = () => recount().catch(() => {});
  addEventListener("pageshow", (event) => event.persisted && again());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && again());
  document.addEventListener("izi-binding-complete", again);
  document.addEventListener("karfa-basket-change", again);
  document.addEventListener("iziModalEventClose", again);
}

/** The checkout's total follows what is chosen, and so do the extras that the chosen delivery has. */
function followTotal(form) {
  const amount = new Intl.NumberFormat(document.documentElement.lang === "pl" ? "pl-PL" : "en-GB", {
    style: "currency",
    currency: form.dataset.currency,
    currencyDisplay: document.documentElement.lang === "pl" ? "symbol" : "code",
    useGrouping: document.documentElement.lang === "pl" ? "min2" : "auto",
  });
  const total = form.querySelector("[data-checkout-total]");
  const follow = () => {
    const delivery = form.querySelector("input[name=delivery]:checked");
    if (!delivery) return;
    const prices = new Map(delivery.dataset.extras.split(" ").filter(Boolean).map((extra) => extra.split(":")));
    let minor = Number(form.dataset.goods) + Number(delivery.dataset.price);
    for (const choice of form.querySelectorAll("[data-extra]")) {
      const input = choice.querySelector("input");
      const price = prices.get(choice.dataset.extra);
      choice.hidden = price === undefined;
      input.disabled = choice.hidden;
      if (choice.hidden && input.checked) {
        input.checked = false;
        if (input.type === "radio") form.querySelector("input[name=payment]").checked = true;
      }
      if (choice.hidden) continue;
      choice.querySelector(".choice-price").textContent = amount.format(price / 100);
      if (input.checked) minor += Number(price);
    }
    const text = amount.format(minor / 100);
    if (total.textContent !== text) total.textContent = text;
  };
  form.querySelector("[data-recount]").hidden = true;
  form.addEventListener("change", follow);
  // A browser may bring back choices of an earlier visit.
  addEventListener("pageshow", follow);
  follow();
}

/** The button is dark where the page is. */
function followColours() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => {
    for (const button of buttons()) {
      if (dark.matches) button.setAttribute("dark_mode", "true");
      else button.removeAttribute("dark_mode");
    }
  };
  dark.addEventListener("change", paint);
  paint();
}

/** The vendor's own dialog does not say what is missing: the form does. */
function showWhatIsMissing() {
  document.addEventListener("karfa-link-refused", (event) => {
    if (event.detail.code === "options_missing") document.querySelector("form[data-buy]")?.reportValidity();
  });
}

/** An order that waits for its payment: the page looks again until it is decided, for ten minutes at most. */
function followOrder(status, looksLeft = 200) {
  if (status.dataset.orderStatus !== "awaiting_payment" || looksLeft === 0) return;
  setTimeout(async () => {
    try {
      const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
      const fresh = page.querySelector("[data-order-status]");
      if (fresh && fresh.dataset.orderStatus !== status.dataset.orderStatus) {
        // What stands in the live region changes, not the region: so it is read out.
        status.replaceChildren(...fresh.childNodes);
        status.dataset.orderStatus = fresh.dataset.orderStatus;
      }
    } catch {
      // The next look may succeed.
    }
    followOrder(status, looksLeft - 1);
  }, 3000);
}

for (const form of document.querySelectorAll("[data-buy]")) {
  followVariants(form);
  renewRequest(form);
}
document.querySelectorAll("[data-checkout]").forEach(followTotal);
document.querySelectorAll("[data-line]").forEach(offerChange);
document.querySelectorAll("[data-order-status]").forEach((status) => followOrder(status));
followCount();
followColours();
showWhatIsMissing();
