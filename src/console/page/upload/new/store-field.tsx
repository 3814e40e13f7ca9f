import { useId } from 'react';
import { SelectField } from '../../edit/fields.js';
import type { NewImageFactsQuery } from '../../gateway/operations.js';
import { texts } from '../../texts/texts.js';

/** The store for the data, where there is a choice. */
export function StoreField({
  stores,
  chosen,
  onChange,
}: {
  stores: NewImageFactsQuery['stores'];
  chosen: string | undefined;
  onChange: (store: string | undefined) => void;
}) {
  const id = useId();
  const names = stores.filter(({ isWritable }) => isWritable).map(({ name }) => name);
  if (names.length < 2) return null;
  const preset = stores.find(({ isDefault }) => isDefault)?.name;
  return (
    <SelectField
      id={id}
      label={texts.newImageForm.store}
      value={chosen ?? preset ?? names[0]}
      values={names}
      mayBeNone={false}
      onChange={(name) => onChange(name === preset ? undefined : name)}
    />
  );
}
