import { Readable } from 'node:stream';

/** A body whose length nobody says beforehand: it is sent in chunks. */
export function inPieces(...pieces: (string | Buffer)[]): BodyInit {
  return Readable.toWeb(Readable.from(pieces.map((piece) => Buffer.from(piece)))) as BodyInit;
}

/** All bytes of data that is read piece by piece, where a piece is good only until the next comes. */
export async function bytesOf(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const kept: Buffer[] = [];
  for await (const piece of pieces) kept.push(Buffer.from(piece));
  return Buffer.concat(kept);
}
