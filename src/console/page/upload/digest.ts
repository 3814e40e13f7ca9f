import type { DigestAnswer, DigestOrder } from './digest-worker.js';

/** The address of the worker's file, which the build puts here. */
declare const DIGEST_WORKER: string;

/** The file cannot be read: it was changed, moved or removed after it was chosen. */
export class UnreadableFile extends Error {}

/** A digest that is being computed. */
export interface RunningDigest {
  /** Hexadecimal digits. @throws UnreadableFile; another Error where the browser runs no worker */
  readonly value: Promise<string>;
  stop(): void;
}

/**
 * Computes the digest of a file beside the page.
 *
 * @param algorithm `sha256`, `sha384` or `sha512`
 * @param from a digest that an earlier page began
 * @param onState told every 256 MiB
 */
export function digestOfFile(
  file: File,
  algorithm: string,
  from: { at: number; state: Uint8Array } | undefined,
  onState: (hashed: { at: number; state: Uint8Array }) => void,
): RunningDigest {
  return ordered({ kind: 'whole', file, algorithm, from }, ({ at, state }) => onState({ at, state }));
}

/** Returns the digest of the first and the last MiB of a file. */
export function digestOfEnds(file: File): Promise<string> {
  return ordered({ kind: 'ends', file }).value;
}

function ordered(
  order: DigestOrder,
  onState?: (answer: Extract<DigestAnswer, { kind: 'state' }>) => void,
): RunningDigest {
  let worker: Worker | undefined;
  const value = new Promise<string>((resolve, reject) => {
    const begun = (worker = new Worker(scriptOf(DIGEST_WORKER)));
    begun.onmessage = ({ data }: MessageEvent<DigestAnswer>) => {
      if (data.kind === 'state') return onState?.(data);
      begun.terminate();
      if (data.kind === 'digest') resolve(data.value);
      else reject(new UnreadableFile(data.message));
    };
    begun.onerror = (event) => {
      begun.terminate();
      reject(new Error(event.message));
    };
    begun.postMessage(order);
  });
  return { value, stop: () => worker?.terminate() };
}

interface Policy {
  createScriptURL(address: string): string;
}

let policy: Policy | undefined;

/** The page's security policy lets a script start from this one address only (Trusted Types). */
function scriptOf(address: string): string {
  const { trustedTypes } = globalThis as {
    trustedTypes?: { createPolicy(name: string, rules: Policy): Policy };
  };
  policy ??= trustedTypes?.createPolicy('console-worker', {
    createScriptURL(wanted) {
      if (wanted !== DIGEST_WORKER) throw new TypeError(`no script of this page: ${wanted}`);
      return wanted;
    },
  });
  return policy ? policy.createScriptURL(address) : address;
}
