import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { DialogActions } from '../change/dialogs/task-dialog.js';
import { Choice } from '../parts/choice.js';
import { Visible } from '../parts/visible.js';
import { texts } from '../texts/texts.js';
import { firstSide, type Conflict, type Side, type Value } from './merge.js';

/** Shows both values of each field that somebody else changed meanwhile, and lets choose. */
export function ConflictChoice({
  conflicts,
  shown,
  onChoose,
  onCancel,
}: {
  conflicts: readonly Conflict[];
  shown: (key: string, value: Value) => { label: string; value: string };
  onChoose: (sides: Readonly<Record<string, Side>>) => void;
  onCancel: () => void;
}) {
  const { conflict: labels } = texts;
  const [sides, setSides] = useState<Readonly<Record<string, Side>>>({});
  const text = useRef<HTMLParagraphElement>(null);
  useEffect(() => text.current?.focus(), []);
  return (
    <>
      <p ref={text} tabIndex={-1} role="alert">
        {labels.explained}
      </p>
      {conflicts.map((each) => (
        <fieldset key={each.key} className="choices conflict">
          <legend>{shown(each.key, each.mine).label}</legend>
          {(['mine', 'theirs'] as const).map((side) => (
            <Choice
              key={side}
              group={`side of ${each.key}`}
              isChosen={(sides[each.key] ?? firstSide(each)) === side}
              onChoose={() => setSides({ ...sides, [each.key]: side })}
            >
              <span>
                {labels[side]}{' '}
                <strong className="value">
                  <Visible text={shown(each.key, each[side]).value} />
                </strong>
              </span>
            </Choice>
          ))}
        </fieldset>
      ))}
      <DialogActions onCancel={onCancel}>
        <Button className="button button-main" onPress={() => onChoose(sides)}>
          {labels.use}
        </Button>
      </DialogActions>
    </>
  );
}
