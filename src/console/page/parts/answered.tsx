import type { Answer } from '../gateway/use-answer.js';
import { FailureBox, Skeleton } from './states.js';

/** Shows an answer. Until it is there a skeleton stands in its place, or the reason. */
export function Answered<Data>({
  answer: { data, failure, again },
  rows,
  children,
}: {
  answer: Answer<Data>;
  /** The height of the skeleton. */
  rows: number;
  children: (data: Data) => React.ReactNode;
}) {
  if (data !== undefined) return <>{children(data)}</>;
  return failure ? <FailureBox failure={failure} again={again} /> : <Skeleton rows={rows} />;
}
