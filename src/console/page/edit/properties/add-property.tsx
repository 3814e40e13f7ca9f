import { useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { PropertyNamesInUseDocument, PropertyValuesInUseDocument } from '../../gateway/operations.js';
import { texts } from '../../texts/texts.js';
import { SuggestedField } from '../suggested-field.js';
import { useSuggestions } from '../use-suggestions.js';
import { faultOf } from './rows.js';

/** Adds one property. Names and values in use are suggested. */
export function AddProperty({
  names,
  onAdd,
}: {
  /** Names that are in the table already. */
  names: readonly string[];
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
  const fault = names.includes(trimmed) ? texts.properties.isThere : faultOf(trimmed, value);
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
        suggestions={(foundNames?.imagePropertyNames ?? []).filter((each) => !names.includes(each.value))}
        error={isTried ? fault : undefined}
        onChange={(next) => setTyped([next, value])}
        onWanted={() => setWanted({ ...wanted, name: true })}
      />
      <SuggestedField
        label={texts.properties.newValue}
        value={value}
        suggestions={foundValues?.imagePropertyValues ?? []}
        onChange={(next) => setTyped([name, next])}
        onWanted={() => setWanted({ ...wanted, value: true })}
      />
      <Button className="button" type="submit">
        {texts.filters.add}
      </Button>
    </form>
  );
}
