import { useState } from 'react';
import { Button, Label, TextArea, TextField } from 'react-aria-components';
import { texts } from '../../texts/texts.js';
import { readProperties } from './property-text.js';

/** Adds many properties from a text. Nothing is taken from a text that is wrong in part. */
export function PasteProperties({ onAdd }: { onAdd: (properties: ReadonlyMap<string, string>) => void }) {
  const { properties: labels } = texts;
  const [text, setText] = useState('');
  const [faults, setFaults] = useState<readonly string[]>([]);
  const add = () => {
    const found = readProperties(text);
    setFaults(found.faults);
    if (found.faults.length > 0) return;
    onAdd(found.properties);
    setText('');
  };
  return (
    <details className="group">
      <summary>{labels.paste}</summary>
      <TextField className="field" value={text} onChange={setText}>
        <Label>{labels.pasteHint}</Label>
        <TextArea className="input" rows={5} spellCheck="false" />
      </TextField>
      {faults.length > 0 && (
        <ul role="alert" className="field-error">
          {faults.map((fault) => (
            <li key={fault}>{fault}</li>
          ))}
        </ul>
      )}
      <Button className="button" isDisabled={text.trim() === ''} onPress={add}>
        {labels.addAll}
      </Button>
    </details>
  );
}
