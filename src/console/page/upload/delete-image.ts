import type { Client } from '@urql/core';
import { meansGone } from '../change/change.js';
import { sendChange } from '../change/send-change.js';
import { Failure } from '../gateway/failure.js';

/**
 * Deletes an image, unless it is gone already.
 *
 * @throws Failure
 */
export async function deleteImage(client: Client, id: string): Promise<void> {
  const [{ error }] = await sendChange(client, { kind: 'delete' }, [id]);
  if (error && !meansGone(error.code)) throw new Failure(error.code, error.message);
}
