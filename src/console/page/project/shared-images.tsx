import { Link } from 'wouter';
import { ProjectSharesDocument, type ProjectSharesQuery } from '../gateway/operations.js';
import { SELDOM_MS, useAnswer } from '../gateway/use-answer.js';
import { Section } from '../image/facts.js';
import { Answered } from '../parts/answered.js';
import { LateNames } from '../parts/late-names.js';
import { WholeProject } from '../parts/project.js';
import { Visible } from '../parts/visible.js';
import { texts } from '../texts/texts.js';

type Shared = ProjectSharesQuery['images']['edges'][number]['node'];

/** The projects of one image that are named here. All of them stand beside the image. */
const MOST = 20;

/** The images that the project shares: with whom, and what these say. */
export function SharedImages({ owner }: { owner: string }) {
  const answer = useAnswer(ProjectSharesDocument, { owner }, { pollMs: SELDOM_MS });
  const { project } = texts;
  return (
    <Section title={project.shared}>
      <Answered answer={answer} rows={4}>
        {({ images: { edges, pageInfo } }) => {
          // An image may be shared by its visibility, and with nobody yet.
          const images = edges.map(({ node }) => node).filter(({ members }) => members.length > 0);
          return (
            <>
              {pageInfo.hasNextPage && <p className="said">{project.newest(edges.length)}</p>}
              {images.length === 0 ? (
                <p className="nothing">{project.noneShared}</p>
              ) : (
                <LateNames ask={answer.again}>
                  <SharedTable images={images} />
                </LateNames>
              )}
            </>
          );
        }}
      </Answered>
    </Section>
  );
}

function SharedTable({ images }: { images: readonly Shared[] }) {
  const { project } = texts;
  return (
    <table className="table stacked">
      <caption className="unseen">{project.shared}</caption>
      <thead>
        <tr>
          <th scope="col">{project.image}</th>
          <th scope="col">{project.sharedWith}</th>
        </tr>
      </thead>
      <tbody>
        {images.map(({ id, name, members }) => (
          <tr key={id}>
            <th scope="row">
              <Link href={`/images/${id}/sharing`}>
                <Visible text={name || id} />
              </Link>
            </th>
            <td data-label={project.sharedWith}>
              <ul className="plain">
                {members.slice(0, MOST).map((member) => (
                  <li key={member.id}>
                    <WholeProject id={member.memberId} known={member.tenant} />{' '}
                    <span className="answer">{texts.image.answers[member.status] ?? member.status}</span>
                  </li>
                ))}
                {members.length > MOST && <li>{project.others(members.length - MOST)}</li>}
              </ul>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
