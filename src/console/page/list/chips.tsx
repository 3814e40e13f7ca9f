import { useRef } from 'react';
import { Button } from 'react-aria-components';
import { texts } from '../texts/texts.js';
import type { ListAddress } from './address.js';

/** The filters that are on, each with a button that removes it. */
export function Chips({
  address,
  owner,
  change,
  onEmpty,
}: {
  address: ListAddress;
  /** The project of the filter, as it is shown. */
  owner: string;
  change: (part: Partial<ListAddress>) => void;
  /** The last chip is gone, and the focus with it. */
  onEmpty: () => void;
}) {
  const list = useRef<HTMLUListElement>(null);
  const chips = chipsOf(address, owner);
  const remove = (without: Partial<ListAddress>, nth: number) => {
    const buttons = list.current!.querySelectorAll<HTMLElement>('button');
    const next = buttons[nth + 1] ?? buttons[nth - 1];
    change(without);
    if (next) next.focus();
    else onEmpty();
  };
  if (chips.length === 0) return null;
  return (
    <ul ref={list} className="chips" aria-label={texts.filters.label}>
      {chips.map(({ label, without }, nth) => (
        <li key={label} className="chip">
          {label}
          <Button
            className="icon-button"
            aria-label={texts.filters.remove(label)}
            onPress={() => remove(without, nth)}
          >
            <span aria-hidden="true">✕</span>
          </Button>
        </li>
      ))}
    </ul>
  );
}

interface Chip {
  label: string;
  without: Partial<ListAddress>;
}

function chipsOf(address: ListAddress, owner: string): Chip[] {
  const { filters, statuses, visibilities, search } = texts;
  const of = (
    field: 'status' | 'visibility' | 'format' | 'container' | 'tag',
    named: (value: string) => string,
  ) =>
    address[field].map((value) => ({
      label: filters.chip(filters[field], named(value)),
      without: { [field]: address[field].filter((each) => each !== value) },
    }));
  return [
    ...(address.search === ''
      ? []
      : [{ label: filters.chip(search, address.search), without: { search: '' } }]),
    ...of('status', (value) => statuses[value] ?? value),
    ...of('visibility', (value) => visibilities[value] ?? value),
    ...of('format', (value) => value),
    ...of('container', (value) => value),
    ...of('tag', (value) => value),
    ...address.property.map((property) => ({
      label: filters.propertyChip(property.name, property.value),
      without: { property: address.property.filter((each) => each !== property) },
    })),
    ...(address.owner === '' ? [] : [{ label: filters.chip(filters.owner, owner), without: { owner: '' } }]),
    ...(address.hidden ? [{ label: filters.hidden, without: { hidden: false } }] : []),
  ];
}
