import { partsOf } from './unseen.js';

/** A text whose invisible characters and outer blanks are shown. */
export function Visible({ text }: { text: string }) {
  return (
    <>
      {partsOf(text).map(({ shown, mark }, nth) =>
        mark === undefined ? (
          shown
        ) : (
          <span key={nth} className="unseen-character" title={mark}>
            {shown}
          </span>
        ),
      )}
    </>
  );
}
