import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useClient } from 'urql';
import { failureIn, type Failure } from '../gateway/failure.js';
import { DownloadLinkDocument } from '../gateway/operations.js';
import { FailureBox } from '../parts/states.js';
import { texts } from '../texts/texts.js';
import { Section } from './facts.js';
import type { Detail } from './detail.js';
import { Copied } from '../parts/copied.js';

const SECONDS = [3600, 86_400, 604_800];

/** Ready commands for the data, and a link to it that ends. */
export function Use({ image }: { image: Detail }) {
  if (image.status !== 'active')
    return (
      <p className="nothing">{image.status === 'deactivated' ? texts.use.withheld : texts.use.noData}</p>
    );
  return (
    <>
      <Section title={texts.use.commands}>
        <h3>{texts.use.glance}</h3>
        <Command
          text={`glance --os-image-api-version 1 --os-image-url ${location.origin} --os-auth-token none image-download --file ${quoted(fileName(image))} ${image.id}`}
        />
      </Section>
      <DownloadLink image={image} />
    </>
  );
}

function DownloadLink({ image }: { image: Detail }) {
  const client = useClient();
  const [seconds, setSeconds] = useState(SECONDS[0]);
  const [link, setLink] = useState<string | null>();
  const [failure, setFailure] = useState<Failure>();
  const make = async () => {
    const { data, error } = await client
      .query(DownloadLinkDocument, { id: image.id, expiresIn: seconds }, { requestPolicy: 'network-only' })
      .toPromise();
    setFailure(failureIn(error));
    setLink(data ? (data.image?.downloadUrl ?? null) : undefined);
  };
  return (
    <Section title={texts.use.link}>
      <p>{texts.use.linkHint}</p>
      <p className="line">
        <label>
          {texts.use.validFor}{' '}
          <select
            className="input"
            value={seconds}
            onChange={({ target }) => {
              setSeconds(Number(target.value));
              setLink(undefined);
            }}
          >
            {SECONDS.map((each) => (
              <option key={each} value={each}>
                {texts.use.hours[each]}
              </option>
            ))}
          </select>
        </label>{' '}
        <Button className="button" onPress={() => void make()}>
          {texts.use.make}
        </Button>
      </p>
      <div role="status">
        {link === null && <p>{texts.use.noLink}</p>}
        {link && (
          <>
            <Copied text={link} what={texts.use.link} />
            <h3>{texts.use.curl}</h3>
            <Command text={`curl --fail --output ${quoted(fileName(image))} ${quoted(link)}`} />
          </>
        )}
      </div>
      {failure && <FailureBox failure={failure} again={() => void make()} />}
    </Section>
  );
}

function Command({ text }: { text: string }) {
  return (
    <p className="command">
      <Copied text={text} what={texts.use.commands} />
    </p>
  );
}

/** A name that every file system takes, from the name of the image. */
function fileName({ id, name, diskFormat }: Detail): string {
  const plain = (name ?? '').replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '');
  const suffix = diskFormat && !plain.endsWith(`.${diskFormat}`) ? `.${diskFormat}` : '';
  return `${plain || id}${suffix}`;
}

/** Quotes a text for a shell. */
function quoted(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
