import { MALFORMED, u64le, type Look } from './look.js';

/** VirtualBox's disk images (VirtualBox, src/VBox/Storage/VDICore.h). */
export const vdi: Look = function* () {
  const header = yield { at: 0, length: 456 };
  if (header.length < 68 || header.readUInt32LE(64) !== SIGNATURE) return undefined;
  const format = 'vdi';
  if (header.length < 456) return { format, danger: MALFORMED };
  const blocks = header.readUInt32LE(384);
  return {
    format,
    virtualSize: u64le(header, 368),
    leastSize: header.readUInt32LE(340) + 4 * blocks,
    danger: header.readUInt16LE(70) === MAJOR_VERSION ? parent(header) : 'it has an unknown version',
  };
};

/** Images of version 0, which only early test versions of VirtualBox wrote, have another header. */
const MAJOR_VERSION = 1;

function parent(header: Buffer): string | undefined {
  const type = header.readUInt32LE(76);
  if (type !== DYNAMIC && type !== STATIC) return 'it is the difference to another image';
  return header.subarray(424, 456).some((byte) => byte !== 0) ? 'it names a parent image' : undefined;
}

const SIGNATURE = 0xbeda107f;
const DYNAMIC = 1;
const STATIC = 2;
