import { Agent as PlainAgent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { S3Client } from '@aws-sdk/client-s3';
import { freeWhatIsRead } from '../network/free-memory.js';
import { workContext } from '../network/work-context.js';
import { imageNameIn, SAMPLE_SIZE } from './object-name.js';
import { parseS3Location } from './s3-location.js';
import { s3Objects, type Part, type S3Clients } from './s3-objects.js';
import { segmentSender } from './segment-sender.js';
import { StoreError, type Store } from './store.js';

export interface S3StoreSettings {
  /** Undefined for Amazon's server in the region. */
  endpoint?: string;
  region: string;
  bucket: string;
  /** Undefined for the credentials that the SDK finds by itself. */
  accessKey?: string;
  secretKey?: string;
  /** True when URLs have the bucket in their path, not in the host's name. */
  isPathStyle: boolean;
  credentialsInLocation: boolean;
  /** The bytes of one part. A smaller image is one object, without a multipart upload. */
  segmentSize: number;
  /** Seconds for which the server may be silent. */
  timeout: number;
}

/** An upload between its first byte and its end. */
interface Written {
  size: number;
  /** The id of the multipart upload; undefined for data in one object. */
  multipart?: string;
  parts: Part[];
}

/**
 * Returns a store in a bucket of S3, as Glance's driver writes it: an object named by the image's id, through a multipart
 * upload if it is large. It always uses the configured credentials, and ignores those in a location's URL.
 */
export function s3Store(settings: S3StoreSettings, name: string): Store {
  const { bucket, endpoint, region } = settings;
  const objects = s3Objects(settings, () => clientsOf(settings));
  const host = endpoint ? endpoint.replace(/^https?:\/\//, '').replace(/\/+$/, '') : undefined;
  const written = new Map<string, Written>();
  const sendSegments = segmentSender();

  return {
    name,
    kind: 's3',
    schemes: ['s3', 's3+https', 's3+http'],
    place: `${endpoint ?? `Amazon S3, region ${region}`}, bucket ${bucket}`,
    isRemote: true,
    folders: [],
    locationOf,
    holds: (location) => keyIn(location) !== undefined,
    nameOf: (location) => keyIn(location),
    prepare: () => objects.connect(),

    async write({ id, imageId }, data, { size, signal, threads } = {}) {
      const key = keyOf(locationOf(imageId), 'unavailable');
      if (await objects.facts(key, signal))
        throw new StoreError('conflict', { detail: `an object ${key} exists already` });
      const state: Written = { size: 0, parts: [] };
      written.set(id, state);
      state.size = await sendSegments(
        data,
        { segmentSize: settings.segmentSize, size, threads, signal, digests: objects.wantedDigests },
        async (segment, stopped) => {
          if (segment.number === 1 && segment.isLast) return objects.put(key, id, segment, stopped);
          state.multipart ??= await objects.begin(key, id);
          stopped.throwIfAborted();
          state.parts.push(await objects.putPart(key, state.multipart, segment, stopped));
        },
      );
    },

    async publish({ id, imageId: key }, signal) {
      const { size, multipart, parts } = written.get(id)!;
      if (multipart) await objects.complete(key, multipart, parts, signal);
      const found = await objects.facts(key, signal);
      if (found?.uploadId !== id)
        throw new StoreError('conflict', { detail: `another object ${key} exists` });
      if (found.size !== size)
        throw new StoreError('unavailable', { detail: `S3 has ${found.size} bytes of ${key}, not ${size}` });
      return locationOf(key);
    },

    release: async ({ id }) => void written.delete(id),

    async discard({ id, imageId: key }, signal) {
      const known = written.get(id)?.multipart;
      const begun = known ? [known] : await objects.begun(key, signal);
      for (const multipart of begun) await objects.abort(key, multipart, signal);
      if ((await objects.facts(key, signal))?.uploadId === id) await objects.remove(key, signal);
      written.delete(id);
    },

    async open(location, signal) {
      const key = keyOf(location, 'missing');
      const found = await objects.facts(key, signal);
      if (!found) throw new StoreError('missing', { detail: `no object ${key}` });
      return {
        size: found.size,
        read: (range) => objects.bytes(key, range, signal),
        close: () => Promise.resolve(),
      };
    },

    remove: async (location, signal) => objects.remove(keyOf(location, 'unavailable'), signal),

    sample: async (signal) => imageNameIn(await objects.firstKeys(SAMPLE_SIZE, signal)),

    abandoned: () => Promise.resolve([]),
  };

  function locationOf(imageId: string): string {
    const scheme = endpoint?.startsWith('http:') ? 's3' : 's3+https';
    const { accessKey, secretKey } = settings;
    const credentials = settings.credentialsInLocation && accessKey ? `${accessKey}:${secretKey}@` : '';
    return `${scheme}://${credentials}${host ?? `s3.${region}.amazonaws.com`}/${bucket}/${imageId}`;
  }

  function keyOf(location: string, otherwise: 'missing' | 'unavailable'): string {
    const key = keyIn(location);
    if (key !== undefined) return key;
    throw new StoreError(otherwise, { detail: 'a location outside the store' });
  }

  function keyIn(location: string): string | undefined {
    const found = parseS3Location(location);
    if (found?.bucket !== bucket) return undefined;
    const isHost = host === undefined ? AMAZON.test(found.host) : found.host === host;
    return isHost ? found.key : undefined;
  }
}

/** The hosts of Amazon. A bucket's name is unique among all of them. */
const AMAZON = /^s3([.-][a-z0-9-]+)?\.amazonaws\.com$/;

/** Loads the SDK, which is large, only for a store of this kind. */
async function clientsOf(settings: S3StoreSettings): Promise<S3Clients> {
  const { S3Client } = await import('./s3-sdk.js');
  const { endpoint, region, accessKey, secretKey, isPathStyle } = settings;
  const patience = settings.timeout * 1000;
  const agent = { keepAlive: true, maxSockets: Infinity };
  const sockets = { httpAgent: freeing(new PlainAgent(agent)), httpsAgent: freeing(new TlsAgent(agent)) };
  const client = (limits: object) => {
    const made = new S3Client({
      region,
      forcePathStyle: isPathStyle,
      maxAttempts: 4,
      // Servers other than Amazon's do not know its newer checksums. Each request carries an MD5 digest instead.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      logger: SILENT,
      requestHandler: { connectionTimeout: patience, ...limits, ...sockets },
      ...(endpoint ? { endpoint } : {}),
      ...(accessKey && secretKey
        ? { credentials: { accessKeyId: accessKey, secretAccessKey: secretKey } }
        : {}),
    });
    traceRequests(made);
    return made;
  };
  return {
    ordinary: client({ socketTimeout: patience }),
    reader: client({ socketTimeout: 0, requestTimeout: patience, throwOnRequestTimeout: true }),
  };
}

/** Tells the trace of each request, a repeated one too. The header comes after the signature, which does not cover it. */
function traceRequests({ middlewareStack }: S3Client): void {
  middlewareStack.add(
    (next) => async (args) => {
      const { method, protocol, hostname, port, path, headers } = args.request as SentRequest;
      const host = port ? `${hostname}:${port}` : hostname;
      const traced = workContext()?.outgoing(method, new URL(path, `${protocol}//${host}`));
      if (!traced) return next(args);
      Object.assign(headers, traced.headers);
      try {
        const answer = await next(args);
        traced.end((answer.response as { statusCode?: number }).statusCode);
        return answer;
      } catch (error) {
        traced.end((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode);
        throw error;
      }
    },
    { step: 'deserialize', name: 'traceRequests', priority: 'high' },
  );
}

/** A request of the SDK, ready to be sent. */
interface SentRequest {
  method: string;
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  headers: Record<string, string>;
}

/** Keeps the SDK from writing to standard error: its caller gets the same errors. */
const SILENT = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

function freeing<Agent extends PlainAgent>(agent: Agent): Agent {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const connection = connect(options, callback);
    return connection && freeWhatIsRead(connection);
  };
  return agent;
}
