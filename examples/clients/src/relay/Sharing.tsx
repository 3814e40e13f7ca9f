import { graphql, useRefetchableFragment } from 'react-relay';
import type { SharingRefetchQuery } from './__generated__/SharingRefetchQuery.graphql';
import type { Sharing_image$key } from './__generated__/Sharing_image.graphql';

/** The members of an image. Relay fetches them again by `node(id:)`, without the rest of the list. */
export function Sharing({ image }: { image: Sharing_image$key }) {
  const [{ members }, refetch] = useRefetchableFragment<SharingRefetchQuery, Sharing_image$key>(
    graphql`
      fragment Sharing_image on Image @refetchable(queryName: "SharingRefetchQuery") {
        members {
          id
          memberId
          status
        }
      }
    `,
    image,
  );
  return (
    <>
      {members.map(({ id, memberId, status }) => (
        <span key={id}>
          {memberId}: {status}{' '}
        </span>
      ))}
      <button onClick={() => void refetch({}, { fetchPolicy: 'store-and-network' })}>Members</button>
    </>
  );
}
