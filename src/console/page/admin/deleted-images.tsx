import { useState } from 'react';
import { Link } from 'wouter';
import { DeletedImagesDocument, type DeletedImageFragment } from '../gateway/operations.js';
import { partOf, usePages } from '../gateway/use-pages.js';
import { Choice } from '../parts/choice.js';
import { WholeProject } from '../parts/project.js';
import { FullTime, Size } from '../parts/values.js';
import { Visible } from '../parts/visible.js';
import { texts } from '../texts/texts.js';
import { Listed } from './listed.js';

const PAGE = 50;
/** An index finds the images of a range, and not those that merely have a time. */
const DELETED = { deletedAt: { gt: '1970-01-01T00:00:00Z' } };

/** The deleted images, the latest changed first: a deletion is a change. */
export function DeletedImages() {
  const [isHidden, setIsHidden] = useState(false);
  // Hidden images are a list of their own, as everywhere: an index has each of the two in its order.
  const filter = isHidden ? { ...DELETED, hidden: { eq: true } } : DELETED;
  const pages = usePages(DeletedImagesDocument, { first: PAGE, filter }, ({ images }) => partOf(images));
  const { admin } = texts;
  return (
    <>
      <p className="said">{admin.whoDeleted}</p>
      <Choice isChosen={isHidden} onChoose={setIsHidden}>
        {admin.onlyHidden}
      </Choice>
      <Listed pages={pages} none={admin.noneDeleted}>
        {(images) => <DeletedTable images={images} />}
      </Listed>
    </>
  );
}

function DeletedTable({ images }: { images: readonly DeletedImageFragment[] }) {
  const { admin, columns } = texts;
  return (
    <table className="table stacked">
      <caption className="unseen">{admin.parts.deleted}</caption>
      <thead>
        <tr>
          <th scope="col">{columns.name}</th>
          <th scope="col">{texts.image.id}</th>
          <th scope="col">{columns.project}</th>
          <th scope="col">{columns.size}</th>
          <th scope="col">{texts.image.deleted}</th>
        </tr>
      </thead>
      <tbody>
        {images.map(({ id, name, owner, ownerTenant, size, deletedAt }) => (
          <tr key={id}>
            <th scope="row">
              <Link href={`/images/${id}`}>{name ? <Visible text={name} /> : texts.unnamed}</Link>
            </th>
            <td data-label={texts.image.id}>
              <code>{id}</code>
            </td>
            <td data-label={columns.project}>
              {owner ? (
                <WholeProject id={owner} known={ownerTenant} />
              ) : (
                <span className="nothing">{admin.nobody}</span>
              )}
            </td>
            <td data-label={columns.size}>
              <Size bytes={size} />
            </td>
            <td data-label={texts.image.deleted}>{deletedAt && <FullTime time={deletedAt} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
