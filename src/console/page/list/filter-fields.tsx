import { useState } from 'react';
import { Button, Form, Input, Label, TextField } from 'react-aria-components';
import { ProjectField } from '../edit/project-field.js';
import { Choice } from '../parts/choice.js';
import { useStart } from '../shell/start.js';
import { texts } from '../texts/texts.js';
import type { FilterProps } from './filter-bar.js';

const FACETS = { status: 'STATUS', visibility: 'VISIBILITY', format: 'DISK_FORMAT' } as const;

/** The values of a field, each with the number of its images. Several are joined by or. */
export function Choices({
  field,
  address,
  numbers,
  change,
}: FilterProps & { field: 'status' | 'visibility' | 'format' }) {
  const chosen = address[field];
  const found = numbers.values(FACETS[field]).filter((value) => value !== null);
  // A value that no image has any more can still be taken away.
  const values = [...new Set([...found, ...chosen])];
  const names = {
    status: texts.statuses,
    visibility: texts.visibilities,
    format: {} as Record<string, string>,
  };
  const choose = (value: string, is: boolean) =>
    change({ [field]: is ? [...chosen, value] : chosen.filter((each) => each !== value) });
  return (
    <fieldset className="choices">
      <legend>{texts.filters[field]}</legend>
      {values.length === 0 && <p className="nothing">{texts.none}</p>}
      {values.map((value) => (
        <Choice key={value} isChosen={chosen.includes(value)} onChoose={(is) => choose(value, is)}>
          <span>{names[field][value] ?? value}</span>
          <span className="count">{numbers.count(FACETS[field], value) ?? 0}</span>
        </Choice>
      ))}
    </fieldset>
  );
}

/** The filters whose values one types. */
export function MoreFilters({ address, change }: FilterProps) {
  const { viewer } = useStart();
  const { filters } = texts;
  return (
    <div className="more-filters">
      <Typed fields={[filters.tag]} onAdd={([tag]) => change({ tag: [...new Set([...address.tag, tag])] })} />
      <Typed
        fields={[filters.property, filters.propertyValue]}
        onAdd={([name, value]) => change({ property: [...address.property, { name, value }] })}
      />
      {viewer.isAdmin && <OwnerFilter onAdd={(owner) => change({ owner })} />}
      <Choice isChosen={address.hidden} onChoose={(hidden) => change({ hidden })}>
        {filters.hidden}
      </Choice>
    </div>
  );
}

function OwnerFilter({ onAdd }: { onAdd: (owner: string) => void }) {
  const [typed, setTyped] = useState('');
  const add = (event: React.FormEvent) => {
    event.preventDefault();
    if (typed.trim() === '') return;
    onAdd(typed.trim());
    setTyped('');
  };
  return (
    <Form className="typed" onSubmit={add}>
      <ProjectField id="filter-owner" label={texts.filters.owner} value={typed} onChange={setTyped} />
      <Button className="button" type="submit">
        {texts.filters.add}
      </Button>
    </Form>
  );
}

/** A line of fields with a button. The first field must have a value. */
function Typed({ fields, onAdd }: { fields: readonly string[]; onAdd: (values: string[]) => void }) {
  const [values, setValues] = useState(() => fields.map(() => ''));
  const add = (event: React.FormEvent) => {
    event.preventDefault();
    if (values[0].trim() === '') return;
    onAdd(values.map((value) => value.trim()));
    setValues(fields.map(() => ''));
  };
  return (
    <Form className="typed" onSubmit={add}>
      {fields.map((label, nth) => (
        <TextField
          key={label}
          value={values[nth]}
          maxLength={255}
          onChange={(value) => setValues(values.map((each, at) => (at === nth ? value : each)))}
        >
          <Label>{label}</Label>
          <Input className="input" />
        </TextField>
      ))}
      <Button className="button" type="submit">
        {texts.filters.add}
      </Button>
    </Form>
  );
}
