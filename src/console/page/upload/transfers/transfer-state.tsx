import { useEffect, useState } from 'react';
import { Copied } from '../../parts/copied.js';
import { shownDuration, shownSize } from '../../parts/format.js';
import { FullTime } from '../../parts/values.js';
import { texts } from '../../texts/texts.js';
import type { Transfer } from '../transfer.js';
import { Why } from './why.js';

/** How an upload is, in words. */
export function TransferState({ transfer }: { transfer: Transfer }) {
  const { state, confirmed, size, expires } = transfer;
  const { uploads } = texts;
  const amount = uploads.amount(shownSize(confirmed), shownSize(size));
  switch (state.kind) {
    case 'sending':
      return <p className="numbers">{[amount, ...paceOf(transfer)].join(' · ')}</p>;
    case 'paused':
      return (
        <>
          <p>{uploads.paused(amount)}</p>
          <Until expires={expires} />
        </>
      );
    case 'retrying':
      return (
        <Why failure={state.failure} reasons={uploads.reasons}>
          <Countdown at={state.at} />
          <Until expires={expires} />
        </Why>
      );
    case 'interrupted':
      return (
        <>
          <p>{uploads.interrupted(amount)}</p>
          <Until expires={expires} />
          {state.fault && (
            <p role="alert" className="field-error">
              {uploads.fileFaults[state.fault]}
            </p>
          )}
        </>
      );
    case 'stopped':
      return (
        <Why failure={state.failure} reasons={uploads.reasons}>
          {state.isLost ? <p>{uploads.lost}</p> : <Until expires={expires} />}
        </Why>
      );
    case 'loginEnded':
      return (
        <>
          <p>{uploads.states.loginEnded}</p>
          <Until expires={expires} />
        </>
      );
    case 'done':
      return <Done state={state} />;
    case 'foreign':
      return null;
    default:
      return <p>{uploads.states[state.kind]}</p>;
  }
}

/** Returns the speed and the time that is left, as far as they are known. */
export function paceOf({ speed, secondsLeft }: Pick<Transfer, 'speed' | 'secondsLeft'>): string[] {
  const { uploads } = texts;
  return [
    ...(speed === undefined ? [] : [uploads.speed(shownSize(speed))]),
    ...(secondsLeft === undefined ? [] : [uploads.left(shownDuration(secondsLeft))]),
  ];
}

/** Until when an upload that does not run can go on. */
function Until({ expires }: { expires: string | undefined }) {
  if (!expires) return null;
  if (new Date(expires) < new Date()) return <p className="said">{texts.uploads.expired}</p>;
  return (
    <p className="said">
      {texts.uploads.until} <FullTime time={new Date(expires).toISOString()} />
    </p>
  );
}

function Countdown({ at }: { at: number }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const clock = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(clock);
  }, []);
  return <p className="numbers">{texts.uploads.retrying(Math.max(0, Math.ceil((at - now) / 1000)))}</p>;
}

function Done({ state: { digest, isSame } }: { state: Extract<Transfer['state'], { kind: 'done' }> }) {
  const { uploads } = texts;
  return (
    <>
      <p>{uploads.states.done}</p>
      {digest && (
        <div className="transfer-digest">
          <Copied text={digest} what={uploads.digest} />
          <Comparison isSame={isSame} />
        </div>
      )}
    </>
  );
}

function Comparison({ isSame }: { isSame: boolean | undefined }) {
  const { uploads } = texts;
  if (isSame === undefined) return <span className="said">{uploads.notCompared}</span>;
  return (
    <span className={`outcome outcome-${isSame ? 'same' : 'different'}`}>
      {isSame ? uploads.same : uploads.different}
    </span>
  );
}
