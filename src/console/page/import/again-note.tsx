import { Button } from 'react-aria-components';
import { Choice } from '../parts/choice.js';
import { shownText } from '../parts/unseen.js';
import { texts } from '../texts/texts.js';
import type { FailedImport } from './new-import.js';

/** Says which import the form begins again, and whether its image stays. */
export function AgainNote({
  failed: { record, isDeleted },
  isSameImage,
  onChange,
  onClear,
}: {
  failed: FailedImport;
  /** True while the image of the failed import takes the data. */
  isSameImage: boolean;
  onChange: (isDeleted: boolean) => void;
  onClear: () => void;
}) {
  const { importForm } = texts;
  const name = shownText(record.input.name || record.id);
  return (
    <div className="choose">
      <p role="status">{isSameImage ? importForm.sameImage(name) : importForm.otherImage(name)}</p>
      {!isSameImage && (
        <Choice isChosen={isDeleted} onChoose={onChange}>
          {importForm.deleteFailed}
        </Choice>
      )}
      <Button className="button" onPress={onClear}>
        {importForm.clear}
      </Button>
    </div>
  );
}
