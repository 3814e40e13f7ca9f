import { useRef } from 'react';
import { Button } from 'react-aria-components';
import { Link, useLocation } from 'wouter';
import { useSearch } from 'wouter/use-browser-location';
import { mayChange } from '../change/actions.js';
import type { Task, TaskEnd } from '../change/task.js';
import { useAct } from '../change/tasks.js';
import { mayImport } from '../import/may-import.js';
import { LateNames } from '../parts/late-names.js';
import { FailureBox, Skeleton } from '../parts/states.js';
import { useProjectText } from '../parts/project.js';
import { PANEL_WIDTH, TABLE_WIDTH, useWiderThan } from '../parts/use-width.js';
import { useStart } from '../shell/start.js';
import { useTitle } from '../shell/use-title.js';
import { texts } from '../texts/texts.js';
import { isFiltered, readAddress, withoutFilters, writeAddress, type ListAddress } from './address.js';
import { BulkBar } from './bulk-bar.js';
import { Chips } from './chips.js';
import { columnsFor } from './columns.js';
import { FilterBar } from './filter-bar.js';
import { queryOf } from './filter.js';
import { Grid } from './grid.js';
import { useSelection } from './selection.js';
import { useFocusAfterTask, useFocusBack } from './use-focus.js';
import { useImages, useNumbers } from './use-images.js';

/** The next page is read when so many rows are left below those in sight. */
const ROWS_LEFT = 50;

/**
 * The images of the address, with its filters above and what is selected below.
 *
 * @param current the id of the image that is open
 * @param ended the last task that ended
 */
export function ImageList({
  current,
  ended,
}: {
  current: string | undefined;
  ended: { task: Task; end: TaskEnd } | undefined;
}) {
  const { viewer } = useStart();
  const maySelect = mayChange(viewer);
  const [, navigate] = useLocation();
  const act = useAct();
  const address = readAddress(useSearch());
  const asked = queryOf(address, viewer);
  const shown = useRef<readonly [number, number]>([0, 0]);
  const line = useRef<HTMLParagraphElement>(null);
  const idsInSight = () => (images.rows ?? []).slice(...shown.current).map(({ id }) => id);
  const images = useImages(asked, idsInSight);
  const numbers = useNumbers(asked, images.isStale || !images.rows);
  const [selected, select] = useSelection(JSON.stringify([asked.filter, asked.search]), ended?.end.deleted);
  const isTable = useWiderThan(TABLE_WIDTH);
  const isWide = useWiderThan(PANEL_WIDTH);
  const query = writeAddress(address);
  const { store, rows, failure, newer } = images;
  const projectText = useProjectText();
  useTitle(current === undefined ? texts.title : undefined);
  useFocusBack(current);
  const focusOn = useFocusAfterTask(ended, rows);

  const again = () => {
    store.again();
    numbers.again();
  };
  const change = (part: Partial<ListAddress>) => {
    const place = current === undefined ? '/images' : `/images/${current}`;
    navigate(`${place}${writeAddress({ ...address, ...part })}`, { replace: true });
  };
  const onShown = (first: number, end: number) => {
    shown.current = [first, end];
    if (rows && end > rows.length - ROWS_LEFT) store.more();
  };
  // A button that goes when it is pressed leaves the focus here.
  const focusLine = () => line.current?.focus();
  return (
    <section className="list" aria-label={texts.images}>
      <h1 className="unseen">{texts.images}</h1>
      <FilterBar address={address} numbers={numbers} change={change} />
      <Chips
        address={address}
        owner={projectText(address.owner, rows?.[0]?.ownerTenant)}
        change={change}
        onEmpty={focusLine}
      />
      <p ref={line} className="list-line" role="status" tabIndex={-1}>
        {numbers.total !== undefined && texts.imageCount(numbers.total)}
        {newer > 0 && (
          <Button
            className="link"
            onPress={() => {
              again();
              focusLine();
            }}
          >
            {texts.newImages(newer)}
          </Button>
        )}
      </p>
      {failure && !rows?.length && <FailureBox failure={failure} again={again} />}
      {!rows && !failure && <Skeleton rows={10} />}
      {rows && rows.length === 0 && !images.isStale && (
        <Empty
          isFiltered={isFiltered(address)}
          onClear={() => {
            change(withoutFilters(address));
            focusLine();
          }}
        />
      )}
      {rows && rows.length > 0 && (
        <LateNames ask={() => void store.refresh(idsInSight())}>
          <Grid
            rows={rows}
            columns={columnsFor({
              isCards: !isTable,
              isNarrow: !isWide || current !== undefined,
              isAdmin: viewer.isAdmin,
              maySelect,
              chosen: address.columns,
            })}
            total={numbers.total}
            sort={address.sort}
            query={query}
            list={JSON.stringify(asked)}
            current={current}
            selected={selected}
            changed={images.changed}
            gone={images.gone}
            focusOn={focusOn}
            onSort={(key) =>
              change({ sort: { key, isDescending: key === address.sort.key && !address.sort.isDescending } })
            }
            onOpen={(id) => navigate(`/images/${id}${query}`)}
            onEdit={(image) => image.permissions.canUpdate && act('edit', image)}
            onSelect={(next) => maySelect && select(next)}
            onShown={onShown}
          />
        </LateNames>
      )}
      {failure && rows && rows.length > 0 && <FailureBox failure={failure} again={() => store.retry([])} />}
      <BulkBar selected={selected} total={numbers.total} asked={asked} onSelect={select} />
    </section>
  );
}

function Empty({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  const { viewer } = useStart();
  if (!isFiltered)
    return (
      <div className="empty">
        <h2>{texts.empty.none}</h2>
        <p>{texts.empty.noneHint}</p>
        <p className="empty-ways">
          {viewer.can.create && (
            <Link className="button button-main" href="/new?from=file">
              {texts.empty.upload}
            </Link>
          )}
          {mayImport(viewer) && (
            <Link className="button" href="/new?from=url">
              {texts.empty.import}
            </Link>
          )}
        </p>
      </div>
    );
  return (
    <div className="empty">
      <h2>{texts.empty.filtered}</h2>
      <p>{texts.empty.filteredHint}</p>
      <Button className="button button-main" onPress={onClear}>
        {texts.filters.clear}
      </Button>
    </div>
  );
}
