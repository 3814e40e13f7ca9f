import { Choice } from '../parts/choice.js';
import { texts } from '../texts/texts.js';
import { SORT_KEYS, type ListAddress, type SortKey } from './address.js';

const LABELS: Record<SortKey, string> = {
  ...texts.columns,
  createdAt: texts.columns.created,
  updatedAt: texts.columns.changed,
};

/** The order of the list, for windows whose list has no column headings. */
export function SortChoice({
  address: { sort },
  change,
}: {
  address: ListAddress;
  change: (part: Partial<ListAddress>) => void;
}) {
  const directions = [
    [true, texts.descending],
    [false, texts.ascending],
  ] as const;
  return (
    <fieldset className="choices">
      <legend>{texts.sortBy}</legend>
      {SORT_KEYS.map((key) => (
        <Choice
          key={key}
          group="sort-key"
          isChosen={key === sort.key}
          onChoose={() => change({ sort: { ...sort, key } })}
        >
          {LABELS[key]}
        </Choice>
      ))}
      {directions.map(([isDescending, label]) => (
        <Choice
          key={label}
          group="sort-direction"
          isChosen={isDescending === sort.isDescending}
          onChoose={() => change({ sort: { ...sort, isDescending } })}
        >
          {label}
        </Choice>
      ))}
    </fieldset>
  );
}
