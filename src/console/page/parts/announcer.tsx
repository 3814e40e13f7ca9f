import { useEffect, useState } from 'react';
import type { Announcement } from './announcement.js';

/**
 * Tells screen readers how rows go on.
 *
 * @param props.announcer makes a function that returns the news of the rows, each once
 */
export function Announcer<Row>({
  rows,
  announcer,
}: {
  rows: readonly Row[];
  announcer: () => (rows: readonly Row[]) => Announcement[];
}) {
  const [told, setTold] = useState<readonly Announcement[]>([]);
  const [newsOf] = useState(announcer);
  useEffect(() => {
    const news = newsOf(rows);
    if (news.length > 0) setTold(news);
  }, [rows, newsOf]);
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
