import type { ImageRowFragment } from '../gateway/operations.js';
import type { Column } from './columns.js';
import type { Place } from './grid-keys.js';

/** A row of the table. One of the cells of the whole table takes the Tab key. */
export function GridRow({
  image,
  row,
  height,
  columns,
  place,
  query,
  marks,
  onPlace,
  onSelect,
}: {
  image: ImageRowFragment;
  row: number;
  height: number;
  columns: readonly Column[];
  place: Place;
  query: string;
  marks: { isCurrent: boolean; isSelected: boolean; isChanged: boolean; isGone: boolean };
  onPlace(place: Place): void;
  /** @param isRange true with Shift, for all rows from the last one that was selected */
  onSelect(isRange: boolean): void;
}) {
  const { isCurrent, isSelected, isChanged, isGone } = marks;
  const classes = ['grid-row', 'image-row', isChanged ? 'changed' : '', isGone ? 'gone' : ''];
  return (
    <div
      role="row"
      aria-rowindex={row + 2}
      aria-selected={isSelected}
      aria-current={isCurrent ? 'true' : undefined}
      className={classes.filter(Boolean).join(' ')}
      style={{ transform: `translateY(${row * height}px)` }}
    >
      {columns.map((column, nth) => {
        const tabIndex = row === place.row && nth === place.column ? 0 : -1;
        return (
          <div
            key={column.name}
            role={column.isHeading ? 'rowheader' : 'gridcell'}
            className={`cell cell-${column.name}`}
            data-cell={`${row}:${nth}`}
            tabIndex={column.hasControl ? undefined : tabIndex}
            onFocus={() => onPlace({ row, column: nth })}
          >
            {column.cell(image, { tabIndex, query, isSelected, onSelect })}
          </div>
        );
      })}
    </div>
  );
}

/** Returns what takes the focus for a cell: its control, or itself. */
export function cellAt(grid: HTMLElement, { row, column }: Place): HTMLElement | null {
  const cell = grid.querySelector<HTMLElement>(`[data-cell="${row}:${column}"]`);
  return cell?.querySelector<HTMLElement>('a, button, input') ?? cell;
}
