import { Label, TextArea, TextField as Field } from 'react-aria-components';
import { MIB } from '../../parts/format.js';
import { texts } from '../../texts/texts.js';
import type { ChosenFile } from '../chosen.js';
import { expectedOf, newImages, setSums } from './drafts.js';

/** A file of sums for all files: each takes the line with its name. */
export function SumsForAll({ chosen }: { chosen: readonly ChosenFile[] }) {
  const { sums, drafts } = newImages.use();
  const found = chosen.filter((each) => {
    const draft = drafts.get(each.key);
    return draft && expectedOf({ ...draft, sums: '' }, each, sums);
  });
  return (
    <Field className="field" value={sums} onChange={(text) => setSums(text.slice(0, LARGEST_SUMS))}>
      <Label>{texts.newImageForm.sums}</Label>
      <TextArea className="input" rows={2} spellCheck="false" />
      {sums !== '' && <p role="status">{texts.newImageForm.sumsFound(found.length, chosen.length)}</p>}
    </Field>
  );
}

const LARGEST_SUMS = MIB;

/** Returns true for a file such as `SHA256SUMS` or `debian.qcow2.sha512`, which holds digests and no disk. */
export function isSumsFile({ name, size }: File): boolean {
  return size <= LARGEST_SUMS && /(sums?(\.txt)?|\.(md5|sha(256|384|512)))$/i.test(name);
}
