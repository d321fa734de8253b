// Where the parcel goes: a locker, a door, a mailbox.

import { field } from "../parts.js";
import { t } from "../texts.js";

/** What is known before anything is typed. */
export const freshAddressing = (person) => ({ locker: person.delivery_point, note: "", mail: person.mail });

/** A place in words, for a choice. */
export function note(person, kind, chosen) {
  if (kind === "APM") return t("checkout.to_locker", { point: chosen.locker });
  if (kind === "DIGITAL") return t("checkout.to_mail", { mail: chosen.mail });
  return t("checkout.to_address", { address: addressText(person.address) });
}

const addressText = (address) => `${address.address}, ${address.postal_code} ${address.city}`;

/** The field of the chosen delivery. */
export function addressing(kind, chosen) {
  if (kind === "APM") return field(chosen, "locker", "locker", t("checkout.locker"));
  if (kind === "DIGITAL") return field(chosen, "mail", "digital-mail", t("checkout.mail"), { type: "email" });
  return field(chosen, "note", "courier-note", t("checkout.note"));
}

/** What the order says of the place; the app adds the address by itself. */
export function addressed(kind, chosen) {
  if (kind === "APM") return { delivery_point: chosen.locker.trim() };
  if (kind === "DIGITAL") return { digital_delivery_email: chosen.mail.trim() };
  return chosen.note.trim() ? { courier_note: chosen.note.trim() } : {};
}

/** The place of an order in words. */
export function placeOf(delivery) {
  const { delivery_point: point, digital_delivery_email: mail, delivery_address: address } = delivery ?? {};
  return point || mail || (address?.address ? addressText(address) : null);
}
