// Calls to the sandbox: taps, and the stream of what is on the screen.

/** A refusal with a stable code and a sentence. */
export class Problem extends Error {
  constructor(members) {
    super(members.detail);
    Object.assign(this, members);
  }
}

/** Calls the phone's API. */
export async function call(method, path, body) {
  let answer;
  try {
    answer = await fetch(`/phone/api${path}`, {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Problem({ code: "offline", detail: "" });
  }
  const text = await answer.text();
  let members = null;
  try {
    members = text ? JSON.parse(text) : null;
  } catch {
    members = null;
  }
  if (!answer.ok) throw new Problem(members ?? { code: "offline", detail: "" });
  return members;
}

/** Follows what is on the screen of a phone; it comes anew after every change and every reconnection. */
export function follow(number, { onScreen, onLine }) {
  const stream = new EventSource(`/phone/api/${number}/stream`);
  stream.addEventListener("screen", (event) => onScreen(JSON.parse(event.data)));
  stream.addEventListener("open", () => onLine(true));
  stream.addEventListener("error", () => onLine(false));
  return () => stream.close();
}
