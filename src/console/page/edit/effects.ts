import type { Visibility } from '../gateway/operations.js';
import { texts } from '../texts/texts.js';
import type { Draft } from './draft.js';

/** Returns what a change of the visibility means for others, beside what the visibility says of itself. */
export function visibilityWarning(
  image: { visibility: Visibility; members: readonly { status: string }[] },
  next: Visibility,
): string | undefined {
  if (next === image.visibility) return undefined;
  const accepted = image.members.filter(({ status }) => status === 'accepted').length;
  if (next === 'PRIVATE' && image.visibility === 'SHARED' && accepted > 0) return texts.edit.lose(accepted);
  if (image.visibility === 'PUBLIC' && next !== 'COMMUNITY') return texts.edit.losePublic;
  if (image.visibility === 'COMMUNITY' && next !== 'PUBLIC') return texts.edit.loseCommunity;
  return undefined;
}

/**
 * Returns a sentence for each change that reaches far, and so is confirmed.
 *
 * @param ownerText names a project
 */
export function farReaching(base: Draft, draft: Draft, ownerText: (id: string) => string): readonly string[] {
  const sentences: string[] = [];
  if (draft.visibility === 'PUBLIC' && base.visibility !== 'PUBLIC')
    sentences.push(texts.visibilityEffects.PUBLIC);
  if (draft.owner.trim() !== base.owner)
    sentences.push(texts.edit.ownerEffect(ownerText(base.owner), ownerText(draft.owner.trim())));
  return sentences;
}
