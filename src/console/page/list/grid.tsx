import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { ImageRowFragment } from '../gateway/operations.js';
import { usePreferences } from '../use-preferences.js';
import { texts } from '../texts/texts.js';
import type { ListAddress, SortKey } from './address.js';
import type { Column } from './columns.js';
import { moved, type Place } from './grid-keys.js';
import { HeaderCell } from './header-cell.js';

export interface GridProps {
  rows: readonly ImageRowFragment[];
  columns: readonly Column[];
  /** The number of images in the whole list; undefined while it is not known. */
  total: number | undefined;
  sort: ListAddress['sort'];
  /** The query of the list, which the addresses of its images keep. */
  query: string;
  /** Names the list: with another one the table begins at its start. */
  list: string;
  /** The id of the image that is open beside the list. */
  current: string | undefined;
  changed: ReadonlySet<string>;
  gone: ReadonlySet<string>;
  onSort(key: SortKey): void;
  onOpen(id: string): void;
  /** The rows from `first` to before `end` are to be seen. */
  onShown(first: number, end: number): void;
}

/** Rows that are drawn above and below those that are seen. */
const MARGIN = 6;
const HEIGHTS = { card: 72, comfortable: 44, compact: 34 };

/** A table of images of which only the rows in sight are in the document. One cell takes the Tab key; arrows move it. */
export function Grid(props: GridProps) {
  const { rows, columns, total, sort, query, current, changed, gone, onShown } = props;
  const { density, keys } = usePreferences();
  const isCards = columns[0].name === 'card';
  const height = HEIGHTS[isCards ? 'card' : density];
  const grid = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const [chosen, setPlace] = useState<Place>({ row: 0, column: 0 });
  const place = {
    row: Math.max(0, Math.min(chosen.row, rows.length - 1)),
    column: Math.min(chosen.column, columns.length - 1),
  };

  const seen = Math.floor(view.top / height);
  const count = Math.ceil(view.height / height);
  const from = Math.max(0, seen - MARGIN);
  const to = Math.min(rows.length, seen + count + MARGIN);
  const drawn = Array.from({ length: to - from }, (_, n) => from + n);
  // The row that takes the Tab key stays in the document.
  if (rows.length > 0 && !drawn.includes(place.row)) drawn.push(place.row);

  useLayoutEffect(() => {
    const element = grid.current!;
    const measure = () => setView({ top: element.scrollTop, height: element.clientHeight });
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    measure();
    return () => watch.disconnect();
  }, []);
  useLayoutEffect(() => {
    grid.current!.scrollTop = 0;
    setPlace({ row: 0, column: 0 });
  }, [props.list]);
  useEffect(() => onShown(from, to), [from, to, rows.length]);

  const go = (next: Place) => {
    setPlace(next);
    const element = grid.current!;
    const [above, below] = [next.row * height, (next.row + 1) * height];
    const inside = element.clientHeight - headHeight(element);
    if (above < element.scrollTop) element.scrollTop = above;
    else if (below > element.scrollTop + inside) element.scrollTop = below - inside;
    // The row may be drawn only after the scrolling.
    requestAnimationFrame(() => cellAt(element, next)?.focus());
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (isInMenu(event) || (keys === 'off' && /^[jk]$/.test(event.key))) return;
    const next = moved(event, place, {
      rows: rows.length,
      columns: columns.length,
      page: Math.max(1, count - 2),
    });
    if (next) {
      event.preventDefault();
      return go(next);
    }
    if (
      event.key === 'Enter' &&
      !event.ctrlKey &&
      !event.metaKey &&
      columns[place.column].name !== 'actions' &&
      rows[place.row]
    ) {
      event.preventDefault();
      props.onOpen(rows[place.row].id);
    }
  };

  return (
    <div
      ref={grid}
      role="grid"
      className={isCards ? 'grid grid-cards' : 'grid'}
      aria-label={texts.images}
      aria-rowcount={total === undefined ? -1 : total + 1}
      aria-colcount={columns.length}
      style={
        {
          '--columns': columns.map(({ width }) => width).join(' '),
          '--row': `${height}px`,
        } as React.CSSProperties
      }
      onScroll={({ currentTarget: { scrollTop, clientHeight } }) =>
        setView({ top: scrollTop, height: clientHeight })
      }
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup" className={isCards ? 'unseen' : 'grid-head'}>
        <div role="row" aria-rowindex={1} className="grid-row">
          {columns.map((column) => (
            <HeaderCell key={column.name} column={column} sort={sort} onSort={props.onSort} />
          ))}
        </div>
      </div>
      <div role="rowgroup" className="grid-body" style={{ height: rows.length * height }}>
        {drawn.map((row) => (
          <div
            key={rows[row].id}
            role="row"
            aria-rowindex={row + 2}
            aria-current={rows[row].id === current ? 'true' : undefined}
            className={rowClass(rows[row], { changed, gone })}
            style={{ transform: `translateY(${row * height}px)` }}
          >
            {columns.map((column, nth) => {
              const tabIndex = row === place.row && nth === place.column ? 0 : -1;
              const isInner = column.name === 'name' || column.name === 'card' || column.name === 'actions';
              return (
                <div
                  key={column.name}
                  role={nth === 0 ? 'rowheader' : 'gridcell'}
                  className={`cell cell-${column.name}`}
                  data-cell={`${row}:${nth}`}
                  tabIndex={isInner ? undefined : tabIndex}
                  onFocus={() => setPlace({ row, column: nth })}
                >
                  {column.cell(shownRow(rows[row], gone), { tabIndex, query })}
                </div>
              );
            })}
          </div>
        ))}
      </div>
    </div>
  );
}

function rowClass(
  { id, status }: ImageRowFragment,
  { changed, gone }: Pick<GridProps, 'changed' | 'gone'>,
): string {
  const isGone = gone.has(id) || status === 'deleted';
  return ['grid-row', 'image-row', changed.has(id) ? 'changed' : '', isGone ? 'gone' : ''].join(' ');
}

/** An image that is no longer to be seen stays in its row until the list is read anew. */
function shownRow(image: ImageRowFragment, gone: ReadonlySet<string>): ImageRowFragment {
  return gone.has(image.id) ? { ...image, status: 'gone' } : image;
}

/** Returns what takes the focus for a cell: its link or its button, or itself. */
function cellAt(grid: HTMLElement, { row, column }: Place): HTMLElement | null {
  const cell = grid.querySelector<HTMLElement>(`[data-cell="${row}:${column}"]`);
  return cell?.querySelector<HTMLElement>('a, button') ?? cell;
}

function headHeight(grid: HTMLElement): number {
  return grid.querySelector<HTMLElement>('.grid-head')?.offsetHeight ?? 0;
}

/** Events of a menu that belongs to a row bubble through the row, though the menu stands elsewhere. */
function isInMenu({ target, currentTarget }: React.KeyboardEvent): boolean {
  return !currentTarget.contains(target as Node);
}
