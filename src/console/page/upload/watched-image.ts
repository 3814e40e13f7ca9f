import { untilLoggedIn } from '../gateway/connection.js';
import { Failure, failureIn } from '../gateway/failure.js';
import { loginEnded } from '../gateway/login-end.js';
import { StartDocument, UploadedImageDocument, type UploadedImageQuery } from '../gateway/operations.js';
import { ownerOf } from '../parts/owned-work.js';
import { stopped, type Ending } from './ending.js';
import { pause } from './pause.js';
import type { Proof } from './proof-of-file.js';
import type { UploadRun } from './run-upload.js';

const SAVING_LOOK_MS = 2000;
const LOGIN_LOOK_MS = 10_000;
/** Two faces of a gateway may not agree on a login. */
const AFTER_LOGIN_MS = 1000;

/**
 * Looks at the image: its record says how the upload ended, also where an answer got lost or a proxy did not wait for it.
 *
 * @returns undefined while it still needs data, or cannot be read; `loggedIn` after the user had to log in
 */
export async function lookedAt(run: UploadRun, proof: Proof): Promise<Ending | 'loggedIn' | undefined> {
  for (;;) {
    const seen = await imageNow(run);
    if (seen === undefined || seen === 'loggedIn') return seen;
    const { image, viewer } = seen;
    // To another user the image may not be there, which says nothing about the upload.
    if (ownerOf(viewer) !== run.record().by) return stopped(new Failure('OTHER_USER', ''));
    if (image?.status === 'queued') return undefined;
    if (image?.status !== 'saving') return endingOf(image ?? null, run, proof);
    run.show({ state: { kind: 'checking' } });
    await pause(SAVING_LOOK_MS, run.signal);
  }
}

/** Waits until the user has logged in again, here or in another tab. */
export async function waitForLogin({ client, show, signal }: UploadRun): Promise<void> {
  loginEnded();
  show({ state: { kind: 'loginEnded' } });
  const asking = setInterval(() => {
    // Its answer tells the page that the gateway knows the user again.
    void client.query(StartDocument, {}, { requestPolicy: 'network-only' }).toPromise();
  }, LOGIN_LOOK_MS);
  try {
    await untilLoggedIn(signal);
  } finally {
    clearInterval(asking);
  }
  await pause(AFTER_LOGIN_MS, signal);
}

type Seen = NonNullable<UploadedImageQuery['image']>;

async function imageNow(run: UploadRun): Promise<UploadedImageQuery | 'loggedIn' | undefined> {
  const { client, record, signal } = run;
  const { data, error } = await client
    .query(UploadedImageDocument, { id: record().id }, { requestPolicy: 'network-only' })
    .toPromise();
  signal.throwIfAborted();
  const failure = failureIn(error);
  if (failure?.code === 'LOGIN_ENDED') {
    await waitForLogin(run);
    return 'loggedIn';
  }
  return failure ? undefined : data;
}

async function endingOf(image: Seen | null, { algorithm }: UploadRun, proof: Proof): Promise<Ending> {
  if (image?.status === 'active' || image?.status === 'deactivated') {
    const stored = image.hash?.algorithm === algorithm ? image.hash.value : null;
    const own = stored === null ? undefined : await proof.value().catch(() => undefined);
    return { kind: 'done', digest: stored, isSame: own === undefined ? undefined : own === stored };
  }
  const failure =
    image?.status === 'killed'
      ? new Failure('IMAGE_KILLED', image.statusReason ?? '')
      : new Failure('IMAGE_NOT_FOUND', '');
  return stopped(failure, true);
}
