import { Button } from 'react-aria-components';
import { texts } from '../texts/texts.js';
import type { ListAddress, SortKey } from './address.js';
import type { Column } from './columns.js';

/** The head of a column, a button where the list can be sorted by it. */
export function HeaderCell({
  column: { name, sort: key },
  sort,
  onSort,
}: {
  column: Column;
  sort: ListAddress['sort'];
  onSort: (key: SortKey) => void;
}) {
  const label = name === 'card' ? texts.columns.name : texts.columns[name];
  const isSorted = key !== undefined && key === sort.key;
  const order = sort.isDescending ? 'descending' : 'ascending';
  return (
    <div role="columnheader" className={`cell cell-${name}`} aria-sort={isSorted ? order : undefined}>
      {key ? (
        <Button className="sort" onPress={() => onSort(key)}>
          {label} <span aria-hidden="true">{isSorted ? (sort.isDescending ? '↓' : '↑') : ''}</span>
        </Button>
      ) : (
        <span className={name === 'actions' ? 'unseen' : undefined}>{label}</span>
      )}
    </div>
  );
}
