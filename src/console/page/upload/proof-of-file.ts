import { digestOfFile, UnreadableFile, type RunningDigest } from './digest.js';
import type { UploadRun } from './run-upload.js';

/** The digest of the file that is sent, which the page computes beside. */
export interface Proof {
  /** Returns true once the digest is there. */
  isReady(): boolean;
  /**
   * Returns hexadecimal digits; undefined where the browser cannot compute them.
   *
   * @throws UnreadableFile
   */
  value(): Promise<string | undefined>;
  stop(): void;
}

export function proofOf({ file, algorithm, record, keep }: UploadRun): Proof {
  let digest = begun();
  let isLast = false;
  let isReady = false;
  return {
    isReady: () => isReady,
    async value() {
      try {
        return await digest.value;
      } catch (error) {
        if (error instanceof UnreadableFile) throw error;
        if (isLast) return undefined;
        // The file of the worker could not be loaded, perhaps since the connection broke just then.
        isLast = true;
        digest = begun();
        return this.value();
      }
    },
    stop: () => digest.stop(),
  };

  function begun(): RunningDigest {
    const { hashed } = record();
    const from = hashed?.algorithm === algorithm ? hashed : undefined;
    const running = digestOfFile(file, algorithm, from, (next) => keep({ hashed: { ...next, algorithm } }));
    running.value.then(
      () => (isReady = true),
      // The caller of `value` gets the failure.
      () => undefined,
    );
    return running;
  }
}

/** Returns the value of `Repr-Digest` (RFC 9530) for hexadecimal digits. */
export function reprDigest(algorithm: string, hex: string): string {
  const bytes = hex.match(/../g)!.map((pair) => Number.parseInt(pair, 16));
  return `${algorithm.replace('sha', 'sha-')}=:${btoa(String.fromCharCode(...bytes))}:`;
}
