import { useEffect, useState } from 'react';
import { Announcer } from '../parts/announcer.js';
import { useWarningBeforeLeaving } from '../parts/use-warning-before-leaving.js';
import { announcer } from './announcements.js';
import { isUnderWay, useTransfers } from './transfer.js';
import { keptUploads } from './upload-records.js';
import { useUploads } from './use-uploads.js';

/** Does what uploads need on every screen: finds those of an earlier page, announces them, and warns before one leaves. */
export function BackgroundUploads() {
  const transfers = useTransfers();
  const [isKept, setKept] = useState(false);
  useUploads(isKept);
  useEffect(() => void keptUploads().then((kept) => setKept(kept.length > 0)), []);
  useWarningBeforeLeaving(transfers.some(isUnderWay));
  return <Announcer rows={transfers} announcer={announcer} />;
}
