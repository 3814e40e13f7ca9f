import { useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { Definitions } from '../../gateway/use-definitions.js';
import { PropertyNamesInUseDocument, PropertyValuesInUseDocument } from '../../gateway/operations.js';
import { Meaning } from '../../parts/meaning.js';
import { texts } from '../../texts/texts.js';
import { SuggestedField } from '../suggested-field.js';
import { useSuggestions, type Suggestions } from '../use-suggestions.js';
import { faultOf } from './rows.js';
import { unusual, usualValues } from './usual-values.js';

/** Adds one property. Known names and values are suggested, then those in use. */
export function AddProperty({
  names,
  definitions,
  onAdd,
}: {
  /** Names that are in the table already. */
  names: readonly string[];
  definitions: Definitions;
  onAdd: (name: string, value: string) => void;
}) {
  const form = useRef<HTMLFormElement>(null);
  const [[name, value], setTyped] = useState(['', '']);
  const [isTried, setTried] = useState(false);
  const [wanted, setWanted] = useState({ name: false, value: false });
  const trimmed = name.trim();
  const foundNames = useSuggestions(PropertyNamesInUseDocument, {}, name, wanted.name);
  const foundValues = useSuggestions(
    PropertyValuesInUseDocument,
    { name: trimmed },
    value,
    wanted.value && trimmed !== '',
  );
  const known = definitions.get(trimmed) ?? [];
  const mark = value === '' ? undefined : unusual(known, value);
  const mayAdd = foundValues?.viewer.can.createProperty ?? true;
  const faultNow = () => {
    if (names.includes(trimmed)) return texts.properties.isThere;
    return mayAdd ? faultOf(trimmed, value) : texts.properties.isProtected;
  };
  const fault = faultNow();
  const add = (event: React.FormEvent) => {
    event.preventDefault();
    setTried(true);
    const field = form.current!.querySelector<HTMLElement>('input');
    field?.focus();
    if (fault) return;
    onAdd(trimmed, value);
    setTyped(['', '']);
    setTried(false);
  };
  return (
    <form ref={form} className="typed" onSubmit={add}>
      <SuggestedField
        label={texts.properties.newName}
        value={name}
        suggestions={joined(knownNames(definitions), foundNames?.imagePropertyNames).filter(
          (each) => !names.includes(each.value),
        )}
        error={isTried ? fault : undefined}
        onChange={(next) => setTyped([next, value])}
        onWanted={() => setWanted({ ...wanted, name: true })}
      />
      <SuggestedField
        label={texts.properties.newValue}
        value={value}
        suggestions={joined(
          usualValues(known).map((each) => ({ value: each, label: texts.properties.usual })),
          foundValues?.imagePropertyValues,
        )}
        onChange={(next) => setTyped([name, next])}
        onWanted={() => setWanted({ ...wanted, value: true })}
      />
      <Button className="button" type="submit">
        {texts.filters.add}
      </Button>
      {(known.length > 0 || mark) && (
        <p className="line-whole">
          <Meaning definitions={known} /> {mark && <span className="said">{mark}</span>}
        </p>
      )}
    </form>
  );
}

function knownNames(definitions: Definitions): Suggestions {
  return [...definitions].map(([value, all]) => ({ value, label: all[0].title ?? all[0].group }));
}

/** Returns the known texts, then the others in use. */
function joined(known: Suggestions, inUse: Suggestions = []): Suggestions {
  const counts = new Map(inUse.map(({ value, count }) => [value, count]));
  const ofKnown = known.map(({ value, label }) => {
    const count = counts.get(value);
    return { value, label: count ? `${label}, ${texts.imageCount(count)}` : label };
  });
  return [...ofKnown, ...inUse.filter(({ value }) => known.every((each) => each.value !== value))];
}
