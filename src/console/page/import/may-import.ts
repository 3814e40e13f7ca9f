import type { Viewer } from '../shell/start.js';

/** Returns true for a viewer who may make images of data at web addresses, on a gateway that imports. */
export function mayImport({ can, readOnly }: Viewer): boolean {
  return can.create && can.import && !readOnly;
}
