import { createSHA256, createSHA384, createSHA512, type IHasher } from 'hash-wasm';

/** An order to this worker. */
export type DigestOrder =
  | { kind: 'ends'; file: File }
  | { kind: 'whole'; file: File; algorithm: string; from?: { at: number; state: Uint8Array } };

/** An answer of this worker. */
export type DigestAnswer =
  | { kind: 'digest'; value: string }
  /** The digest so far, from which a later page can go on. */
  | { kind: 'state'; at: number; state: Uint8Array }
  | { kind: 'unreadable'; message: string };

const MIB = 1024 ** 2;
const PIECE = 4 * MIB;
const END = MIB;
/** Bytes between two states that are told. */
const BETWEEN_STATES = 256 * MIB;
const HASHERS: Record<string, () => Promise<IHasher>> = {
  sha256: createSHA256,
  sha384: createSHA384,
  sha512: createSHA512,
};

addEventListener('message', ({ data }: MessageEvent<DigestOrder>) => {
  const work = data.kind === 'ends' ? digestOfEnds(data.file) : digestOf(data);
  work.catch((error: unknown) => {
    if (error instanceof DOMException) tell({ kind: 'unreadable', message: error.message });
    // Any other failure is the page's own. It becomes an `error` event there.
    else reportError(error);
  });
});

/** The ends tell two files of one size apart, and take no time to read. */
async function digestOfEnds(file: File): Promise<void> {
  const hasher = (await createSHA256()).init();
  for (const part of [file.slice(0, END), file.slice(Math.max(0, file.size - END))])
    hasher.update(await bytesOf(part));
  tell({ kind: 'digest', value: hasher.digest('hex') });
}

async function digestOf({ file, algorithm, from }: Extract<DigestOrder, { kind: 'whole' }>): Promise<void> {
  const hasher = (await HASHERS[algorithm]()).init();
  const begin = from && isLoaded(hasher, from.state) ? from.at : 0;
  for (let at = begin; at < file.size; at += PIECE) {
    const end = Math.min(at + PIECE, file.size);
    hasher.update(await bytesOf(file.slice(at, end)));
    if (end % BETWEEN_STATES === 0) tell({ kind: 'state', at: end, state: hasher.save() });
  }
  tell({ kind: 'digest', value: hasher.digest('hex') });
}

/** Another version of the library has other states: the digest then begins anew. */
function isLoaded(hasher: IHasher, state: Uint8Array): boolean {
  try {
    hasher.load(state);
    return true;
  } catch {
    hasher.init();
    return false;
  }
}

async function bytesOf(part: Blob): Promise<Uint8Array> {
  return new Uint8Array(await part.arrayBuffer());
}

function tell(answer: DigestAnswer): void {
  postMessage(answer);
}
