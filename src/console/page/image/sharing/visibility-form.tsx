import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useOneChange } from '../../change/dialogs/use-one-change.js';
import { visibilityWarning } from '../../edit/effects.js';
import { VisibilityChoice } from '../../edit/visibility-choice.js';
import { useConnection } from '../../gateway/connection.js';
import type { Visibility } from '../../gateway/operations.js';
import { RefusedBox } from '../../parts/refused-box.js';
import { shownText } from '../../parts/unseen.js';
import { texts } from '../../texts/texts.js';
import type { Detail } from '../detail.js';

/** Changes who may use an image, after it has said what that means. */
export function VisibilityForm({ image }: { image: Detail }) {
  const { id, name, visibility } = image;
  const [wanted, setWanted] = useState<Visibility>();
  const { isBusy, failure, make } = useOneChange(id, shownText(name || id));
  const { trouble } = useConnection();
  const next = wanted === visibility ? undefined : wanted;
  const change = async () => {
    if (await make({ kind: 'visibility', visibility: next! })) setWanted(undefined);
  };
  return (
    <form
      className="visibility-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (next && !trouble) void change();
      }}
    >
      <VisibilityChoice chosen={next ?? visibility} kept={[visibility]} onChoose={setWanted} />
      <div role="status">
        {next && <p>{texts.visibilityEffects[next]}</p>}
        {next && <p className="warning">{visibilityWarning(image, next)}</p>}
      </div>
      {failure && <RefusedBox failure={failure} />}
      {next && (
        <div className="visibility-actions">
          <Button className="button" isDisabled={isBusy} onPress={() => setWanted(undefined)}>
            {texts.cancel}
          </Button>
          <Button
            className="button button-main"
            type="submit"
            isPending={isBusy}
            isDisabled={trouble !== undefined}
          >
            {texts.sharing.changeVisibility}
          </Button>
        </div>
      )}
    </form>
  );
}
