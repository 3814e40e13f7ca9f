import type { StartGateway, TestGateway } from './gateway.js';
import { freePort } from './mysql-server.js';
import { v1, type V1Answer } from './v1-client.js';

export interface TestRegistry {
  gateway: TestGateway;
  port: number;
  /** Sends one request to the registry; the body goes as JSON, a text as it is. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<V1Answer>;
  /** Makes a record and gives it as the answer shows it. */
  make(image: object, headers?: Record<string, string>): Promise<any>;
}

/** A gateway that is a registry too. */
export async function startRegistry(
  start: StartGateway,
  options: Record<string, string> = {},
): Promise<TestRegistry> {
  const port = await freePort();
  const gateway = await start({ REGISTRY_PORT: String(port), ...options });
  const place = { url: `http://127.0.0.1:${port}` };
  const ask: TestRegistry['ask'] = (method, path, body, headers = {}) =>
    v1(
      place,
      method,
      path,
      headers,
      body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    );
  return {
    gateway,
    port,
    ask,
    async make(image, headers) {
      const answer = await ask('POST', '/images', { image }, headers);
      if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
      return answer.json().image;
    },
  };
}
