import { Link } from 'wouter';
import { texts } from '../texts/texts.js';
import { isUnderWay, useTransfers } from './transfer.js';

/** The way to the transfers. It says how many there are, and how far they are together. */
export function TransfersLink() {
  const running = useTransfers().filter(isUnderWay);
  const sum = (of: 'size' | 'confirmed') => running.reduce((total, each) => total + each[of], 0);
  const percent = Math.floor((sum('confirmed') / (sum('size') || 1)) * 100);
  return (
    <Link href="/transfers">
      {texts.transfers}
      {running.length > 0 && (
        <span className="count nav-count" title={texts.uploads.overall(running.length, percent)}>
          {texts.uploads.short(running.length, percent)}
        </span>
      )}
    </Link>
  );
}
