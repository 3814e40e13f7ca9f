import type { Config } from '../config/config.js';
import type { ImageStore } from '../graphql/resolvers/store-resolver.js';
import type { ConfiguredStore } from '../config/store-options.js';
import { fileStore } from '../store/file-store.js';
import { httpSource, type HttpSource } from '../store/http-source.js';
import type { Store } from '../store/store.js';
import { imageStores, type Stores } from '../store/stores.js';

/**
 * Opens the stores of a configuration. A folder must be fit for use; a store behind a network may be away, or silent
 * for long: nobody waits for it here, and what is wrong with it is told when it is known.
 *
 * @throws StoresAlike, StoreError
 */
export async function openStores(config: Config, warn: Warn): Promise<Stores> {
  const all = await Promise.all(config.configuredStores.map((each) => storeOf(each, config)));
  const stores = imageStores(all, config.defaultStore!);
  const prepared = stores.all.map((store) => {
    const ready = store.prepare();
    if (!store.isRemote) return ready;
    ready.catch((error: unknown) => warn(`the store ${store.name} cannot be used yet`, error));
    return undefined;
  });
  await Promise.all(prepared);
  return stores;
}

/** The stores behind a network, to be asked whether they are there: what is silent for so many seconds is not. */
export function remoteStores(config: Config, patience: number): Promise<Store[]> {
  const hasty = (each: ConfiguredStore): Promise<Store>[] =>
    each.kind === 'file'
      ? []
      : [storeOf({ ...each, options: { ...each.options, timeout: patience } } as ConfiguredStore, config)];
  return Promise.all(config.configuredStores.flatMap(hasty));
}

/** Where images may lie on the web, and be copied from. */
export function configuredSource(config: Config): HttpSource {
  return httpSource({
    hosts: config.httpSourceHosts,
    schemes: config.httpSourceSchemes,
    privateNetworks: config.httpSourcePrivate,
    timeout: config.httpSourceTimeout,
  });
}

/** Where the stores are, for the operator: what and where. */
export function describeStores({ all }: Stores): (readonly [string, string])[] {
  return all.map(({ name, place }) => ['images', all.length > 1 ? `${place} (${name})` : place] as const);
}

/** What clients may know of the stores. Web addresses that images may lie at are read from like a store. */
export function shownStores(stores: Stores, { httpSourceHosts }: Config): ImageStore[] {
  const own = stores.all.map((store) => ({
    name: store.name,
    kind: store.kind as string,
    isDefault: store === stores.default,
    isWritable: true,
  }));
  const web = { name: 'http', kind: 'http', isDefault: false, isWritable: false };
  return httpSourceHosts.length > 0 ? [...own, web] : own;
}

/** The folders of the stores that keep files, the first of which also reads what FILE_LOCATION_ROOTS names. */
export function fileFolders({ configuredStores, storeFolder }: Config): string[] {
  return configuredStores.flatMap((store) =>
    store.kind === 'file' ? [store.options.folder ?? storeFolder] : [],
  );
}

/** Tells the operator what does not work yet. */
type Warn = (problem: string, cause: unknown) => void;

const MIB = 1024 * 1024;

/** What speaks to a server is loaded only where there is such a store. */
async function storeOf({ name, kind, options }: ConfiguredStore, config: Config): Promise<Store> {
  switch (kind) {
    case 'file': {
      const [first, ...others] = fileFolders(config);
      // The further folders belong to no store of their own: the first one reads them.
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
