import type { Client } from '@urql/core';
import { sent as answerOf } from '../change/send-change.js';
import { loginEnded, untilLoggedIn } from '../gateway/connection.js';
import { Failure, failureIn, isTrouble } from '../gateway/failure.js';
import {
  CreateImageDocument,
  UploadedImageDocument,
  type UploadedImageQuery,
} from '../gateway/operations.js';
import { digestOfFile, UnreadableFile, type RunningDigest } from './digest.js';
import { freshHistory, LARGEST_PART, nextStep, type History, type Stop } from './next-step.js';
import { pause } from './pause.js';
import { send } from './send.js';
import type { Transfer, TransferState } from './transfer.js';
import type { UploadRecord } from './upload-records.js';

/** The way in which an upload ended. */
export type Ending = Extract<TransferState, { kind: 'done' | 'stopped' }>;

export interface UploadRun {
  client: Client;
  file: File;
  /** The second digest of the gateway: sha256, sha384 or sha512. */
  algorithm: string;
  record(): UploadRecord;
  keep(part: Partial<UploadRecord>): void;
  show(part: Partial<Omit<Transfer, 'id'>>): void;
  /** Ends a wait early. */
  wake(): AbortSignal;
  signal: AbortSignal;
}

/**
 * Creates the image, sends its data, and goes on after every failure that passes.
 *
 * @returns how it ended, as the image's record says
 * @throws the signal's reason
 */
export async function runUpload(run: UploadRun): Promise<Ending> {
  const { file, algorithm, signal } = run;
  const { hashed } = run.record();
  const digest = digestOfFile(file, algorithm, hashed, (next) => run.keep({ hashed: next }));
  // Nobody may be waiting for it when it fails.
  digest.value.catch(() => undefined);
  try {
    return await untilEnded(run, digest);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UnreadableFile) return stopped(new Failure('FILE_UNREADABLE', error.message));
    throw error;
  } finally {
    digest.stop();
  }
}

/** A proxy that refuses large parts refuses those of every upload. */
let knownPartSize = LARGEST_PART;

async function untilEnded(run: UploadRun, digest: RunningDigest): Promise<Ending> {
  let history = freshHistory(knownPartSize);
  const onProgress = () => (history = freshHistory(history.partSize));
  for (;;) {
    const stop =
      (await created(run)) ?? (await send(sendingOf(run, digest, history, onProgress), run.signal));
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
    const ending = run.record().isCreated ? await lookedAt(run, digest) : undefined;
    if (ending) return ending;
    if (next?.kind === 'stop') return stoppedBy(run, stop!, next.code);
    // All is sent, and the image does not say so yet.
    if (!next)
      await waitToRetry(run, { status: null, failure: new Failure('OFFLINE', '') }, LOOK_AGAIN_SECONDS);
  }
}

/** Creates the image, unless an earlier run did. */
async function created({ client, record, keep }: UploadRun): Promise<Stop | undefined> {
  const { isCreated, input } = record();
  if (isCreated) return undefined;
  try {
    await answerOf(client, CreateImageDocument, { input });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // The page chose the id: an image that has it was created by a request whose answer got lost.
    if (error.code !== 'IMAGE_ID_TAKEN') return { status: statusOf(error), failure: error };
  }
  keep({ isCreated: true });
  return undefined;
}

function sendingOf(run: UploadRun, digest: RunningDigest, { partSize }: History, onProgress: () => void) {
  const { file, algorithm, record, keep, show } = run;
  const { id, uploadId, fileName, expected } = record();
  show({ state: { kind: 'sending' } });
  return {
    ...{ file, uploadId, partSize, imageId: id },
    metadata: { filename: fileName, ...(expected ? { [expected.algorithm]: expected.value } : {}) },
    digest: () => digest.value.then((value) => reprDigest(algorithm, value), withoutDigest),
    onUpload: (next: string) => keep({ uploadId: next }),
    onSent: (bytes: number) =>
      show({ sent: bytes, state: { kind: bytes === file.size ? 'checking' : 'sending' } }),
    onStands: (bytes: number) => show({ confirmed: bytes }),
    onConfirmed(bytes: number) {
      onProgress();
      keep({ confirmed: bytes });
      show({ confirmed: bytes });
    },
    onExpires(expires: string) {
      keep({ expires });
      show({ expires });
    },
  };
}

/** A browser that runs no worker sends without a digest. */
function withoutDigest(error: unknown): undefined {
  if (error instanceof UnreadableFile) throw error;
}

function reprDigest(algorithm: string, hex: string): string {
  const bytes = hex.match(/../g)!.map((pair) => Number.parseInt(pair, 16));
  return `${algorithm.replace('sha', 'sha-')}=:${btoa(String.fromCharCode(...bytes))}:`;
}

async function waitForLogin({ show, signal }: UploadRun): Promise<void> {
  loginEnded();
  show({ state: { kind: 'loginEnded' } });
  await untilLoggedIn(signal);
}

async function waitToRetry(run: UploadRun, { failure }: Stop, seconds: number): Promise<void> {
  const milliseconds = seconds * 1000;
  run.show({ state: { kind: 'retrying', at: Date.now() + milliseconds, failure } });
  await pause(milliseconds, run.signal, run.wake());
}

const SAVING_LOOK_MS = 2000;
const LOOK_AGAIN_SECONDS = 2;

/**
 * Looks at the image: its record says how the upload ended, also where an answer got lost or a proxy did not wait for it.
 *
 * @returns undefined while it still needs data, or cannot be read
 */
async function lookedAt(run: UploadRun, digest: RunningDigest): Promise<Ending | undefined> {
  for (;;) {
    const image = await imageNow(run);
    if (image === undefined || image?.status === 'queued') return undefined;
    if (image?.status !== 'saving') return endingOf(image, run, digest);
    run.show({ state: { kind: 'checking' } });
    await pause(SAVING_LOOK_MS, run.signal);
  }
}

async function endingOf(
  image: Seen | null,
  { algorithm }: UploadRun,
  digest: RunningDigest,
): Promise<Ending> {
  if (image?.status === 'active' || image?.status === 'deactivated') {
    const stored = image.hash?.algorithm === algorithm ? image.hash.value : null;
    const own = stored === null ? undefined : await digest.value.catch(() => undefined);
    return { kind: 'done', digest: stored, isSame: own === undefined ? undefined : own === stored };
  }
  const failure =
    image?.status === 'killed'
      ? new Failure('IMAGE_KILLED', image.statusReason ?? '')
      : new Failure('IMAGE_NOT_FOUND', '');
  return stopped(failure, true);
}

type Seen = NonNullable<UploadedImageQuery['image']>;

/** @returns null for an image that is not there; undefined when nobody says */
async function imageNow(run: UploadRun): Promise<Seen | null | undefined> {
  const { client, record, signal } = run;
  const { data, error } = await client
    .query(UploadedImageDocument, { id: record().id }, { requestPolicy: 'network-only' })
    .toPromise();
  signal.throwIfAborted();
  const failure = failureIn(error);
  if (failure?.code === 'LOGIN_ENDED') await waitForLogin(run);
  if (failure || !data) return undefined;
  return data.image ?? null;
}

function stoppedBy({ keep }: UploadRun, { status, failure }: Stop, code: string | undefined): Ending {
  // The gateway does not know this upload any more: the next one begins with the first byte.
  if (status === 404 || status === 410) keep({ uploadId: undefined });
  return stopped(code ? new Failure(code, failure.message, failure.requestId) : failure);
}

/** @param isLost true for an image that takes no data any more */
function stopped(failure: Failure, isLost = false): Ending {
  return { kind: 'stopped', failure, isLost };
}

/** Returns the status that an answer of GraphQL stands for; null where none came. */
function statusOf({ code }: Failure): number | null {
  if (code === 'LOGIN_ENDED') return 401;
  if (code === 'OFFLINE') return null;
  if (isTrouble(code) || code === 'INTERNAL_SERVER_ERROR') return 503;
  return Number(/^HTTP (\d{3})$/.exec(code)?.[1] ?? 400);
}
