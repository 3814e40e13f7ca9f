import { Input, Label, Text, TextField } from 'react-aria-components';

/** A field that lets nobody delete by a slip: its text must be what it asks for. */
export function TypeAgain({
  label,
  wanted,
  typed,
  onType,
}: {
  label: string;
  wanted: string;
  typed: string;
  onType: (text: string) => void;
}) {
  return (
    <TextField className="field" value={typed} onChange={onType} autoComplete="off">
      <Label>{label}</Label>
      <Text slot="description" className="said">
        <code>{wanted}</code>
      </Text>
      <Input className="input" spellCheck="false" />
    </TextField>
  );
}
