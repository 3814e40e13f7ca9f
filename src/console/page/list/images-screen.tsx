import { useEffect, useRef } from 'react';
import { Button } from 'react-aria-components';
import { useLocation } from 'wouter';
import { useSearch } from 'wouter/use-browser-location';
import { ImagePanel, type Part } from '../image/image-panel.js';
import { FailureBox, Skeleton } from '../parts/states.js';
import { PANEL_WIDTH, TABLE_WIDTH, useWiderThan } from '../parts/use-width.js';
import { useStart } from '../shell/start.js';
import { useTitle } from '../shell/use-title.js';
import { texts } from '../texts/texts.js';
import { isFiltered, readAddress, withoutFilters, writeAddress, type ListAddress } from './address.js';
import { Chips } from './chips.js';
import { columnsFor } from './columns.js';
import { queryOf } from './filter.js';
import { FilterBar } from './filter-bar.js';
import { Grid } from './grid.js';
import { useImages, useNumbers } from './use-images.js';

/** The list of images, and one of them beside it where there is room, else in its place. */
export function ImagesScreen({ id, part }: { id?: string; part?: Part }) {
  const isWide = useWiderThan(PANEL_WIDTH);
  const query = useSearch();
  const [, navigate] = useLocation();
  const close = () => navigate(`/images${query}`);
  const panel = id !== undefined && <ImagePanel key={id} id={id} part={part!} onClose={close} />;
  // A narrow window shows the image alone; the list stays below it, with its place.
  const isCovered = Boolean(panel) && !isWide;
  return (
    <div className={panel && isWide ? 'screen screen-split' : 'screen'}>
      <div className={isCovered ? 'covered' : 'beside'} inert={isCovered}>
        <ImageList current={id} />
      </div>
      {panel}
    </div>
  );
}

function ImageList({ current }: { current: string | undefined }) {
  const { viewer } = useStart();
  const [, navigate] = useLocation();
  const address = readAddress(useSearch());
  const asked = queryOf(address, viewer);
  const shown = useRef<readonly [number, number]>([0, 0]);
  const images = useImages(asked, () => (images.rows ?? []).slice(...shown.current).map(({ id }) => id));
  const numbers = useNumbers(asked, images.isStale || !images.rows);
  const isTable = useWiderThan(TABLE_WIDTH);
  const isWide = useWiderThan(PANEL_WIDTH);
  const query = writeAddress(address);
  useTitle(current === undefined ? texts.title : undefined);
  useFocusBack(current);

  const { store, rows, failure, newer } = images;
  const again = () => {
    store.again();
    numbers.again();
  };
  const change = (part: Partial<ListAddress>) =>
    navigate(
      `${current === undefined ? '/images' : `/images/${current}`}${writeAddress({ ...address, ...part })}`,
      {
        replace: true,
      },
    );
  const onShown = (first: number, end: number) => {
    shown.current = [first, end];
    if (rows && end > rows.length - ROWS_LEFT) store.more();
  };
  return (
    <section className="list" aria-label={texts.images}>
      <h1 className="unseen">{texts.images}</h1>
      <FilterBar address={address} numbers={numbers} change={change} />
      <Chips address={address} change={change} />
      <p className="list-line" role="status">
        {numbers.total !== undefined && texts.imageCount(numbers.total)}
        {newer > 0 && (
          <Button className="link" onPress={again}>
            {texts.newImages(newer)}
          </Button>
        )}
      </p>
      {failure && !rows?.length && <FailureBox failure={failure} again={again} />}
      {!rows && !failure && <Skeleton rows={10} />}
      {rows && rows.length === 0 && !images.isStale && <Empty address={address} change={change} />}
      {rows && rows.length > 0 && (
        <Grid
          rows={rows}
          columns={columnsFor({
            isCards: !isTable,
            isNarrow: !isWide || current !== undefined,
            isAdmin: viewer.isAdmin,
            chosen: address.columns,
          })}
          total={numbers.total}
          sort={address.sort}
          query={query}
          list={JSON.stringify(asked)}
          current={current}
          changed={images.changed}
          gone={images.gone}
          onSort={(key) =>
            change({ sort: { key, isDescending: key === address.sort.key && !address.sort.isDescending } })
          }
          onOpen={(id) => navigate(`/images/${id}${query}`)}
          onShown={onShown}
        />
      )}
      {failure && rows && rows.length > 0 && <FailureBox failure={failure} again={() => store.retry([])} />}
    </section>
  );
}

/** The next page is read when so many rows are left below those in sight. */
const ROWS_LEFT = 50;

function Empty({ address, change }: { address: ListAddress; change: (part: Partial<ListAddress>) => void }) {
  if (!isFiltered(address))
    return (
      <div className="empty">
        <h2>{texts.empty.none}</h2>
        <p>{texts.empty.noneHint}</p>
      </div>
    );
  return (
    <div className="empty">
      <h2>{texts.empty.filtered}</h2>
      <p>{texts.empty.filteredHint}</p>
      <Button className="button button-main" onPress={() => change(withoutFilters(address))}>
        {texts.filters.clear}
      </Button>
    </div>
  );
}

/** When an image that stood beside the list is closed, its row gets the focus. */
function useFocusBack(current: string | undefined): void {
  const before = useRef(current);
  useEffect(() => {
    if (before.current !== undefined && current === undefined)
      (
        document.querySelector<HTMLElement>(`a.name[href*="/images/${CSS.escape(before.current)}"]`) ??
        document.querySelector<HTMLElement>('.grid-body [tabindex="0"]')
      )?.focus();
    before.current = current;
  }, [current]);
}
