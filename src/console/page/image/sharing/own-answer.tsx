import { AnswerButtons } from '../../inbox/answer-buttons.js';
import { texts } from '../../texts/texts.js';
import { Section } from '../facts.js';
import type { Detail } from '../detail.js';

/** Shows the answer of the viewer's project to the offer of an image. The project can change it at any time. */
export function OwnAnswer({
  image: { id, name, visibility },
  membership: { memberId, tenant, status },
}: {
  image: Detail;
  membership: Detail['members'][number];
}) {
  const { sharing, image: labels } = texts;
  return (
    <Section title={sharing.ownAnswer}>
      <p>
        <strong>{labels.answers[status] ?? status}.</strong> {sharing.answerEffects[status]}
      </p>
      {visibility === 'SHARED' && (
        <AnswerButtons offer={{ imageId: id, memberId, tenant, status, name: name || id }} />
      )}
    </Section>
  );
}
