import type { Client } from '@urql/core';
import { sent } from '../change/send-change.js';
import { Failure } from '../gateway/failure.js';
import { CreateImageDocument, type CreateImageInput } from '../gateway/operations.js';

/**
 * Creates an image whose id the page chose, unless an earlier request did whose answer got lost.
 *
 * @throws Failure
 */
export async function createOnce(client: Client, input: CreateImageInput): Promise<void> {
  try {
    await sent(client, CreateImageDocument, { input });
  } catch (error) {
    if (!(error instanceof Failure && error.code === 'IMAGE_ID_TAKEN')) throw error;
  }
}
