// The wallets on a phone: their names, their signs, and how each announces what it asks for.

import { known, money, t } from "./texts.js";

/** Names in plain type: the wallets' logos are their owners'. */
const NAMES = { inpost: "InPost Pay", netgiro: "Netgíró", vipps: "Vipps MobilePay" };
const SIGNS = { link: "basket", consent: "person", payment: "coins", sms: "message" };

/** The name of a wallet by its word. */
export const nameOf = (provider) => NAMES[provider];

/** Where a request comes from: the wallet's app, or the one for text messages. */
export const appName = ({ provider, kind }) => (kind === "sms" ? t("sms.app") : NAMES[provider]);

/** The icon of a request or message. */
export const signOf = ({ kind }) => SIGNS[kind] ?? "info";

/** An amount on the screen, `{currency, value}`. */
export const amountText = ({ currency, value }) => money(value, currency);

/** What a notification says: ours where we have words for it, else the sandbox's own. */
export function announced(one) {
  if (one.kind === "link") return { title: t("push.title"), text: t("push.text", { shop: one.shop }) };
  const blanks = { shop: one.shop ?? "", price: one.amount ? amountText(one.amount) : "" };
  const say = (key, otherwise) => (known(key, null) === null ? otherwise : t(key, blanks));
  // The words of a text message are its sender's.
  if (one.kind === "sms") return { title: NAMES[one.provider], text: one.text };
  return { title: say(`push.${one.kind}.title`, one.title), text: say(`push.${one.kind}.text`, one.text) };
}
