import type { ChosenFile } from '../chosen.js';
import { guessFormat, HEAD, TAIL } from '../files/format-guess.js';
import { proposedName, proposedProperties } from '../files/proposals.js';
import type { ImageDraft } from './drafts.js';

/**
 * Proposes an image for a file, from its name, its first and its last bytes.
 *
 * @throws DOMException for a file that cannot be read
 */
export async function draftFor({ file }: ChosenFile): Promise<ImageDraft> {
  const [head, tail] = await Promise.all([
    bytesOf(file.slice(0, HEAD)),
    bytesOf(file.slice(Math.max(0, file.size - TAIL))),
  ]);
  const guess = guessFormat(file.name, head, tail);
  return {
    guess,
    name: proposedName(file.name),
    diskFormat: guess.diskFormat,
    containerFormat: guess.containerFormat,
    sums: '',
    proposals: proposedProperties(file.name).map((each) => ({ ...each, isTaken: false })),
  };
}

async function bytesOf(part: Blob): Promise<Uint8Array> {
  return new Uint8Array(await part.arrayBuffer());
}
