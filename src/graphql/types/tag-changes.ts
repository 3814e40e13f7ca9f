import { badInput } from '../../image/errors.js';
import type { TagChanges } from '../../image/change/image-request.js';
import { MOST_TAGS, requireTag } from './image-input.js';

/** Returns the changes of tags for the domain; undefined for none. @throws ImageError BAD_USER_INPUT */
export function tagChanges(add: readonly string[], remove: readonly string[]): TagChanges | undefined {
  if (add.length + remove.length === 0) return undefined;
  for (const [field, tags] of [['addTags', add] as const, ['removeTags', remove] as const])
    if (tags.length > MOST_TAGS) throw badInput(field, `must have at most ${MOST_TAGS} tags`);
  add.forEach((tag, index) => requireTag(tag, `addTags[${index}]`));
  const both = remove.find((tag) => add.includes(tag));
  if (both !== undefined) throw badInput('removeTags', `names ${both}, which is also in addTags`);
  return { add: [...new Set(add)], remove };
}
