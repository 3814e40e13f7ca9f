import type { WholeAnswer } from '../network/http-client.js';
import { freeMemory } from '../network/free-memory.js';
import type { Segment } from './segment-sender.js';
import { StoreError, type ByteRange } from './store.js';
import type { SwiftClient } from './swift-client.js';

/** The place of an object in an account. */
export interface SwiftObject {
  container: string;
  object: string;
}

/** The content of an object: a segment of data, or headers only. */
export interface SwiftContent {
  uploadId: string;
  headers?: Record<string, string>;
  data?: Segment;
}

/** The facts about an object. */
export interface SwiftFacts {
  /** Undefined when Swift does not send the size. */
  size: number | undefined;
  /** The upload that wrote the object; undefined for an object of another program. */
  uploadId: string | undefined;
  /** The container and prefix of a large object's segments, encoded; undefined for a plain object. */
  manifest: string | undefined;
}

/** The objects of one account of Swift. Every operation fails with StoreError. */
export interface SwiftObjects {
  /** Checks that the login service and the server accept the account. The container need not exist. */
  connect(container: string): Promise<void>;
  /** Returns undefined when the object does not exist. */
  facts(place: SwiftObject, signal?: AbortSignal): Promise<SwiftFacts | undefined>;
  /** Puts an object that does not exist yet. Succeeds when the same upload has already put it. */
  put(place: SwiftObject, content: SwiftContent, signal?: AbortSignal): Promise<void>;
  remove(place: SwiftObject, signal?: AbortSignal): Promise<void>;
  /** Returns the names of the objects that begin with a prefix. */
  list(container: string, prefix: string, signal?: AbortSignal): Promise<string[]>;
  /** Returns the first names of a container; none for a container that does not exist. */
  firstNames(container: string, limit: number, signal?: AbortSignal): Promise<string[]>;
  /** Yields the bytes of a range. A piece is valid until the next one is read. */
  bytes(place: SwiftObject, range: ByteRange, size: number, signal?: AbortSignal): AsyncGenerator<Buffer>;
}

/** The header that names the upload of an object: an upload removes only its own objects. */
const MARK = 'x-object-meta-upload-id';
const PAGE = 1000;

export function swiftObjects(client: SwiftClient): SwiftObjects {
  return {
    async connect(container) {
      await client.ask('HEAD', { path: encodeURIComponent(container) }, 404);
    },

    async facts(place, signal) {
      const answer = await head(place, signal);
      if (!answer) return undefined;
      const { [MARK]: uploadId, 'content-length': length, 'x-object-manifest': manifest } = answer.headers;
      return { size: length === undefined ? undefined : Number(length), uploadId, manifest };
    },

    async put(place, { uploadId, headers, data }, signal) {
      const own = { [MARK]: uploadId, 'if-none-match': '*', 'content-type': 'application/octet-stream' };
      const body = data ?? { size: 0, read: nothing };
      const wanted = { path: pathOf(place), headers: { ...headers, ...own }, body, signal };
      let answer = await client.ask('PUT', wanted, 404, 412);
      if (answer.status === 404) {
        await client.ask('PUT', { path: encodeURIComponent(place.container), signal });
        answer = await client.ask('PUT', wanted, 412);
      }
      // The object may be ours, from an earlier try whose answer was lost.
      const stored = answer.status === 412 ? await head(place, signal) : answer;
      if (answer.status === 412 && stored?.headers[MARK] !== uploadId)
        throw new StoreError('conflict', { detail: `an object ${place.object} exists already` });
      if (data && stored?.headers.etag?.replaceAll('"', '') !== data.md5) {
        const detail = `Swift has another digest of ${place.object} than the data that was sent`;
        throw new StoreError('unavailable', { detail });
      }
    },

    async remove(place, signal) {
      await client.ask('DELETE', { path: pathOf(place), signal }, 404);
    },

    async list(container, prefix, signal) {
      const names: string[] = [];
      for (;;) {
        const page = await namesIn(container, { prefix, limit: PAGE, marker: names.at(-1) }, signal);
        names.push(...page);
        if (page.length < PAGE) return names;
      }
    },

    firstNames: (container, limit, signal) => namesIn(container, { limit }, signal),

    async *bytes(place, { start, end }, size, signal) {
      if (end < start) return;
      const isWhole = start === 0 && end === size - 1;
      const headers: Record<string, string> = isWhole ? {} : { range: `bytes=${start}-${end}` };
      const { status, body } = await client.get({ path: pathOf(place), headers, signal });
      let left = end - start + 1;
      try {
        if (!isWhole && status !== 206) throw new Error('a range was answered with all of the data');
        for await (const piece of body as AsyncIterable<Buffer>) {
          left -= piece.length;
          yield piece;
          freeMemory(piece);
        }
        if (left !== 0) throw new Error(`${left} bytes are missing`);
      } catch (cause) {
        signal?.throwIfAborted();
        throw new StoreError('unavailable', { cause, detail: `reading ${place.object}` });
      } finally {
        body.destroy();
      }
    },
  };

  async function namesIn(
    container: string,
    { prefix = '', limit, marker = '' }: { prefix?: string; limit: number; marker?: string },
    signal?: AbortSignal,
  ): Promise<string[]> {
    const query = new URLSearchParams({ prefix, limit: String(limit), marker });
    const path = `${encodeURIComponent(container)}?${query}`;
    const { status, text } = await client.ask('GET', { path, signal }, 404);
    return status === 404 ? [] : text.split('\n').filter(Boolean);
  }

  async function head(place: SwiftObject, signal?: AbortSignal): Promise<WholeAnswer | undefined> {
    const answer = await client.ask('HEAD', { path: pathOf(place), signal }, 404);
    return answer.status === 404 ? undefined : answer;
  }
}

function pathOf({ container, object }: SwiftObject): string {
  return `${encodeURIComponent(container)}/${encodeURIComponent(object)}`;
}

async function* nothing(): AsyncGenerator<Buffer> {}
