import { Link } from 'wouter';
import type { ImageRowFragment } from '../gateway/operations.js';
import { GIB, MIB, shortId } from '../parts/format.js';
import { Project } from '../parts/project.js';
import { Age, Size, Status, YesNo } from '../parts/values.js';
import { texts } from '../texts/texts.js';
import type { ColumnName, SortKey } from './address.js';
import { RowMenu } from './row-menu.js';

/** A column of the table. */
export interface Column {
  name: ColumnName | 'select' | 'card' | 'actions';
  /** Width, as CSS grids take it. */
  width: string;
  sort?: SortKey;
  /** True for the column that names the row. */
  isHeading?: boolean;
  /** True when the cell has a link, a button or a box, which takes the focus in its place. */
  hasControl?: boolean;
  /** True when Enter in a cell opens the image. */
  opens: boolean;
  cell(image: ImageRowFragment, place: CellPlace): React.ReactNode;
}

export interface CellPlace {
  tabIndex: number;
  isSelected: boolean;
  /** @param isRange true with Shift, for all rows from the last one that was selected */
  onSelect(isRange: boolean): void;
  /** The query of the list, which the addresses of its images keep. */
  query: string;
}

const SIMPLE: Record<Exclude<ColumnName, 'name'>, Omit<Column, 'name' | 'opens'>> = {
  status: { width: '10rem', sort: 'status', cell: ({ status }) => <Status status={status} /> },
  size: { width: '7rem', sort: 'size', cell: ({ size }) => <Size bytes={size || null} /> },
  format: { width: '6rem', sort: 'format', cell: ({ diskFormat }) => diskFormat ?? <Nothing /> },
  visibility: {
    width: '7rem',
    cell: ({ visibility }) => texts.visibilities[visibility] ?? visibility,
  },
  project: {
    width: 'minmax(7rem, 1fr)',
    cell: ({ owner, ownerTenant }) => (owner ? <Project id={owner} known={ownerTenant} /> : <Nothing />),
  },
  tags: { width: 'minmax(7rem, 1fr)', cell: ({ tags }) => tags.join(', ') || <Nothing /> },
  changed: { width: '10rem', sort: 'updatedAt', cell: ({ updatedAt }) => <Age time={updatedAt} /> },
  created: { width: '10rem', sort: 'createdAt', cell: ({ createdAt }) => <Age time={createdAt} /> },
  virtualSize: { width: '7rem', cell: ({ virtualSize }) => <Size bytes={virtualSize} /> },
  minDisk: { width: '9rem', cell: ({ minDisk }) => <Size bytes={minDisk * GIB} /> },
  minMemory: { width: '9rem', cell: ({ minRam }) => <Size bytes={minRam * MIB} /> },
  protected: { width: '6rem', cell: (image) => <YesNo is={image.protected} /> },
  hidden: { width: '6rem', cell: ({ hidden }) => <YesNo is={hidden} /> },
  checksum: { width: 'minmax(8rem, 1fr)', cell: ({ checksum }) => <code>{checksum ?? '–'}</code> },
  stores: { width: '7rem', cell: ({ stores }) => stores.join(', ') || <Nothing /> },
};

const NAME: Column = {
  name: 'name',
  width: 'minmax(12rem, 3fr)',
  sort: 'name',
  isHeading: true,
  hasControl: true,
  opens: true,
  cell: (image, place) => (
    <>
      <NameLink image={image} place={place} /> <code className="short-id">{shortId(image.id)}</code>
    </>
  ),
};

/** Name and facts in two lines, for narrow windows. */
const CARD: Column = {
  name: 'card',
  width: '1fr',
  isHeading: true,
  hasControl: true,
  opens: true,
  cell: (image, place) => (
    <>
      <NameLink image={image} place={place} />
      <span className="card-facts">
        <Status status={image.status} /> ·{' '}
        {image.size ? (
          <>
            <Size bytes={image.size} /> ·{' '}
          </>
        ) : null}
        <Age time={image.updatedAt ?? image.createdAt} />
        {image.diskFormat && ` · ${image.diskFormat}`}
      </span>
    </>
  ),
};

const ACTIONS: Column = {
  name: 'actions',
  width: '3rem',
  hasControl: true,
  opens: false,
  cell: (image, place) => <RowMenu image={image} place={place} />,
};

const SELECT: Column = {
  name: 'select',
  width: '2.75rem',
  hasControl: true,
  opens: false,
  cell: (image, { tabIndex, isSelected, onSelect }) => (
    <label className="select-box">
      <input
        type="checkbox"
        aria-label={texts.selection.one(image.name ?? image.id)}
        checked={isSelected}
        tabIndex={tabIndex}
        onChange={({ nativeEvent }) => onSelect((nativeEvent as MouseEvent).shiftKey)}
      />
    </label>
  ),
};

/** The columns that fit, unless the viewer chose some. */
export function columnsFor(shape: {
  isCards: boolean;
  isNarrow: boolean;
  isAdmin: boolean;
  /** True for a viewer who may do something with a selection. */
  maySelect: boolean;
  chosen: readonly ColumnName[] | undefined;
}): readonly Column[] {
  const select = shape.maySelect ? [SELECT] : [];
  if (shape.isCards) return [...select, CARD, ACTIONS];
  const names = shape.chosen ?? fitting(shape);
  const others = names.flatMap((name) => (name === 'name' ? [] : [{ name, opens: true, ...SIMPLE[name] }]));
  return [...select, NAME, ...others, ACTIONS];
}

/** Returns the place of the column that names the rows. */
export function headingOf(columns: readonly Column[]): number {
  return columns.findIndex(({ isHeading }) => isHeading);
}

/** Returns the columns that fit the window. */
export function fitting({
  isNarrow,
  isAdmin,
}: {
  isNarrow: boolean;
  isAdmin: boolean;
}): readonly ColumnName[] {
  if (isNarrow) return ['status', 'size', 'changed'];
  return [
    'status',
    'size',
    'format',
    'visibility',
    ...(isAdmin ? (['project'] as const) : []),
    'tags',
    'changed',
  ];
}

function Nothing() {
  return <span className="nothing">–</span>;
}

function NameLink({ image, place }: { image: ImageRowFragment; place: CellPlace }) {
  return (
    <Link className="name" href={`/images/${image.id}${place.query}`} tabIndex={place.tabIndex}>
      {image.name ?? <em>{texts.unnamed}</em>}
    </Link>
  );
}
