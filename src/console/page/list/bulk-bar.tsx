import { useState } from 'react';
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { useClient } from 'urql';
import type { SimpleKind } from '../change/change.js';
import { useBeginTask } from '../change/tasks.js';
import { useConnection } from '../gateway/connection.js';
import { failureIn } from '../gateway/failure.js';
import { ImageIdsDocument } from '../gateway/operations.js';
import { sayFailure } from '../messages/messages.js';
import { useStart } from '../shell/start.js';
import { texts } from '../texts/texts.js';
import type { ListQuery } from './filter.js';
import { MOST_SELECTED, type Selected } from './selection.js';

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
  onSelect: (selected: Selected) => void;
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
            <SelectMatching selected={selected} total={total} asked={asked} onSelect={onSelect} />
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
function SelectMatching({
  selected,
  total,
  asked: { filter, search, sort },
  onSelect,
}: {
  selected: Selected;
  total: number;
  asked: ListQuery;
  onSelect: (selected: Selected) => void;
}) {
  const client = useClient();
  const [isAsking, setAsking] = useState(false);
  const select = async () => {
    setAsking(true);
    const { data, error } = await client
      .query(
        ImageIdsDocument,
        { first: MOST_SELECTED, filter, search, sort },
        { requestPolicy: 'network-only' },
      )
      .toPromise();
    setAsking(false);
    const failure = failureIn(error);
    if (failure) return sayFailure(texts.selection.failed, failure.message, failure.requestId);
    onSelect(new Set([...selected, ...data!.images.edges.map(({ node }) => node.id)]));
  };
  return (
    <Button className="button" isPending={isAsking} onPress={() => void select()}>
      {total > MOST_SELECTED ? texts.selection.first(MOST_SELECTED, total) : texts.selection.matching(total)}
    </Button>
  );
}
