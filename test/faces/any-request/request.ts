import { Agent, request as open, type IncomingMessage } from 'node:http';

/** The server that a request goes to. */
export type Server = 'gateway' | 'legacy' | 'registry';

/** One request, as it is sent. */
export interface AnyRequest {
  server: Server;
  method: string;
  path: string;
  /** Values are sent as Latin-1. */
  headers: Record<string, string>;
  body?: string | Buffer;
  /** Breaks the connection off after this share of the body. */
  breaksAt?: number;
}

export interface AnyAnswer {
  status: number;
  text: string;
}

/** Ids of images that requests name; `withImages` puts the ids of real images in their place. */
export const IMAGES: readonly string[] = Array.from(
  { length: 8 },
  (_, n) => `aaaaaaaa-0000-4000-8000-00000000000${n}`,
);
/** The id of a resumable upload that requests name. */
export const UPLOAD = 'bbbbbbbb-0000-4000-8000-000000000000';

/** Returns the request with real ids in place of those of `IMAGES` and `UPLOAD`, which have the same length. */
export function withIds(request: AnyRequest, images: readonly string[], upload: string): AnyRequest {
  const replaced = (text: string) =>
    IMAGES.reduce((all, placeholder, n) => all.replaceAll(placeholder, images[n]), text).replaceAll(
      UPLOAD,
      upload,
    );
  const { headers, body } = request;
  return {
    ...request,
    path: replaced(request.path),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, replaced(value)])),
    body: typeof body === 'string' ? replaced(body) : body,
  };
}

const ANSWER_SECONDS = 20;

/**
 * Sends a request.
 *
 * @returns undefined when the request breaks off, or when its head cannot be written
 * @throws when no whole answer comes in time
 */
export function send(
  url: string,
  agent: Agent,
  { method, path, headers, body, breaksAt }: AnyRequest,
): Promise<AnyAnswer | undefined> {
  const bytes = body === undefined ? undefined : Buffer.from(body);
  const own = bytes ? { 'content-length': String(bytes.length) } : {};
  return new Promise((resolve, reject) => {
    const outgoing = openOrSkip();
    if (!outgoing) return resolve(undefined);
    const isBroken = breaksAt !== undefined && bytes !== undefined && bytes.length > 0;
    const limit = setTimeout(() => {
      reject(new Error(`no answer within ${ANSWER_SECONDS} s`));
      outgoing.destroy();
    }, ANSWER_SECONDS * 1000);
    const done = (answer?: AnyAnswer) => {
      clearTimeout(limit);
      resolve(answer);
    };
    outgoing.on('error', (error) => (isBroken ? done() : (clearTimeout(limit), reject(error))));
    outgoing.on('response', (response) => {
      void read(response).then(done, (error) => (isBroken ? done() : reject(error)));
    });
    if (!isBroken) outgoing.end(bytes);
    else outgoing.write(bytes.subarray(0, Math.floor(bytes.length * breaksAt)), () => outgoing.destroy());

    function openOrSkip() {
      try {
        const latin1 = Object.entries({ ...own, ...headers }).map(([name, value]) => [
          name,
          Buffer.from(value).toString('latin1'),
        ]);
        return open(new URL(url), { agent, method, path, headers: Object.fromEntries(latin1) });
      } catch (error) {
        if (String((error as NodeJS.ErrnoException).code).startsWith('ERR_')) return undefined;
        throw error;
      }
    }
  });
}

async function read(response: IncomingMessage): Promise<AnyAnswer> {
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  return { status: response.statusCode!, text: Buffer.concat(pieces).toString('latin1') };
}
