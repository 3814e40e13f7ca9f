import { Button } from 'react-aria-components';
import type { Pages } from '../gateway/use-pages.js';
import { FailureBox, Skeleton } from '../parts/states.js';
import { texts } from '../texts/texts.js';

/** Shows the pages of a list: its rows, the way to more of them, and why there are none. */
export function Listed<Row>({
  pages: { rows, isOld, hasMore, isBusy, failure, more, again },
  none,
  children,
}: {
  pages: Pages<Row>;
  /** The sentence for a list without rows. */
  none: string;
  children: (rows: readonly Row[]) => React.ReactNode;
}) {
  return (
    <div aria-busy={isOld}>
      <p role="status" className="unseen">
        {rows && !isOld && texts.admin.rows(rows.length)}
      </p>
      {!rows && !failure && <Skeleton rows={8} />}
      {rows && rows.length === 0 && !isOld && <p className="nothing">{none}</p>}
      {rows && rows.length > 0 && children(rows)}
      {failure && <FailureBox failure={failure} again={again} />}
      {hasMore && !failure && (
        <Button className="button report-more" isPending={isBusy} onPress={more}>
          {texts.admin.more}
        </Button>
      )}
    </div>
  );
}
