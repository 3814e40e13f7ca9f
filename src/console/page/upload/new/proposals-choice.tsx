import { Choice } from '../../parts/choice.js';
import { texts } from '../../texts/texts.js';
import type { Proposal } from './drafts.js';

/** The properties that a name suggests, to take or to leave. */
export function ProposalsChoice({
  proposals,
  onChange,
}: {
  proposals: readonly Proposal[];
  onChange: (proposals: readonly Proposal[]) => void;
}) {
  if (proposals.length === 0) return null;
  return (
    <div className="proposals" role="group" aria-label={texts.newImageForm.proposals}>
      {proposals.map((each) => (
        <Choice
          key={each.name}
          isChosen={each.isTaken}
          onChoose={(isTaken) =>
            onChange(proposals.map((one) => (one === each ? { ...each, isTaken } : one)))
          }
        >
          {texts.filters.propertyChip(each.name, each.value)}
        </Choice>
      ))}
    </div>
  );
}
