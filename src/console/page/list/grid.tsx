import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { isLeaving } from '../change/change.js';
import type { ImageRowFragment } from '../gateway/operations.js';
import { usePreferences } from '../use-preferences.js';
import { texts } from '../texts/texts.js';
import type { ListAddress, SortKey } from './address.js';
import { headingOf, type Column } from './columns.js';
import { moved, type Place } from './grid-keys.js';
import { cellAt, GridRow } from './grid-row.js';
import { HeaderCell, SelectAll } from './header-cell.js';
import { stretched, toggled, type Range, type Selected } from './selection.js';

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
  selected: Selected;
  changed: ReadonlySet<string>;
  gone: ReadonlySet<string>;
  /** The row that takes the focus, once for each such object. */
  focusOn: { row: number } | undefined;
  onSort(key: SortKey): void;
  onOpen(id: string): void;
  onEdit(image: ImageRowFragment): void;
  onSelect(selected: Selected): void;
  /** The rows from `first` to before `end` are to be seen. */
  onShown(first: number, end: number): void;
}

/** Rows that are drawn above and below those that are seen. */
const MARGIN = 6;
/** For text of the usual size; rows grow with the text. */
const HEIGHTS = { card: 72, comfortable: 44, compact: 34 };
const USUAL_TEXT = 15;

/** A table of images of which only the rows in sight are in the document. One cell takes the Tab key; arrows move it. */
export function Grid(props: GridProps) {
  const { rows, columns, total, sort, query, current, selected, changed, gone, onShown } = props;
  const { density, keys } = usePreferences();
  const heading = headingOf(columns);
  const isCards = columns[heading].name === 'card';
  const grid = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600, text: USUAL_TEXT });
  const height = Math.round((HEIGHTS[isCards ? 'card' : density] * view.text) / USUAL_TEXT);
  const [chosen, setPlace] = useState<Place>({ row: 0, column: heading });
  const range = useRef<Range>(undefined);
  const isMoving = useRef(false);
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
    const measure = () => setView({ top: element.scrollTop, height: element.clientHeight, text: textSize() });
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    measure();
    return () => watch.disconnect();
  }, []);
  useLayoutEffect(() => {
    grid.current!.scrollTop = 0;
    setPlace({ row: 0, column: heading });
    range.current = undefined;
  }, [props.list]);
  useEffect(() => onShown(from, to), [from, to, rows.length]);

  const go = (next: Place) => {
    isMoving.current = true;
    setPlace(next);
    const element = grid.current!;
    const [above, below] = [next.row * height, (next.row + 1) * height];
    const inside = element.clientHeight - headHeight(element);
    if (above < element.scrollTop) element.scrollTop = above;
    else if (below > element.scrollTop + inside) element.scrollTop = below - inside;
  };
  // The row may be drawn only now. A frame later the next key would find the focus at the row before.
  useLayoutEffect(() => {
    if (isMoving.current) cellAt(grid.current!, place)?.focus();
    isMoving.current = false;
  });
  useEffect(() => {
    const { focusOn } = props;
    if (!focusOn) return;
    // A dialog that closes gives the focus back to its button first, in a frame of its own.
    const frame = requestAnimationFrame(() => go({ row: focusOn.row, column: heading }));
    return () => cancelAnimationFrame(frame);
  }, [props.focusOn]);

  const select = (row: number, isRange: boolean) => {
    const ids = rows.map(({ id }) => id);
    if (isRange) {
      // Rows may have come and gone since the range began.
      if (!ids.includes(range.current?.anchor ?? ''))
        range.current = { anchor: ids[place.row], end: ids[place.row] };
      props.onSelect(stretched(selected, ids, range.current!, ids[row]));
      range.current = { ...range.current!, end: ids[row] };
      return;
    }
    props.onSelect(toggled(selected, ids[row]));
    range.current = { anchor: ids[row], end: ids[row] };
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const isInHead = (event.target as Element).closest('.grid-head') !== null;
    const isSingle = !event.ctrlKey && !event.metaKey && !event.altKey && !isInHead;
    if (isInMenu(event) || !rows[place.row] || (keys === 'off' && isSingle && /^[jkxe]$/.test(event.key)))
      return;
    const bounds = { rows: rows.length, columns: columns.length, page: Math.max(1, count - 2) };
    const next = moved(event, place, bounds);
    if (next) {
      if (event.shiftKey && next.row !== place.row) select(next.row, true);
      go(next);
    } else if (event.key === 'a' && (event.ctrlKey || event.metaKey))
      props.onSelect(selectedWith(selected, rows));
    else if (event.key === 'x' && isSingle) select(place.row, false);
    else if (event.key === 'e' && isSingle) props.onEdit(rows[place.row]);
    else if (event.key === 'Enter' && isSingle && columns[place.column].opens)
      props.onOpen(rows[place.row].id);
    else return;
    event.preventDefault();
  };

  return (
    <div
      ref={grid}
      role="grid"
      className={isCards ? 'grid grid-cards' : 'grid'}
      aria-label={texts.images}
      aria-rowcount={total === undefined ? -1 : total + 1}
      aria-colcount={columns.length}
      aria-multiselectable="true"
      style={
        {
          '--columns': columns.map(({ width }) => width).join(' '),
          '--row': `${height}px`,
        } as React.CSSProperties
      }
      onScroll={({ currentTarget: { scrollTop, clientHeight } }) =>
        setView((now) => ({ ...now, top: scrollTop, height: clientHeight }))
      }
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup" className={isCards ? 'unseen' : 'grid-head'}>
        <div role="row" aria-rowindex={1} className="grid-row">
          {columns.map((column) => (
            <HeaderCell key={column.name} column={column} sort={sort} onSort={props.onSort}>
              {column.name === 'select' && !isCards && (
                <SelectAll
                  isSelected={rows.every(({ id }) => selected.has(id))}
                  onSelect={(is) => props.onSelect(is ? selectedWith(selected, rows) : new Set())}
                />
              )}
            </HeaderCell>
          ))}
        </div>
      </div>
      <div role="rowgroup" className="grid-body" style={{ height: rows.length * height }}>
        {drawn.map((row) => {
          const image = rows[row];
          const isGone = gone.has(image.id) || isLeaving(image);
          return (
            <GridRow
              key={image.id}
              image={gone.has(image.id) ? { ...image, status: 'gone' } : image}
              row={row}
              height={height}
              columns={columns}
              place={place}
              query={query}
              marks={{
                isCurrent: image.id === current,
                isSelected: selected.has(image.id),
                isChanged: changed.has(image.id),
                isGone,
              }}
              onPlace={setPlace}
              onSelect={(isRange) => select(row, isRange)}
            />
          );
        })}
      </div>
    </div>
  );
}

/** Adds the rows to the selection, which may have others that are not loaded. */
function selectedWith(selected: Selected, rows: readonly ImageRowFragment[]): Selected {
  return new Set([...selected, ...rows.map(({ id }) => id)]);
}

/** Returns the size of the page's text, which one chooses in the browser. */
function textSize(): number {
  return parseFloat(getComputedStyle(document.documentElement).fontSize);
}

function headHeight(grid: HTMLElement): number {
  return grid.querySelector<HTMLElement>('.grid-head')?.offsetHeight ?? 0;
}

/** Events of a menu that belongs to a row bubble through the row, though the menu stands elsewhere. */
function isInMenu({ target, currentTarget }: React.KeyboardEvent): boolean {
  return !currentTarget.contains(target as Node);
}
