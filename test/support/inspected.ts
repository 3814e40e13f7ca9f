import { formatInspector, TAIL, type Inspection } from '../../src/image/inspector/format-inspector.js';

const BLOCK = 4 * 1024 * 1024;
const ODD = [1, 7, 511, 513, 4095, 65_537];

/** Returns what data is, seen in blocks of some lengths in turn. */
export function inspected(data: Buffer, lengths: readonly number[] = [BLOCK]): Inspection {
  return inspectedInPieces(data, (_at, index) => lengths[index % lengths.length]);
}

/** Returns what data is, and throws when the pieces in which it is seen make a difference. */
export function inspectedInEveryWay(data: Buffer, bytesAlone = 70 * 1024): Inspection {
  const [inspection, ...others] = [
    inspected(data),
    inspected(data, ODD),
    inspectedInPieces(data, (at) => (at < bytesAlone ? 1 : BLOCK)),
    inspectedInParts(data),
  ];
  const other = others.find((each) => JSON.stringify(each) !== JSON.stringify(inspection));
  if (other) throw new Error(`${JSON.stringify(inspection)} in blocks, ${JSON.stringify(other)} in pieces`);
  return inspection;
}

/** Also holds the inspector to its word: what was certain before the end must stay so. */
function inspectedInPieces(data: Buffer, lengthOf: (at: number, index: number) => number): Inspection {
  const inspector = formatInspector();
  for (let at = 0, index = 0; at < data.length; index += 1) {
    const length = lengthOf(at, index);
    inspector.see(data.subarray(at, at + length));
    at += length;
  }
  const soFar = inspector.soFar();
  const inspection = inspector.end();
  if (soFar && soFar.format !== inspection.format)
    throw new Error(`${soFar.format} was certain, and it is ${inspection.format}`);
  if (soFar?.danger && !inspection.danger) throw new Error(`it was certain that ${soFar.danger}`);
  return inspection;
}

/** Passes over what tells nothing, as it is done with stored data. */
function inspectedInParts(data: Buffer): Inspection {
  const inspector = formatInspector();
  for (let at = 0; at < data.length;) {
    const end = at + 64 * 1024;
    inspector.see(data.subarray(at, end));
    at = Math.max(end, Math.min(inspector.next(), data.length - TAIL));
    inspector.skip(at - end);
  }
  return inspector.end();
}
