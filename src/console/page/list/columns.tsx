import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { Link, useLocation } from 'wouter';
import type { ImageRowFragment } from '../gateway/operations.js';
import { copyText } from '../parts/copy-button.js';
import { download } from '../parts/data-path.js';
import { GIB, MIB } from '../parts/format.js';
import { Age, Size, Status, YesNo } from '../parts/values.js';
import { texts } from '../texts/texts.js';
import type { ColumnName, SortKey } from './address.js';

/** A column of the table. */
export interface Column {
  name: ColumnName | 'card' | 'actions';
  /** Width, as CSS grids take it. */
  width: string;
  sort?: SortKey;
  /** @param tabIndex for the one link or button of the cell, which takes the focus in its place */
  cell(image: ImageRowFragment, place: CellPlace): React.ReactNode;
}

export interface CellPlace {
  tabIndex: number;
  /** The query of the list, which the addresses of its images keep. */
  query: string;
}

const SIMPLE: Record<Exclude<ColumnName, 'name'>, Omit<Column, 'name'>> = {
  status: { width: '10rem', sort: 'status', cell: ({ status }) => <Status status={status} /> },
  size: { width: '7rem', sort: 'size', cell: ({ size }) => <Size bytes={size || null} /> },
  format: { width: '6rem', sort: 'format', cell: ({ diskFormat }) => diskFormat ?? <Nothing /> },
  visibility: {
    width: '7rem',
    cell: ({ visibility }) => texts.visibilities[visibility] ?? visibility,
  },
  project: { width: 'minmax(7rem, 1fr)', cell: ({ owner }) => <code>{owner ?? '–'}</code> },
  tags: { width: 'minmax(7rem, 1fr)', cell: ({ tags }) => tags.join(', ') || <Nothing /> },
  changed: { width: '9rem', sort: 'updatedAt', cell: ({ updatedAt }) => <Age time={updatedAt} /> },
  created: { width: '9rem', sort: 'createdAt', cell: ({ createdAt }) => <Age time={createdAt} /> },
  virtualSize: { width: '7rem', cell: ({ virtualSize }) => <Size bytes={virtualSize} /> },
  minDisk: { width: '9rem', cell: ({ minDisk }) => <Size bytes={minDisk * GIB} /> },
  minMemory: { width: '9rem', cell: ({ minRam }) => <Size bytes={minRam * MIB} /> },
  protected: { width: '6rem', cell: (image) => <YesNo is={image.protected} /> },
  hidden: { width: '6rem', cell: ({ hidden }) => <YesNo is={hidden} /> },
  checksum: { width: 'minmax(8rem, 1fr)', cell: ({ checksum }) => <code>{checksum ?? '–'}</code> },
};

const NAME: Column = {
  name: 'name',
  width: 'minmax(12rem, 3fr)',
  sort: 'name',
  cell: (image, place) => (
    <>
      <NameLink image={image} place={place} /> <code className="short-id">{image.id.slice(0, 8)}</code>
    </>
  ),
};

/** Name and facts in two lines, for narrow windows. */
const CARD: Column = {
  name: 'card',
  width: '1fr',
  cell: (image, place) => (
    <>
      <NameLink image={image} place={place} />
      <span className="card-facts">
        <Status status={image.status} /> · <Size bytes={image.size || null} /> · {image.diskFormat ?? '–'} ·{' '}
        <Age time={image.updatedAt ?? image.createdAt} />
      </span>
    </>
  ),
};

const ACTIONS: Column = {
  name: 'actions',
  width: '3.5rem',
  cell: (image, place) => <RowMenu image={image} place={place} />,
};

/** The columns that fit, unless the viewer chose some. */
export function columnsFor(shape: {
  isCards: boolean;
  isNarrow: boolean;
  isAdmin: boolean;
  chosen: readonly ColumnName[] | undefined;
}): readonly Column[] {
  if (shape.isCards) return [CARD, ACTIONS];
  const names = shape.chosen ?? fitting(shape);
  const others = names.flatMap((name) => (name === 'name' ? [] : [{ name, ...SIMPLE[name] }]));
  return [NAME, ...others, ACTIONS];
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

function RowMenu({ image, place }: { image: ImageRowFragment; place: CellPlace }) {
  const [, navigate] = useLocation();
  const name = image.name ?? image.id;
  return (
    <MenuTrigger>
      <Button
        className="icon-button"
        aria-label={texts.actionsFor(name)}
        // The grid gives one of its cells to the Tab key.
        excludeFromTabOrder={place.tabIndex < 0}
      >
        <span aria-hidden="true">⋯</span>
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu className="menu">
          <MenuItem className="menu-item" onAction={() => navigate(`/images/${image.id}${place.query}`)}>
            {texts.open}
          </MenuItem>
          {image.status === 'active' && image.permissions.canDownload && (
            <MenuItem className="menu-item" onAction={() => download(image.id)}>
              {texts.download}
            </MenuItem>
          )}
          <MenuItem className="menu-item" onAction={() => void copyText(image.id).catch(() => undefined)}>
            {texts.copyId}
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
