import type { Client, OperationContext, TypedDocumentNode } from '@urql/core';
import { Failure, failureIn } from '../gateway/failure.js';
import {
  DeactivateImagesDocument,
  DeleteImagesDocument,
  ReactivateImagesDocument,
  UpdateImagesDocument,
  type OutcomeFragment,
  type UpdateImageInput,
} from '../gateway/operations.js';
import type { Change } from './change.js';

/** The gateway takes so many ids at once. */
export const MOST_IDS = 100;

/**
 * Changes at most 100 images, each by itself.
 *
 * @throws Failure when the request as a whole has no answer
 */
export async function sendChange(
  client: Client,
  change: Change,
  ids: readonly string[],
): Promise<readonly OutcomeFragment[]> {
  switch (change.kind) {
    case 'delete':
      return (await sent(client, DeleteImagesDocument, { ids: [...ids] })).deleteImages;
    case 'withhold':
      return (await sent(client, DeactivateImagesDocument, { ids: [...ids] })).deactivateImages;
    case 'release':
      return (await sent(client, ReactivateImagesDocument, { ids: [...ids] })).reactivateImages;
    default:
      return (await sent(client, UpdateImagesDocument, { ids: [...ids], ...updateOf(change) })).updateImages;
  }
}

/**
 * Returns the answer to a mutation.
 *
 * @throws Failure
 */
export async function sent<Data, Variables extends Record<string, unknown>>(
  client: Client,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  context?: Partial<OperationContext>,
): Promise<Data> {
  const { data, error } = await client.mutation(document, variables, context).toPromise();
  if (error || !data) throw failureIn(error) ?? new Failure('UNKNOWN', '');
  return data;
}

const INPUTS = {
  hide: { hidden: true },
  show: { hidden: false },
  protect: { protected: true },
  unprotect: { protected: false },
} satisfies Record<string, UpdateImageInput>;

function updateOf(change: Exclude<Change, { kind: 'delete' | 'withhold' | 'release' }>) {
  if (change.kind === 'tags') return { addTags: [...change.add], removeTags: [...change.remove] };
  if (change.kind === 'visibility') return { input: { visibility: change.visibility } };
  return { input: INPUTS[change.kind as keyof typeof INPUTS] };
}
