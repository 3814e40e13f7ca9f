import type { Config } from '../config/config.js';
import { storePrefix } from '../config/store-options.js';
import type { Finding } from '../database/inspection.js';
import { folderOption, unpreparedStores } from '../gateway/stores.js';
import { unrecordedData } from '../gateway/unrecorded-data.js';
import { folderState, type FolderState } from '../store/folder-state.js';
import type { Store } from '../store/store.js';

export interface StoreFacts {
  place: string;
  /** The state of the store's folder. A remote store is `good` or `unusable`. */
  state: FolderState | 'unusable';
}

/**
 * Looks at every store, and at the folders of FILE_LOCATION_ROOTS. Changes nothing.
 *
 * @param hasImages false for a database without an image; undefined for one that cannot be read
 */
export async function inspectStores(
  config: Config,
  hasImages: boolean | undefined,
): Promise<{ stores: StoreFacts[]; findings: Finding[] }> {
  const all = await unpreparedStores(config, PATIENCE_SECONDS);
  const files = all.filter(({ isRemote }) => !isRemote);
  const folders = await Promise.all(files.map((store) => inspectFolder(store, config)));
  const remote = await Promise.all(all.filter(({ isRemote }) => isRemote).map(inspectRemote));
  const roots = await Promise.all(config.fileLocationRoots.map(inspectRoot));
  const unrecorded = hasImages === false ? await unrecordedData(all) : [];
  const stores = [...folders, ...remote];
  return {
    stores: stores.map(({ place, state }) => ({ place, state })),
    findings: [...[...stores, ...roots].flatMap(({ finding }) => finding ?? []), ...unrecorded],
  };
}

interface Inspected extends StoreFacts {
  finding?: Finding;
}

/** The seconds that a remote store may be silent. The check asks it up to four times. */
const PATIENCE_SECONDS = 5;

const FOLDER_FINDINGS: Record<FolderState, Finding | undefined> = {
  good: undefined,
  missing: { severity: 'note', what: 'does not exist yet.', todo: 'The gateway makes it when it starts.' },
  unmakeable: {
    severity: 'refused',
    what: 'does not exist and cannot be made.',
    todo: 'Let the user that runs the gateway write into the folder above it, or choose another folder.',
  },
  noFolder: { severity: 'refused', what: 'is not a folder.', todo: 'Choose another folder.' },
  unreadable: {
    severity: 'refused',
    what: 'cannot be read.',
    todo: 'Let the user that runs the gateway read it, or choose another folder.',
  },
  unwritable: {
    severity: 'limited',
    what: 'cannot be written to: the gateway serves its data, and refuses uploads.',
    todo: 'Let the user that runs the gateway write to it, or choose another folder.',
  },
};

async function inspectFolder({ name, place }: Store, config: Config): Promise<Inspected> {
  const state = await folderState(place);
  const finding = FOLDER_FINDINGS[state];
  const option = folderOption(name, config);
  return {
    place,
    state,
    finding: finding && { ...finding, what: `${option}: the image store ${place} ${finding.what}` },
  };
}

async function inspectRemote(store: Store): Promise<Inspected> {
  const { name, place } = store;
  try {
    await store.prepare();
    return { place, state: 'good' };
  } catch (error) {
    const what = `The store ${name} (${place}) cannot be used: ${(error as Error).message}.`;
    const todo =
      `Look at its options ${storePrefix(name)}… and at its server. ` +
      'The gateway starts without the store, and refuses the work that needs it.';
    return { place, state: 'unusable', finding: { severity: 'limited', what, todo } };
  }
}

/** Inspects a folder of FILE_LOCATION_ROOTS. The gateway never makes it, and writes there only to remove files. */
async function inspectRoot(place: string): Promise<Inspected> {
  const state = await folderState(place);
  if (state === 'good') return { place, state };
  const which = `${place} of FILE_LOCATION_ROOTS`;
  if (state === 'unwritable') {
    const what = `${which} cannot be written to: the gateway cannot remove the data of images deleted here.`;
    const todo = 'Let the user that runs the gateway write to it.';
    return { place, state, finding: { severity: 'limited', what, todo } };
  }
  const what = `${which} ${state === 'unreadable' ? 'cannot be read' : 'is not a folder'}.`;
  const todo = 'Let the user that runs the gateway read it, or leave it out.';
  return { place, state, finding: { severity: 'refused', what, todo } };
}
