import { useEffect, useState } from 'react';
import { useWarningBeforeLeaving } from '../parts/use-warning-before-leaving.js';
import { announcer, type Announcement } from './announcements.js';
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

/** Tells screen readers how uploads go on. */
function Announcer({ transfers }: { transfers: readonly Transfer[] }) {
  const [told, setTold] = useState<readonly Announcement[]>([]);
  const [newsOf] = useState(announcer);
  useEffect(() => {
    const news = newsOf(transfers);
    if (news.length > 0) setTold(news);
  }, [transfers, newsOf]);
  const saying = (isUrgent: boolean) =>
    told
      .filter((each) => each.isUrgent === isUrgent)
      .map(({ text }) => text)
      .join(' ');
  return (
    <>
      <div className="unseen" role="status">
        {saying(false)}
      </div>
      <div className="unseen" role="alert">
        {saying(true)}
      </div>
    </>
  );
}
