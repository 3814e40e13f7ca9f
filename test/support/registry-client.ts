import type { StartGateway, TestGateway } from './gateway.js';
import { freePort } from './mysql-server.js';
import { v1, type V1Answer, type V1Json, type V1Record } from './v1-client.js';

/** A record as the JSON of the registry shows it. */
export interface RegistryRecord extends V1Record {
  location: string | null;
  location_data: { id: number; url: string; metadata: Record<string, unknown>; status: string }[];
  members: { member_id: string; can_share: boolean }[];
}

/** The JSON of the registry. An answer has some of these fields. */
export interface RegistryJson extends Pick<V1Json, 'members' | 'shared_images'> {
  image: RegistryRecord;
  images: RegistryRecord[];
}

export interface TestRegistry {
  gateway: TestGateway;
  port: number;
  /** Sends one request to the registry; the body goes as JSON, a text as it is. */
  ask(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<V1Answer<RegistryJson>>;
  /** Makes a record and returns it as the answer shows it. */
  make(image: object, headers?: Record<string, string>): Promise<RegistryRecord>;
}

/** Starts a gateway with a registry. */
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
