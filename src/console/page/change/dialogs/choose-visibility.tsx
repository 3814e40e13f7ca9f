import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { ImageRowFragment, Visibility } from '../../gateway/operations.js';
import { VisibilityChoice } from '../../edit/visibility-choice.js';
import { texts } from '../../texts/texts.js';
import type { Change } from '../change.js';
import { DialogActions } from './task-dialog.js';

/** Chooses one visibility for many images. */
export function ChooseVisibility({
  images,
  onChoose,
  onCancel,
}: {
  images: readonly (ImageRowFragment | null)[];
  onChoose: (change: Change) => void;
  onCancel: () => void;
}) {
  const [visibility, setVisibility] = useState<Visibility>();
  const present = new Set(images.flatMap((image) => (image ? [image.visibility] : [])));
  return (
    <>
      <VisibilityChoice
        chosen={visibility ?? (present.size === 1 ? [...present][0] : undefined)}
        kept={[...present]}
        onChoose={setVisibility}
      />
      <DialogActions startsHere onCancel={onCancel}>
        <Button
          className="button button-main"
          isDisabled={visibility === undefined}
          onPress={() => onChoose({ kind: 'visibility', visibility: visibility! })}
        >
          {texts.bulk.goOnToPreview}
        </Button>
      </DialogActions>
    </>
  );
}
