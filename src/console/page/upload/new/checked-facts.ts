import type { NewImageFactsQuery } from '../../gateway/operations.js';
import { texts } from '../../texts/texts.js';
import type { Fault, UploadFacts } from '../files/checks.js';
import type { Transfer } from '../transfer.js';
import type { Limits } from './drafts.js';

/** @param own the uploads of this page, which wait for one another */
export function checkedFacts(
  { viewer, gateway, formats }: NewImageFactsQuery,
  own: readonly Transfer[],
): UploadFacts {
  const { images, storage } = viewer.quota;
  const left = ({ limit, used }: { limit?: number | null; used: number }) =>
    limit === null || limit === undefined ? null : Math.max(0, limit - used);
  const { resumable } = gateway;
  const others = viewer.unfinishedUploads.filter(({ image }) => !own.some(({ id }) => id === image?.id));
  return {
    canCreate: viewer.can.create,
    isReadOnly: viewer.readOnly,
    resumable: Boolean(resumable),
    sizeCap: gateway.imageSizeCap ?? null,
    imagesLeft: left(images),
    bytesLeft: left(storage),
    unfinishedLeft: resumable ? Math.max(0, resumable.unfinishedPerCaller - others.length) : null,
    diskFormats: formats.disk,
    containerFormats: formats.container,
  };
}

export function limitsIn({ viewer: { quota } }: NewImageFactsQuery): Limits {
  return { properties: quota.propertiesPerImage ?? null, tags: quota.tagsPerImage ?? null };
}

/** Returns a fault in words. */
export function saidFault({ code, limit, value }: Fault): string {
  return texts.newImageForm.faults[code](limit ?? 0, value ?? '');
}
