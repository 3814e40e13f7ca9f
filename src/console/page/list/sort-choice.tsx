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
        <label key={key} className="choice">
          <input
            type="radio"
            name="sort-key"
            checked={key === sort.key}
            onChange={() => change({ sort: { ...sort, key } })}
          />
          {LABELS[key]}
        </label>
      ))}
      {directions.map(([isDescending, label]) => (
        <label key={label} className="choice">
          <input
            type="radio"
            name="sort-direction"
            checked={isDescending === sort.isDescending}
            onChange={() => change({ sort: { ...sort, isDescending } })}
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
