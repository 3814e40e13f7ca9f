import { Readable } from 'node:stream';

/** A body whose length nobody says beforehand: it is sent in chunks. */
export function inPieces(...pieces: (string | Buffer)[]): BodyInit {
  return Readable.toWeb(Readable.from(pieces.map((piece) => Buffer.from(piece)))) as BodyInit;
}
