import type { Client } from '@urql/core';
import { preferences } from '../preferences.js';
import type { Viewer } from '../shell/start.js';
import type { Uploads } from './uploads.js';

let started: { by: string; uploads: Promise<Uploads> } | undefined;

/** Returns the uploads of this page. Their code is loaded with the first of them. */
export function uploadsFor(client: Client, viewer: Viewer, algorithm: string): Promise<Uploads> {
  const by = ownerOf(viewer);
  if (started?.by !== by) {
    const uploads = import('./uploads.js').then(({ startUploads }) =>
      startUploads({ client, by, algorithm, most: () => Number(preferences().uploads) }),
    );
    started = { by, uploads };
    // Perhaps the connection is back when somebody asks again.
    uploads.catch(() => (started = undefined));
  }
  return started.uploads;
}

/** Returns the user and the project, as an upload keeps them: another user of this browser does not get it. */
export function ownerOf({ user, tenant }: Viewer): string {
  return JSON.stringify([user, tenant]);
}
