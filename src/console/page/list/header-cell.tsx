import { Button } from 'react-aria-components';
import { texts } from '../texts/texts.js';
import type { ListAddress, SortKey } from './address.js';
import type { Column } from './columns.js';

/** The head of a column: its name, which is a button where the list can be sorted by it, or a control. */
export function HeaderCell({
  column: { name, sort: key },
  sort,
  onSort,
  children,
}: {
  column: Column;
  sort: ListAddress['sort'];
  onSort: (key: SortKey) => void;
  children: React.ReactNode;
}) {
  const label = name === 'card' ? texts.columns.name : texts.columns[name];
  const isSorted = key !== undefined && key === sort.key;
  const order = sort.isDescending ? 'descending' : 'ascending';
  return (
    <div role="columnheader" className={`cell cell-${name}`} aria-sort={isSorted ? order : undefined}>
      {children}
      {key ? (
        <Button className="sort" onPress={() => onSort(key)}>
          {label} <span aria-hidden="true">{isSorted ? (sort.isDescending ? '↓' : '↑') : ''}</span>
        </Button>
      ) : (
        <span className={name === 'actions' || name === 'select' ? 'unseen' : undefined}>{label}</span>
      )}
    </div>
  );
}

/** Selects every row that is loaded, or none. */
export function SelectAll({
  isSelected,
  onSelect,
}: {
  isSelected: boolean;
  onSelect: (is: boolean) => void;
}) {
  return (
    <label className="select-box">
      <input
        type="checkbox"
        aria-label={texts.selection.loaded}
        checked={isSelected}
        onChange={({ target }) => onSelect(target.checked)}
      />
    </label>
  );
}
