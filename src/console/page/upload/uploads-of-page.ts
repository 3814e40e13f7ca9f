import type { Client } from '@urql/core';
import { sayFailure } from '../messages/messages.js';
import { ownedWork, ownerOf } from '../parts/owned-work.js';
import { preferences } from '../preferences.js';
import type { Viewer } from '../shell/start.js';
import { texts } from '../texts/texts.js';
import type { Uploads } from './uploads.js';

const work = ownedWork<Uploads>();

/** Leaves all uploads to a later page of their user. */
export const leaveUploads = work.leave;

/** Returns the uploads of this page. Their code is loaded with the first of them. */
export function uploadsFor(client: Client, viewer: Viewer, algorithm: string): Promise<Uploads> {
  const by = ownerOf(viewer);
  return work.of(by, async () => {
    const { startUploads } = await import('./uploads.js');
    return startUploads({ client, by, algorithm, most: () => Number(preferences().uploads) });
  });
}

/** Says that the code of uploads could not be loaded. */
export function sayNotLoaded(): void {
  sayFailure(texts.late.failed, texts.late.hint);
}
