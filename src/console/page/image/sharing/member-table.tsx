import { useEffect, useRef } from 'react';
import { WholeProject } from '../../parts/project.js';
import { FullTime } from '../../parts/values.js';
import { texts } from '../../texts/texts.js';
import type { Detail } from '../detail.js';
import { ADD_MEMBER } from './add-member.js';
import { MemberControls } from './member-controls.js';

/** The projects with which an image is shared, and their answers. */
export function MemberTable({ image }: { image: Detail }) {
  const { members, permissions, visibility } = image;
  const { image: labels, sharing } = texts;
  const [table, focusAfter] = useFocusAfterRemoval(members.length);
  if (members.length === 0) return <p className="nothing">{labels.noMembers}</p>;
  return (
    <table ref={table} className="table stacked members">
      <caption className="unseen">{sharing.members}</caption>
      <thead>
        <tr>
          <th scope="col">{labels.member}</th>
          <th scope="col">{labels.answer}</th>
          <th scope="col">{labels.since}</th>
          {permissions.canShare && <th scope="col">{sharing.actions}</th>}
        </tr>
      </thead>
      <tbody>
        {members.map((member, row) => (
          <tr key={member.id}>
            <th scope="row">
              <WholeProject id={member.memberId} known={member.tenant} />
            </th>
            <td>
              {labels.answers[member.status] ?? member.status}
              {member.canShare && !permissions.canShare && `, ${labels.mayShare}`}
              {visibility !== 'SHARED' && `, ${labels.notInEffect}`}
            </td>
            <td>{member.updatedAt && <FullTime time={member.updatedAt} />}</td>
            {permissions.canShare && (
              <td>
                <MemberControls image={image} member={member} onRemove={() => focusAfter(row)} />
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** After a row is gone, the next one takes the focus, else the row before, else the field for a new member. */
function useFocusAfterRemoval(count: number) {
  const table = useRef<HTMLTableElement>(null);
  const removed = useRef<number>(undefined);
  useEffect(() => {
    const row = removed.current;
    removed.current = undefined;
    if (row === undefined) return;
    // The dialog gives the focus back first, to nobody.
    const frame = requestAnimationFrame(() => {
      const buttons = table.current?.querySelectorAll<HTMLElement>('tbody button') ?? [];
      (buttons[Math.min(row, buttons.length - 1)] ?? document.getElementById(ADD_MEMBER))?.focus();
    });
    return () => cancelAnimationFrame(frame);
  }, [count]);
  return [table, (row: number) => (removed.current = row)] as const;
}
