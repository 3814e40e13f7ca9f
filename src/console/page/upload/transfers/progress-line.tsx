import { ProgressBar } from 'react-aria-components';

/** Confirmed bytes, and lighter behind them those that have left the browser. It is never full before the end. */
export function ProgressLine({
  label,
  confirmed,
  sent = confirmed,
  size,
  isDone,
  isIndeterminate,
}: {
  label: string;
  confirmed: number;
  sent?: number;
  size: number;
  isDone: boolean;
  /** True while nobody knows how far it is. */
  isIndeterminate: boolean;
}) {
  const share = (bytes: number) => `${size === 0 ? 0 : Math.min(bytes / size, 1) * 100}%`;
  const percent = isDone ? 100 : Math.min(99, Math.floor((confirmed / (size || 1)) * 100));
  return (
    <ProgressBar className="progress" aria-label={label} value={percent} isIndeterminate={isIndeterminate}>
      <svg className="progress-bar" aria-hidden="true" width="100%" height="6">
        <rect className="progress-sent" width={isDone ? '100%' : share(sent)} height="6" />
        <rect className="progress-confirmed" width={isDone ? '100%' : share(confirmed)} height="6" />
      </svg>
    </ProgressBar>
  );
}
