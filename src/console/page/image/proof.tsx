import { useState } from 'react';
import {
  DropZone,
  Label,
  TextArea,
  TextField,
  isFileDropItem,
  isTextDropItem,
  type DropZoneProps,
} from 'react-aria-components';
import { MIB } from '../parts/format.js';
import { texts } from '../texts/texts.js';
import { compared } from './digests.js';
import { Facts, Section } from './facts.js';
import type { Detail } from './detail.js';
import { Copied } from '../parts/copied.js';

/** A file of sums is small. */
const LARGEST = MIB;

/** The digests of the data, and a field that compares them with others. */
export function Proof({ image }: { image: Detail }) {
  const { checksum, hash } = image;
  return (
    <Section title={texts.image.proof}>
      {checksum || hash ? (
        <>
          <Facts
            facts={[
              [texts.image.md5, checksum && <Copied text={checksum} what={texts.image.md5} />],
              [
                hash?.algorithm.toUpperCase() ?? '',
                hash && <Copied text={hash.value} what={hash.algorithm} />,
              ],
            ]}
          />
          <Compare image={image} />
        </>
      ) : (
        <p className="nothing">{image.status === 'queued' ? texts.image.noData : texts.image.noDigest}</p>
      )}
    </Section>
  );
}

function Compare({ image }: { image: Detail }) {
  const [text, setText] = useState('');
  const [fault, setFault] = useState('');
  const known = { md5: image.checksum, hash: image.hash?.value };
  const outcome = text.trim() === '' ? undefined : (compared(text, known, image.name ?? null) ?? 'unknown');

  const onDrop: DropZoneProps['onDrop'] = async ({ items }) => {
    const [item] = items;
    setFault('');
    if (isFileDropItem(item)) {
      const file = await item.getFile();
      if (file.size > LARGEST) return setFault(texts.compare.unreadable);
      return setText(await file.text());
    }
    if (isTextDropItem(item)) setText(await item.getText('text/plain'));
  };
  return (
    <DropZone className="compare" onDrop={onDrop} aria-label={texts.compare.label}>
      <TextField
        value={text}
        onChange={(next) => {
          setFault('');
          setText(next);
        }}
      >
        <Label>{texts.compare.label}</Label>
        <TextArea className="input" rows={2} placeholder={texts.compare.hint} spellCheck="false" />
      </TextField>
      <p role="status" className={`outcome outcome-${outcome ?? 'none'}`}>
        {fault || (outcome && texts.compare[outcome])}
      </p>
    </DropZone>
  );
}
