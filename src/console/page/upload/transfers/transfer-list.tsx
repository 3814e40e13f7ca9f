import { useEffect } from 'react';
import { Button } from 'react-aria-components';
import { Link } from 'wouter';
import { CHOICES, setPreference, type Preferences } from '../../preferences.js';
import { useFocusWhenLost } from '../../parts/use-focus-when-lost.js';
import { FullTime } from '../../parts/values.js';
import { usePreferences } from '../../use-preferences.js';
import { texts } from '../../texts/texts.js';
import { isUnderWay, useTransfers, type Transfer } from '../transfer.js';
import type { Uploads } from '../uploads.js';
import { useUploads } from '../use-uploads.js';
import { TransferRow } from './transfer-row.js';
import { UnfinishedElsewhere } from './unfinished-elsewhere.js';

/** The uploads of this browser, and those that were begun in another one. */
export default function TransferList() {
  const transfers = useTransfers();
  const uploads = useUploads();
  const { uploads: words } = texts;
  const title = useFocusWhenLost<HTMLHeadingElement>(transfers);
  const finished = transfers.filter(({ state }) => state.kind === 'done');
  return (
    <section className="transfers">
      <h2 ref={title} tabIndex={-1}>
        {words.title}
      </h2>
      {transfers.length === 0 ? (
        <p className="nothing">
          {words.none} <Link href="/new?from=file">{texts.newImageForm.title}</Link>
        </p>
      ) : (
        <>
          <div className="transfers-head">
            <AtOnce uploads={uploads} />
            {finished.length > 0 && uploads && (
              <Button className="button" onPress={() => finished.forEach(({ id }) => uploads.dismiss(id))}>
                {words.dismissFinished}
              </Button>
            )}
          </div>
          <ol className="transfer-list" aria-label={words.title}>
            {transfers.map((transfer) => (
              <TransferRow key={transfer.id} transfer={transfer} uploads={uploads} />
            ))}
          </ol>
          <p className="said">{words.reloadHint}</p>
          <Leaving transfers={transfers} />
        </>
      )}
      {uploads && <UnfinishedElsewhere uploads={uploads} known={transfers} />}
    </section>
  );
}

/** Until when uploads can go on after one has left the page. The browser, which warns then, takes no text for it. */
function Leaving({ transfers }: { transfers: readonly Transfer[] }) {
  const ends = transfers.filter(isUnderWay).flatMap(({ expires }) => (expires ? [Date.parse(expires)] : []));
  if (ends.length === 0) return null;
  return (
    <p className="said">
      {texts.uploads.leaving} <FullTime time={new Date(Math.min(...ends)).toISOString()} />
    </p>
  );
}

/** The number of uploads that run at once. */
function AtOnce({ uploads }: { uploads: Uploads | undefined }) {
  const { uploads: chosen } = usePreferences();
  useEffect(() => uploads?.fill(), [uploads, chosen]);
  return (
    <label className="at-once">
      {texts.uploads.atOnce}{' '}
      <select
        className="input"
        value={chosen}
        onChange={({ target }) => setPreference('uploads', target.value as Preferences['uploads'])}
      >
        {[...CHOICES.uploads].sort().map((each) => (
          <option key={each}>{each}</option>
        ))}
      </select>
    </label>
  );
}
