// The merchant's own way to Vipps MobilePay, past the till: what somebody does or reads in the provider's portal.

const ACCOUNT = {
  client_id: '6e5b1a3c-0d5f-4c2e-9a6b-1f2e3d4c5b6a',
  client_secret: 'karfa-demo-secret',
  'Ocp-Apim-Subscription-Key': '0123456789abcdef0123456789abcdef',
  'Merchant-Serial-Number': '123456',
} as const;

export class Portal {
  constructor(readonly sandboxUrl: string) {}

  /** Gives money back, minor units of NOK. */
  async refund(reference: string, value: number): Promise<void> {
    await this.#call('POST', `${reference}/refund`, { modificationAmount: { currency: 'NOK', value } }, `portal-${reference.slice(-20)}`);
  }

  /** The keys under which things happened to a payment, by the provider's names of what happened. */
  async keys(reference: string): Promise<Record<string, string[]>> {
    const events = (await this.#call('GET', `${reference}/events`)) as Array<{ name: string; idempotencyKey?: string | null }>;
    const keys: Record<string, string[]> = {};
    for (const { name, idempotencyKey } of events) if (idempotencyKey) (keys[name] ??= []).push(idempotencyKey);
    return keys;
  }

  async #call(method: string, path: string, body?: unknown, key?: string): Promise<unknown> {
    const token = await fetch(`${this.sandboxUrl}/vipps/accesstoken/get`, { method: 'POST', headers: ACCOUNT });
    const { access_token: bearer } = (await token.json()) as { access_token: string };
    const answer = await fetch(`${this.sandboxUrl}/vipps/epayment/v1/payments/${path}`, {
      method,
      headers: {
        ...ACCOUNT, authorization: `Bearer ${bearer}`,
        ...(key === undefined ? {} : { 'idempotency-key': key, 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
}
