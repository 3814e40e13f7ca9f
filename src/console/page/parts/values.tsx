import { usePreferences } from '../use-preferences.js';
import { texts } from '../texts/texts.js';
import { shownAge, shownSize, shownTime } from './format.js';

/** A short form of a value, and the exact one in a tip beside it, which the pointer and the keyboard reach. */
export function Tipped({ short, exact }: { short: React.ReactNode; exact: string }) {
  return (
    <span className="tipped">
      {short}
      <span className="tip">{exact}</span>
    </span>
  );
}

/** A number of bytes. */
export function Size({ bytes }: { bytes: number | null | undefined }) {
  if (bytes === null || bytes === undefined) return <span className="nothing">–</span>;
  return <Tipped short={shownSize(bytes)} exact={texts.bytes(bytes)} />;
}

/** A time, as an age. */
export function Age({ time }: { time: string | null | undefined }) {
  const { zone } = usePreferences();
  if (!time) return <span className="nothing">–</span>;
  return (
    <Tipped
      short={<time dateTime={time}>{shownAge(time, Date.now(), zone)}</time>}
      exact={shownTime(time, zone)}
    />
  );
}

/** A time, in full. */
export function FullTime({ time }: { time: string }) {
  const { zone } = usePreferences();
  return <time dateTime={time}>{shownTime(time, zone)}</time>;
}

const MARKS: Record<string, string> = {
  queued: '○',
  saving: '◔',
  active: '●',
  deactivated: '◫',
  killed: '✕',
  pending_delete: '◌',
  deleted: '◌',
};

/** A status: a mark and a word, so that no colour is needed. */
export function Status({ status }: { status: string }) {
  return (
    <span className={`status status-${status in MARKS ? status : 'other'}`}>
      <span className="mark" aria-hidden="true">
        {MARKS[status] ?? '◇'}
      </span>
      {texts.statuses[status] ?? status}
    </span>
  );
}

export function YesNo({ is }: { is: boolean }) {
  return <>{is ? texts.yes : texts.no}</>;
}
