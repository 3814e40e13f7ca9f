import { Agent } from 'node:http';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { as, createActiveImage, createImage } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { freePort } from '../support/mysql-server.js';
import { beginUpload } from '../support/tus.js';
import { dataRequests } from './any-request/data-requests.js';
import { graphqlRequests } from './any-request/graphql-requests.js';
import { registryRequests } from './any-request/registry-requests.js';
import { IMAGES, send, withIds, type AnyRequest, type Server } from './any-request/request.js';
import { v1Requests } from './any-request/v1-requests.js';

/** The number of requests on each database, and the seed; more requests and other seeds find more. */
const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 2500);
const SEED = Number(process.env.FUZZ_SEED ?? 20261128);
const AT_ONCE = 16;
/** After this number of requests, new images replace those that requests have changed. */
const ROUND = 250;
const MOST_FAULTS = 10;
/** The level of errors in the log. */
const ERROR = 50;

const requests = fc.oneof(
  { arbitrary: graphqlRequests, weight: 4 },
  { arbitrary: v1Requests, weight: 3 },
  { arbitrary: registryRequests, weight: 2 },
  { arbitrary: dataRequests, weight: 2 },
);

/** Server errors that requests can cause by design. */
const FORESEEN = /"?code"?:\s*"?(TOO_MANY_UPLOADS|TOO_MANY_RESUMABLE_UPLOADS)/;

onEachDatabase('any request to any face', (start) => {
  test(
    'is answered or refused, and is never an error of the gateway',
    async () => {
      const options = {
        AUTH: 'trusted',
        ALLOW_ANONYMOUS_ACCESS: 'true',
        QUERY_ALIAS_LIMIT: '1000',
        UPLOAD_IDLE_TIMEOUT: '5',
        RESUMABLE_UPLOAD_QUOTA: '1000',
        RESUMABLE_UPLOAD_LIMIT: '10000',
      };
      const registryPort = await freePort();
      const gateway = await start({ ...options, REGISTRY_PORT: String(registryPort) });
      const legacy = await start({ ...options, LEGACY_PATHS: 'true' });
      const urls: Record<Server, string> = {
        gateway: gateway.url,
        legacy: legacy.url,
        registry: `http://127.0.0.1:${registryPort}`,
      };
      const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
      const faults: string[] = [];
      for (let done = 0; done < REQUESTS && faults.length < MOST_FAULTS; done += ROUND) {
        const sample = fc.sample(requests, { numRuns: Math.min(ROUND, REQUESTS - done), seed: SEED + done });
        const { images, upload } = await newImages(gateway);
        const waiting = sample.map((request) => withIds(request, images, upload)).reverse();
        const sender = async () => {
          for (let next = waiting.pop(); next; next = waiting.pop()) {
            const fault = await faultOf(urls[next.server], agent, next);
            if (fault) faults.push(`${fault}: ${JSON.stringify(next).slice(0, 3000)}`);
          }
        };
        await Promise.all(Array.from({ length: AT_ONCE }, sender));
        for (const { log } of [gateway, legacy]) {
          const errors = log.filter(({ level }) => Number(level) >= ERROR);
          faults.push(...errors.map((line) => JSON.stringify(line)));
          log.length = 0;
        }
      }
      agent.destroy();
      expect(faults).toEqual([]);
    },
    60_000 + REQUESTS * 40,
  );
});

/** Sends a request. Returns what is wrong with the answer. */
async function faultOf(url: string, agent: Agent, request: AnyRequest): Promise<string | undefined> {
  const answer = await send(url, agent, request).catch(
    (error: unknown) => new Error('no answer', { cause: error }),
  );
  if (answer === undefined) return undefined;
  if (answer instanceof Error) return `${answer.message}, ${String(answer.cause)}`;
  const { status, text } = answer;
  const isOurs = (status >= 500 && status !== 501) || text.includes('INTERNAL_SERVER_ERROR');
  return isOurs && !FORESEEN.test(text) ? `${status} ${text.slice(0, 500)}` : undefined;
}

/** Images in several states, and a resumable upload that has begun. */
async function newImages(gateway: TestGateway): Promise<{ images: string[]; upload: string }> {
  const anna = as('anna');
  const images = await Promise.all(
    IMAGES.map((_, n) => {
      const input = {
        name: `image ${n}`,
        diskFormat: 'raw',
        containerFormat: 'bare',
        properties: [{ name: 'os', value: 'linux' }],
        tags: ['a'],
      };
      return n < 4 ? createImage(gateway, input, anna) : createActiveImage(gateway, `data ${n}`, input, anna);
    }),
  );
  const begun = await beginUpload(gateway, images[0], { 'upload-length': '4', ...anna });
  return { images, upload: begun.headers.get('location')!.split('/').at(-1)! };
}
