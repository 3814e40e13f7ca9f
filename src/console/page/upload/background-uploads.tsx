import { useEffect, useRef, useState } from 'react';
import { useWarningBeforeLeaving } from '../parts/use-warning-before-leaving.js';
import { texts } from '../texts/texts.js';
import { announcementOf } from './announcements.js';
import { isUnderWay, useTransfers, type Transfer } from './transfer.js';
import { keptUploads } from './upload-records.js';
import { useUploads } from './use-uploads.js';

/** Does what uploads need on every screen: finds those of an earlier page, announces them, and warns before one leaves. */
export function BackgroundUploads() {
  const transfers = useTransfers();
  const [isKept, setKept] = useState(false);
  useUploads(isKept);
  useEffect(() => void keptUploads().then((kept) => setKept(kept.length > 0)), []);
  useWarningBeforeLeaving(transfers.some(isUnderWay));
  return <Announcer transfers={transfers} />;
}

/** Tells screen readers how uploads go on, once each. */
function Announcer({ transfers }: { transfers: readonly Transfer[] }) {
  const [told, setTold] = useState({ polite: '', urgent: '' });
  const before = useRef(transfers);
  useEffect(() => {
    for (const transfer of transfers) {
      const news = announcementOf(
        before.current.find(({ id }) => id === transfer.id),
        transfer,
      );
      if (news) setTold((now) => ({ ...now, [news.isUrgent ? 'urgent' : 'polite']: news.text }));
    }
    before.current = transfers;
  }, [transfers]);
  return (
    <>
      <div className="unseen" role="status" aria-label={texts.uploads.title}>
        {told.polite}
      </div>
      <div className="unseen" role="alert">
        {told.urgent}
      </div>
    </>
  );
}
