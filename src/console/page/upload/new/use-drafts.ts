import { useEffect } from 'react';
import { sayFailure } from '../../messages/messages.js';
import { texts } from '../../texts/texts.js';
import { removeFiles, useChosen } from '../chosen.js';
import { newImages, setDraft } from './drafts.js';
import { draftFor } from './look-at-file.js';

/** Looks at each file that was chosen. Takes out those that cannot be read. */
export function useDrafts() {
  const chosen = useChosen();
  const { shared, drafts } = newImages.use();
  useEffect(() => {
    for (const each of chosen) {
      if (newImages.get().drafts.has(each.key) || looking.has(each.key)) continue;
      looking.add(each.key);
      draftFor(each)
        .then((draft) => setDraft(each.key, draft))
        .catch((error: unknown) => {
          removeFiles([each.key]);
          sayFailure(texts.newImageForm.unreadable(each.file.name), String(error));
        })
        .finally(() => looking.delete(each.key));
    }
  }, [chosen]);
  return { chosen, shared, drafts };
}

const looking = new Set<number>();
