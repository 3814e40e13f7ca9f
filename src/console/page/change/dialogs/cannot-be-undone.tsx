import { FullTime } from '../../parts/values.js';
import { texts } from '../../texts/texts.js';

/** Says that a deletion is for ever, and until when the data is kept all the same. */
export function CannotBeUndone({ keptSeconds }: { keptSeconds: number | undefined }) {
  return (
    <p>
      <strong>{texts.deletion.forEver}</strong>
      {keptSeconds !== undefined && (
        <>
          {' '}
          {texts.deletion.kept} <FullTime time={new Date(Date.now() + keptSeconds * 1000).toISOString()} />
          {'. '}
          {texts.deletion.keptHint}
        </>
      )}
    </p>
  );
}
