// Answering a request of Vipps MobilePay or Netgíró: the tap, then the screen of what came of it.

import { app as state, draw, go, look, tap } from "../app.js";

/** The status of a payment that the wallet itself refuses. */
const PAYMENT_REQUIRED = 402;

/** Answers a request; `kindOf` names the outcome of an answer that was taken. */
export async function answer(one, body, kindOf) {
  state.holding = one.id;
  const answered = await tap("POST", `/inbox/${encodeURIComponent(one.id)}`, body);
  const problem = state.problem;
  const about = { wallet: one.provider, shop: one.shop, amount: one.amount, id: one.id };
  if (answered) state.outcome = { ...about, kind: kindOf(answered), back: answered.return_url };
  else if (problem?.status === PAYMENT_REQUIRED) state.outcome = { ...about, kind: "refused", problem };
  const told = answered || (problem && state.outcome?.problem === problem);
  if (told) await look();
  state.holding = null;
  if (told) go("outcome", true);
  else draw();
}
