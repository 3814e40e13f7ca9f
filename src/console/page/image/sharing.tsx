import { FullTime } from '../parts/values.js';
import { texts } from '../texts/texts.js';
import type { Detail } from './image-panel.js';

/** Shows the visibility and the members of an image. */
export function Sharing({ image: { visibility, members } }: { image: Detail }) {
  const { image: labels, visibilities, visibilitySentences } = texts;
  const isInEffect = visibility === 'SHARED';
  return (
    <>
      <p>
        <strong>{visibilities[visibility]}</strong>. {visibilitySentences[visibility]}
      </p>
      {members.length === 0 ? (
        <p className="nothing">{labels.noMembers}</p>
      ) : (
        <table className="table">
          <caption className="unseen">{labels.sharing}</caption>
          <thead>
            <tr>
              <th scope="col">{labels.member}</th>
              <th scope="col">{labels.answer}</th>
              <th scope="col">{labels.since}</th>
            </tr>
          </thead>
          <tbody>
            {members.map(({ id, memberId, status, canShare, updatedAt }) => (
              <tr key={id}>
                <th scope="row">
                  <code>{memberId}</code>
                </th>
                <td>
                  {labels.answers[status] ?? status}
                  {canShare && `, ${labels.mayShare}`}
                  {!isInEffect && `, ${labels.notInEffect}`}
                </td>
                <td>{updatedAt && <FullTime time={updatedAt} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
