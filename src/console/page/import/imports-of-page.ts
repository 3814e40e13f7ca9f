import type { Client } from '@urql/core';
import { ownedWork, ownerOf } from '../parts/owned-work.js';
import type { Viewer } from '../shell/start.js';
import type { Imports } from './imports.js';

const work = ownedWork<Imports>();

/** Leaves all imports to a later page of their user. */
export const leaveImports = work.leave;

/** Returns the imports of this page. Their code is loaded with the first of them. */
export function importsFor(client: Client, viewer: Viewer): Promise<Imports> {
  const by = ownerOf(viewer);
  return work.of(by, async () => {
    const { startImports } = await import('./imports.js');
    return startImports(client, by);
  });
}
