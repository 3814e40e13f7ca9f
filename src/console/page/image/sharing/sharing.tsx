import { useStart } from '../../shell/start.js';
import { texts } from '../../texts/texts.js';
import { Section } from '../facts.js';
import type { Detail } from '../detail.js';
import { AddMember } from './add-member.js';
import { MemberTable } from './member-table.js';
import { OwnAnswer } from './own-answer.js';
import { VisibilityForm } from './visibility-form.js';

/** Shows who may use an image, and changes it where the viewer may. */
export default function Sharing({ image }: { image: Detail }) {
  const { visibility, members, permissions, owner } = image;
  const { viewer } = useStart();
  const { sharing, visibilities, visibilitySentences } = texts;
  const isGuest = viewer.owner !== null && viewer.owner !== owner;
  const own = isGuest ? members.find(({ memberId }) => memberId === viewer.owner) : undefined;
  return (
    <>
      {permissions.canUpdate ? (
        <VisibilityForm image={image} />
      ) : (
        <p>
          <strong>{visibilities[visibility]}</strong>. {visibilitySentences[visibility]}
        </p>
      )}
      {own && <OwnAnswer image={image} membership={own} />}
      <Section title={sharing.members}>
        {!permissions.canUpdate && permissions.canShare && <p className="said">{sharing.onlyOwn}</p>}
        {visibility !== 'SHARED' && members.length > 0 && <p className="warning">{sharing.notInEffect}</p>}
        <MemberTable image={image} />
        {permissions.canShare && <AddMember image={image} />}
      </Section>
    </>
  );
}
