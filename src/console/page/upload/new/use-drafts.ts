import { useEffect } from 'react';
import { sayFailure } from '../../messages/messages.js';
import { texts } from '../../texts/texts.js';
import { removeFiles, useChosen, type ChosenFile } from '../chosen.js';
import { newImages, setDraft, setSums } from './drafts.js';
import { draftFor } from './look-at-file.js';
import { isSumsFile } from './sums-for-all.js';

/** Looks at each file that was chosen. Takes out those that cannot be read. */
export function useDrafts() {
  const chosen = useChosen();
  const drafts = newImages.use();
  useEffect(() => {
    for (const each of chosen) {
      if (newImages.get().drafts.has(each.key) || looking.has(each.key)) continue;
      looking.add(each.key);
      lookAt(each)
        .catch((error: unknown) => {
          removeFiles([each.key]);
          sayFailure(texts.newImageForm.unreadable(each.file.name), String(error));
        })
        .finally(() => looking.delete(each.key));
    }
  }, [chosen]);
  return { chosen, ...drafts };
}

const looking = new Set<number>();

async function lookAt(chosen: ChosenFile): Promise<void> {
  if (!isSumsFile(chosen.file)) return setDraft(chosen.key, await draftFor(chosen));
  const text = await chosen.file.text();
  removeFiles([chosen.key]);
  setSums(`${newImages.get().sums}\n${text}`.trim());
}
