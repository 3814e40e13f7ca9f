import type { Config } from '../config/config.js';
import type { ImageStore } from '../graphql/resolvers/store-resolver.js';
import { storePrefix, type ConfiguredStore } from '../config/store-options.js';
import { fileStore } from '../store/file-store.js';
import { httpSource, type HttpSource } from '../store/http-source.js';
import { StoreError, type Store } from '../store/store.js';
import { FolderUnusable } from './folder-unusable.js';
import { imageStores, type Stores } from '../store/configured-stores.js';

/**
 * Opens the configured stores. Refuses a folder that the gateway cannot read. A remote store may be away, so the gateway
 * starts without waiting for it, and warns when the store turns out to be unusable.
 *
 * @throws StoresAlike, FolderUnusable
 */
export async function openStores(config: Config, warn: Warn): Promise<Stores> {
  const all = await Promise.all(config.configuredStores.map((each) => storeOf(each, config)));
  const stores = imageStores(all, config.defaultStore!);
  const prepared = stores.all.map((store) => {
    const ready = store.prepare();
    if (!store.isRemote) return ready.catch(readOnlyError).catch(rethrowFor(store));
    ready.catch((error: unknown) => warn(`the store ${store.name} cannot be used yet`, error));
    return undefined;
  });
  await Promise.all(prepared);
  return stores;

  function rethrowFor({ name, place }: Store) {
    return (error: unknown): never => {
      const { cause = error } = error as Error;
      const { path } = cause as NodeJS.ErrnoException;
      if (path !== undefined && path !== place && config.fileLocationRoots.includes(path))
        throw new FolderUnusable('FILE_LOCATION_ROOTS', path, cause);
      throw new FolderUnusable(folderOption(name, config), place, cause);
    };
  }
}

/**
 * Builds the stores for a check, which does not prepare them.
 *
 * @param patience the seconds after which a silent remote store counts as unusable
 */
export function unpreparedStores(config: Config, patience: number): Promise<Store[]> {
  const hasty = (each: ConfiguredStore): ConfiguredStore =>
    each.kind === 'file'
      ? each
      : ({ ...each, options: { ...each.options, timeout: patience } } as ConfiguredStore);
  return Promise.all(config.configuredStores.map((each) => storeOf(hasty(each), config)));
}

/** Builds the source for data at the web servers that the configuration allows. */
export function configuredSource(config: Config): HttpSource {
  return httpSource({
    hosts: config.httpSourceHosts,
    schemes: config.httpSourceSchemes,
    privateNetworks: config.httpSourcePrivate,
    timeout: config.httpSourceTimeout,
  });
}

/** Returns the places of the stores for the operator: what, and where. */
export function describeStores({ all }: Stores): (readonly [string, string])[] {
  return all.map(({ name, place }) => ['images', all.length > 1 ? `${place} (${name})` : place] as const);
}

/** The name of the store that stands for sources on the web. */
export const WEB_STORE = 'http';

/** Returns the stores as clients see them. Sources on the web are one more store, which clients cannot write to. */
export function shownStores(stores: Stores, { httpSourceHosts }: Config): ImageStore[] {
  const own = stores.all.map((store) => ({
    name: store.name,
    kind: store.kind as string,
    isDefault: store === stores.default,
    isWritable: true,
  }));
  const web = { name: WEB_STORE, kind: 'http', isDefault: false, isWritable: false };
  return httpSourceHosts.length > 0 ? [...own, web] : own;
}

/** Returns the folders of the file stores. The first of these stores also reads the folders of FILE_LOCATION_ROOTS. */
export function fileFolders({ configuredStores, storeFolder }: Config): string[] {
  return configuredStores.flatMap((store) =>
    store.kind === 'file' ? [store.options.folder ?? storeFolder] : [],
  );
}

/** Returns the option that chooses the folder of a file store. */
export function folderOption(name: string, { configuredStores, filesystemStoreDatadir }: Config): string {
  const store = configuredStores.find((each) => each.name === name);
  if (store?.kind === 'file' && store.options.folder !== undefined) return `${storePrefix(name)}FOLDER`;
  return filesystemStoreDatadir === undefined ? 'DATA_DIR' : 'FILESYSTEM_STORE_DATADIR';
}

/** Returns the error of a store that can only be read. @throws every other error */
export function readOnlyError(error: unknown): StoreError {
  if (error instanceof StoreError && error.fault === 'readOnly') return error;
  throw error;
}

/** Logs a problem that the gateway can start with. */
type Warn = (problem: string, cause: unknown) => void;

const MIB = 1024 * 1024;

/** Builds one store. Loads the code of a remote store only if the configuration has such a store. */
async function storeOf({ name, kind, options }: ConfiguredStore, config: Config): Promise<Store> {
  switch (kind) {
    case 'file': {
      const [first, ...others] = fileFolders(config);
      // The folders of FILE_LOCATION_ROOTS belong to no store, so the first file store reads them.
      const further = config.fileLocationRoots.filter((root) => !others.includes(root));
      const folder = options.folder ?? config.storeFolder;
      return fileStore(folder, { name, further: folder === first ? further : [] });
    }
    case 'swift': {
      const { swiftStore } = await import('../store/swift-store.js');
      const { reference = name, segmentSize } = options;
      return swiftStore({ ...options, reference, segmentSize: segmentSize * MIB }, name);
    }
    case 's3': {
      const { s3Store } = await import('../store/s3-store.js');
      const { bucketUrlFormat: format, endpoint, segmentSize } = options;
      const isPathStyle = format === 'path' || (format === 'auto' && endpoint !== undefined);
      return s3Store({ ...options, isPathStyle, segmentSize: segmentSize * MIB }, name);
    }
  }
}
