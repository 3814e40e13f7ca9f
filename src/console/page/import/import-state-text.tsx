import { Copied } from '../parts/copied.js';
import { shownSize } from '../parts/format.js';
import { texts } from '../texts/texts.js';
import { paceOf } from '../upload/transfers/transfer-state.js';
import { Why } from '../upload/transfers/why.js';
import type { ImportRow } from './import-rows.js';

/** How an import is, in words. */
export function ImportStateText({ row }: { row: ImportRow }) {
  const { state } = row;
  const { imports } = texts;
  switch (state.kind) {
    case 'running': {
      const { bytes, size } = state;
      if (bytes === 0 && size === null) return <p>{imports.states.waiting}</p>;
      if (bytes === size) return <p>{imports.states.checking}</p>;
      const amount =
        size === null
          ? imports.received(shownSize(bytes))
          : texts.uploads.amount(shownSize(bytes), shownSize(size));
      return <p className="numbers">{[amount, ...paceOf(row)].join(' · ')}</p>;
    }
    case 'failed':
      return (
        <Why failure={state.failure} reasons={imports.reasons}>
          {state.isLost && <p>{imports.lost}</p>}
        </Why>
      );
    case 'done':
      return (
        <>
          <p>{imports.states.done}</p>
          {state.digest && (
            <div className="transfer-digest">
              <span>{state.digest.algorithm.toUpperCase()}</span>
              <Copied text={state.digest.value} what={imports.digest} />
            </div>
          )}
        </>
      );
    default:
      return <p>{imports.states[state.kind]}</p>;
  }
}
