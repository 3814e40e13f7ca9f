import type { Client } from '@urql/core';
import { Failure, isTrouble } from '../gateway/failure.js';
import { createOnce } from './create-once.js';
import { proofOf, reprDigest, type Proof } from './proof-of-file.js';
import { freshHistory, LARGEST_PART, nextStep, type History, type Stop } from './next-step.js';
import { pause } from './pause.js';
import { send, type Sending } from './send.js';
import { stopped, type Ending } from './ending.js';
import type { Transfer } from './transfer.js';
import type { UploadRecord } from './upload-records.js';
import { lookedAt, waitForLogin } from './watched-image.js';

export interface UploadRun {
  client: Client;
  file: File;
  /** The second digest of the gateway: sha256, sha384 or sha512. */
  algorithm: string;
  record(): UploadRecord;
  keep(part: Partial<UploadRecord>): void;
  show(part: Partial<Omit<Transfer, 'id'>>): void;
  /** Returns a signal that ends a wait early. */
  wake(): AbortSignal;
  signal: AbortSignal;
}

/**
 * Creates the image, sends its data, and goes on after every failure that passes.
 *
 * @returns how it ended, as the image's record says
 * @throws UnreadableFile; the signal's reason
 */
export async function runUpload(run: UploadRun): Promise<Ending> {
  const proof = proofOf(run);
  try {
    return await untilEnded(run, proof);
  } finally {
    proof.stop();
  }
}

/** A proxy that refuses large parts refuses those of every upload. */
let knownPartSize = LARGEST_PART;
const CHECKING_MS = 2000;

async function untilEnded(run: UploadRun, proof: Proof): Promise<Ending> {
  let history = freshHistory(knownPartSize);
  const onProgress = () => (history = freshHistory(history.partSize));
  for (;;) {
    const stop = (await created(run)) ?? (await send(sendingOf(run, proof, history, onProgress), run.signal));
    const next = stop && nextStep(stop, history);
    if (next?.kind === 'smaller') {
      history = next.history;
      knownPartSize = Math.min(knownPartSize, history.partSize);
      continue;
    }
    if (next?.kind === 'login') await waitForLogin(run);
    if (next?.kind === 'wait') {
      history = next.history;
      await waitToRetry(run, stop!, next.seconds);
    }
    const seen = run.record().isCreated ? await lookedAt(run, proof) : undefined;
    if (typeof seen === 'object') return seen;
    // Before the login, a failure may have been a failure of the login.
    if (next?.kind === 'stop' && seen !== 'loggedIn') return stoppedBy(run, stop!, next.code);
    if (!next) {
      run.show({ state: { kind: 'checking' } });
      await pause(CHECKING_MS, run.signal);
    }
  }
}

/** Creates the image, unless an earlier run did. */
async function created({ client, record, keep }: UploadRun): Promise<Stop | undefined> {
  const { isCreated, input } = record();
  if (isCreated) return undefined;
  try {
    await createOnce(client, input);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { status: statusOf(error), failure: error };
  }
  keep({ isCreated: true });
  return undefined;
}

function sendingOf(run: UploadRun, proof: Proof, { partSize }: History, onProgress: () => void): Sending {
  const { file, algorithm, record, keep, show } = run;
  const { id, uploadId, fileName, expected, store } = record();
  show({ state: { kind: 'sending' } });
  return {
    ...{ file, uploadId, partSize, imageId: id },
    metadata: {
      filename: fileName,
      ...(expected ? { [expected.algorithm]: expected.value } : {}),
      ...(store === undefined ? {} : { store }),
    },
    async digest() {
      const isReady = proof.isReady();
      if (!isReady) show({ state: { kind: 'digesting' } });
      const value = await proof.value();
      if (!isReady) show({ state: { kind: 'sending' } });
      return value && reprDigest(algorithm, value);
    },
    onUpload: (next) => keep({ uploadId: next }),
    onSent: (bytes) => show({ sent: bytes, state: { kind: bytes === file.size ? 'checking' : 'sending' } }),
    onConfirmed(bytes) {
      if (bytes > (record().confirmed ?? 0)) onProgress();
      keep({ confirmed: bytes });
      show({ confirmed: bytes });
    },
    onExpires(expires) {
      keep({ expires });
      show({ expires });
    },
  };
}

async function waitToRetry(run: UploadRun, { failure }: Stop, seconds: number): Promise<void> {
  const milliseconds = seconds * 1000;
  run.show({ state: { kind: 'retrying', at: Date.now() + milliseconds, failure } });
  await pause(milliseconds, run.signal, run.wake());
}

function stoppedBy({ keep, show }: UploadRun, { status, failure }: Stop, code: string | undefined): Ending {
  // The gateway does not know this upload any more: the next one begins with the first byte.
  if (status === 404 || status === 410) {
    keep({ uploadId: undefined, confirmed: 0, expires: undefined });
    show({ confirmed: 0, sent: 0, expires: undefined });
  }
  return stopped(code ? new Failure(code, failure.message, failure.requestId) : failure);
}

const PASSING = new Set(['INTERNAL_SERVER_ERROR', 'QUERY_TIMEOUT']);

/** Returns the status that an answer of GraphQL stands for; null where none came. */
function statusOf({ code, retryAfter }: Failure): number | null {
  if (code === 'LOGIN_ENDED') return 401;
  if (code === 'OFFLINE') return null;
  const status = Number(/^HTTP (\d{3})$/.exec(code)?.[1] ?? 400);
  return isTrouble(code) || PASSING.has(code) || retryAfter !== null ? 503 : status;
}
