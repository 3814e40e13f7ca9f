import { useEffect, useRef, useState } from 'react';
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import type { Client } from '@urql/core';
import { useClient } from 'urql';
import type { SimpleKind } from '../change/change.js';
import { useBeginTask } from '../change/tasks.js';
import { useConnection } from '../gateway/connection.js';
import { Failure, failureIn } from '../gateway/failure.js';
import { ImageIdsDocument, type ImageIdsQueryVariables } from '../gateway/operations.js';
import { sayFailure } from '../messages/messages.js';
import { useStart } from '../shell/start.js';
import { texts } from '../texts/texts.js';
import type { ListQuery } from './filter.js';
import { MOST_SELECTED, type Selected, type Select } from './selection.js';

/** Below the list, so that no row moves when it comes: the number of selected images, and what can be done with them. */
export function BulkBar({
  selected,
  total,
  asked,
  onSelect,
}: {
  selected: Selected;
  total: number | undefined;
  asked: ListQuery;
  onSelect: Select;
}) {
  const { selection } = texts;
  return (
    <div className={selected.size > 0 ? 'bulk-bar' : 'unseen'}>
      {/* There before the first selection, so that screen readers hear it. */}
      <span role="status">{selected.size > 0 && selection.count(selected.size)}</span>
      {selected.size > 0 && (
        <div role="toolbar" aria-label={selection.label} className="line">
          <BulkActions ids={[...selected]} />
          {total !== undefined && total > selected.size && (
            <SelectMatching key={JSON.stringify(asked)} total={total} asked={asked} onSelect={onSelect} />
          )}
          <Button className="button" onPress={() => onSelect(new Set())}>
            {selection.clear}
          </Button>
        </div>
      )}
    </div>
  );
}

function BulkActions({ ids }: { ids: readonly string[] }) {
  const { viewer } = useStart();
  const begin = useBeginTask();
  const isAway = useConnection().trouble !== undefined;
  const { labels } = texts.change;
  const more: readonly (SimpleKind | 'visibility')[] = [
    ...(['visibility', 'hide', 'show', 'protect', 'unprotect'] as const),
    ...(viewer.isAdmin ? (['withhold', 'release'] as const) : []),
  ];
  return (
    <>
      <Button
        className="button"
        isDisabled={isAway}
        onPress={() => begin({ kind: 'bulk', change: 'delete', ids })}
      >
        {labels.delete}
      </Button>
      <Button
        className="button"
        isDisabled={isAway}
        onPress={() => begin({ kind: 'bulk', change: 'tags', ids })}
      >
        {labels.tags}
      </Button>
      <MenuTrigger>
        <Button className="button" isDisabled={isAway}>
          {texts.selection.more} <span aria-hidden="true">▾</span>
        </Button>
        <Popover className="popover" placement="top start">
          <Menu className="menu">
            {more.map((change) => (
              <MenuItem
                key={change}
                className="menu-item"
                onAction={() => begin({ kind: 'bulk', change, ids })}
              >
                {labels[change]}
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
    </>
  );
}

/** Selects also what is not loaded yet, up to a limit that the button names. */
function SelectMatching({ total, asked, onSelect }: { total: number; asked: ListQuery; onSelect: Select }) {
  const client = useClient();
  const [isAsking, setAsking] = useState(false);
  const isLeft = useRef(false);
  useEffect(() => {
    isLeft.current = false;
    return () => {
      isLeft.current = true;
    };
  }, []);
  const select = async () => {
    setAsking(true);
    try {
      const ids = await idsOf(client, asked, () => isLeft.current);
      // Another list, or one without a selection, must not get the images of this one.
      if (!isLeft.current) onSelect((before) => new Set([...before, ...ids]));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      sayFailure(texts.selection.failed, error.message, error.requestId);
    } finally {
      setAsking(false);
    }
  };
  return (
    <Button className="button" isPending={isAsking} onPress={() => void select()}>
      {total > MOST_SELECTED ? texts.selection.first(MOST_SELECTED, total) : texts.selection.matching(total)}
    </Button>
  );
}

/**
 * Returns the ids of the first images of a list.
 *
 * @throws Failure
 */
async function idsOf(
  client: Client,
  { filter, search, sort }: ListQuery,
  isStopped: () => boolean,
): Promise<readonly string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  while (ids.length < MOST_SELECTED && !isStopped()) {
    const variables: ImageIdsQueryVariables = { first: PAGE, after, filter, search, sort };
    const { data, error } = await client
      .query(ImageIdsDocument, variables, { requestPolicy: 'network-only' })
      .toPromise();
    const failure = failureIn(error);
    if (failure) throw failure;
    const { edges, pageInfo } = data!.images;
    ids.push(...edges.map(({ node }) => node.id));
    if (!pageInfo.hasNextPage) break;
    after = pageInfo.endCursor ?? undefined;
  }
  return ids;
}

/** A gateway may allow no larger pages. */
const PAGE = 100;
