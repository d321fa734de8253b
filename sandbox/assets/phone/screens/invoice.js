// An invoice: for a person or a company, if one is wanted.

import { h } from "../dom.js";
import { draw } from "../app.js";
import { field } from "../parts.js";
import { t } from "../texts.js";

/** Nobody wants an invoice before they say so. */
export const freshInvoice = (person) => ({ invoice: "", invoice_name: `${person.name} ${person.surname}`, company_name: "", tax_id: "" });

const FORMS = ["", "PERSON", "COMPANY"];

export function invoice(chosen) {
  const choose = (form) => () => {
    chosen.invoice = form;
    draw();
  };
  return h(
    "fieldset",
    { class: "options invoice" },
    h("legend", {}, t("invoice.title")),
    h(
      "div",
      { class: "chips" },
      FORMS.map((form) =>
        h(
          "label",
          { class: "chip pick" },
          h("input", { type: "radio", name: "invoice", id: `invoice-${form || "NONE"}`, checked: chosen.invoice === form, onchange: choose(form) }),
          t(`invoice.${form || "NONE"}`),
        ),
      ),
    ),
    chosen.invoice === "PERSON" ? field(chosen, "invoice_name", "invoice-name", t("invoice.name")) : null,
    chosen.invoice === "COMPANY"
      ? [field(chosen, "company_name", "company-name", t("invoice.company")), field(chosen, "tax_id", "tax-id", t("invoice.tax_id"), { inputmode: "numeric" })]
      : null,
    chosen.wrong === "invoice" ? h("p", { class: "wrong", role: "alert" }, t("invoice.missing")) : null,
  );
}

/** The first field of a wanted invoice that is still empty. */
export function invoiceGap(chosen) {
  if (chosen.invoice === "PERSON") return /\S\s+\S/.test(chosen.invoice_name) ? null : "invoice-name";
  if (chosen.invoice !== "COMPANY") return null;
  if (!chosen.company_name.trim()) return "company-name";
  return /\d/.test(chosen.tax_id) ? null : "tax-id";
}

/** The order's invoice data: none, a person's or a company's. The app adds the address by itself. */
export function invoiceOf(chosen) {
  if (chosen.invoice === "COMPANY") {
    return { invoice_details: { legal_form: "COMPANY", company_name: chosen.company_name.trim(), tax_id: chosen.tax_id.replace(/[\s-]/g, "") } };
  }
  if (chosen.invoice !== "PERSON") return {};
  const [name, ...surname] = chosen.invoice_name.trim().split(/\s+/);
  return { invoice_details: { legal_form: "PERSON", name, surname: surname.join(" ") } };
}
