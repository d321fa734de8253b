// JSON to and from the sandbox, for the phone and for the faults.

/** The sandbox said no: its status and its problem. */
export class Refusal extends Error {
  constructor(
    what: string,
    readonly status: number,
    readonly problem: { type?: string; title?: string; detail?: string; code?: string } & Record<string, unknown>,
  ) {
    super(`${what}: ${status} ${problem.detail ?? problem.title ?? JSON.stringify(problem)}`);
  }
}

/** Sends JSON, returns the JSON of a 2xx answer, throws a {@link Refusal} for any other. */
export async function call<T = void>(method: string, url: string, body?: unknown): Promise<T> {
  const answer = await fetch(url, {
    method,
    headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const json: unknown = text === '' ? undefined : parse(text);
  if (!answer.ok) {
    const problem = typeof json === 'object' && json !== null ? json : { detail: text.slice(0, 300) };
    throw new Refusal(`${method} ${new URL(url).pathname}`, answer.status, problem as Refusal['problem']);
  }
  return json as T;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
