import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useClient, useQuery } from 'urql';
import { sent } from '../../change/send-change.js';
import { useSending } from '../../change/use-sending.js';
import { ProjectField } from '../../edit/project-field.js';
import { useConnection } from '../../gateway/connection.js';
import {
  AddMemberDocument,
  SharingFactsDocument,
  type MembershipFragment,
} from '../../gateway/operations.js';
import { say } from '../../messages/messages.js';
import { Choice } from '../../parts/choice.js';
import { useProjectText } from '../../parts/project.js';
import { RefusedBox } from '../../parts/refused-box.js';
import { shownText } from '../../parts/unseen.js';
import { texts } from '../../texts/texts.js';
import type { Detail } from '../detail.js';

export const ADD_MEMBER = 'add-member';
const LONGEST = 255;

/** Shares an image with one more project. */
export function AddMember({ image: { id, name, members } }: { image: Detail }) {
  const client = useClient();
  const { trouble } = useConnection();
  const [{ data }] = useQuery({ query: SharingFactsDocument });
  const [project, setProject] = useState('');
  const [canShare, setCanShare] = useState(false);
  const { isBusy, failure, send } = useSending();
  const { sharing } = texts;
  const projectText = useProjectText();
  const most = data?.viewer.quota.membersPerImage ?? null;
  const memberId = project.trim();
  const fault = faultOf(
    memberId,
    members.map((member) => member.memberId),
  );

  const add = async (event: React.FormEvent) => {
    event.preventDefault();
    if (memberId === '' || fault || isBusy || trouble) return;
    const isAdded = await send(async () => {
      const { addImageMember } = await sent(client, AddMemberDocument, { imageId: id, memberId, canShare });
      // The cache gives no membership that the viewer does not see among the members.
      const known = (addImageMember as MembershipFragment | null)?.tenant;
      say(sharing.added(shownText(name || id), projectText(memberId, known)));
    });
    if (!isAdded) return;
    setProject('');
    setCanShare(false);
  };
  if (most !== null && members.length >= most) return <p className="said">{sharing.full(most)}</p>;
  return (
    <form className="add-member" onSubmit={(event) => void add(event)}>
      <ProjectField
        id={ADD_MEMBER}
        label={sharing.add}
        hint={sharing.addHint}
        value={project}
        error={fault}
        onChange={setProject}
      />
      <Choice isChosen={canShare} onChoose={setCanShare}>
        {sharing.mayShare}
      </Choice>
      {failure && <RefusedBox failure={failure} />}
      <Button className="button" type="submit" isPending={isBusy} isDisabled={trouble !== undefined}>
        {sharing.addButton}
      </Button>
      {most !== null && <p className="said">{sharing.countOf(members.length, most)}</p>}
    </form>
  );
}

function faultOf(memberId: string, members: readonly string[]): string | undefined {
  if ([...memberId].length > LONGEST) return texts.edit.tooLong;
  return members.includes(memberId) ? texts.sharing.isMember : undefined;
}
