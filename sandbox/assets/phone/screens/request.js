// What waits in the inbox, each kind on a screen of its own: a basket to link, a consent, a payment, a text message.

import { app as state } from "../app.js";
import { left } from "../countdown.js";
import { plainScreen } from "../parts.js";
import { t } from "../texts.js";
import { consent } from "./consent.js";
import { link } from "./link.js";
import { message } from "./message.js";
import { payment } from "./payment.js";

const KINDS = { link, consent, payment, sms: message };

/** What was asked for: shown until its answer is, even if the stream is quicker to say that it has gone. */
const seen = new Map();

export function request(app, id) {
  const one = app.screen.inbox.find((each) => each.id === id) ?? (state.holding === id ? seen.get(id) : undefined);
  if (!one) return gone(seen.get(id));
  seen.set(id, one);
  // A message may turn into a payment, and a request into the word that it has gone.
  return { wallet: one.provider, step: one.kind, ...(KINDS[one.kind] ?? message)(app, one) };
}

/** It has lapsed, or somebody else has ended it; of what was never seen nobody can say which. */
function gone(was) {
  const lapsed = was?.expires_at && left(was.expires_at).seconds === 0;
  const kind = was && was.kind !== "link" ? `${lapsed ? "expired" : "gone"}.${was.kind}` : "gone";
  return { wallet: was?.provider, ...plainScreen(t(`${kind}.title`), "clock", t(`${kind}.text`)) };
}
