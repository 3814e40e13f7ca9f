import { FieldError, Label, TextArea, TextField as Field } from 'react-aria-components';
import { texts } from '../../texts/texts.js';
import type { ExpectedDigest } from '../files/sums.js';

/**
 * A digest that the data must have, or a file of sums.
 *
 * @param props.expected the digest that counts
 */
export function DigestField({
  sums,
  expected,
  onChange,
}: {
  sums: string;
  expected: ExpectedDigest | undefined;
  onChange: (sums: string) => void;
}) {
  const isMissing = sums.trim() !== '' && !expected;
  return (
    <Field className="field" value={sums} isInvalid={isMissing} onChange={onChange}>
      <Label>{texts.newImageForm.digest}</Label>
      <TextArea className="input" rows={2} spellCheck="false" />
      {expected && <p className="said">{texts.newImageForm.expected(expected.algorithm, expected.value)}</p>}
      <FieldError className="field-error">{texts.newImageForm.noDigest}</FieldError>
    </Field>
  );
}
