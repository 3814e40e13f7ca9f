import type { ChangeFeed } from './change-feed.js';

type Operation = (...args: unknown[]) => Promise<unknown>;

/**
 * Returns the part with operations that tell the feed which image they have changed. A failed operation tells it too: an
 * upload that fails leaves a killed image.
 *
 * @param operations the names of the methods that change an image
 */
export function announced<Part extends object>(
  part: Part,
  operations: { readonly [Method in keyof Part]?: string },
  feed: Pick<ChangeFeed, 'changed'>,
): Part {
  const methods = part as Record<string, Operation>;
  const telling = Object.keys(operations).map((name) => [name, { value: tellingOf(methods[name]) }]);
  return Object.create(part, Object.fromEntries(telling) as PropertyDescriptorMap) as Part;

  function tellingOf(operation: Operation): Operation {
    return async (...args) => {
      let result: unknown;
      try {
        return (result = await operation(...args));
      } finally {
        for (const id of imageIdsOf(result, args)) feed.changed(id);
      }
    };
  }
}

/** Returns the ids that an operation names: an image has its own, a membership that of its image. Others change nothing. */
function imageIdsOf(result: unknown, [, requested]: readonly unknown[]): Set<string> {
  const { id, imageId } = (result ?? {}) as { id?: unknown; imageId?: unknown };
  return new Set([imageId, id, requested].filter((each) => typeof each === 'string'));
}
