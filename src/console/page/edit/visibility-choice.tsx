import { useId } from 'react';
import type { Visibility } from '../gateway/operations.js';
import { Choice } from '../parts/choice.js';
import { useStart } from '../shell/start.js';
import { texts } from '../texts/texts.js';

const ALL: readonly Visibility[] = ['PRIVATE', 'SHARED', 'COMMUNITY', 'PUBLIC'];

/** The four visibilities as sentences. Those that the viewer may not give are absent. */
export function VisibilityChoice({
  chosen,
  kept,
  onChoose,
}: {
  chosen: Visibility | undefined;
  /** Visibilities that images have already, and so may keep. */
  kept: readonly Visibility[];
  onChoose: (visibility: Visibility) => void;
}) {
  const group = useId();
  const { viewer } = useStart();
  const isAllowed = (visibility: Visibility) =>
    kept.includes(visibility) ||
    (visibility === 'PUBLIC' ? viewer.can.publish : visibility !== 'COMMUNITY' || viewer.can.makeCommunity);
  return (
    <fieldset className="choices">
      <legend>{texts.edit.visibility}</legend>
      {ALL.filter(isAllowed).map((visibility) => (
        <Choice
          key={visibility}
          group={group}
          isChosen={visibility === chosen}
          onChoose={() => onChoose(visibility)}
        >
          <span>
            <strong>{texts.visibilities[visibility]}</strong> {texts.edit.visibilitySentences[visibility]}
          </span>
        </Choice>
      ))}
    </fieldset>
  );
}
