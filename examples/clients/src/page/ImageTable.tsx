import type { ReactNode } from 'react';
import { explain, type GatewayError } from '../errors';

export interface Row {
  id: string;
  name?: string | null;
  status: string;
  size?: number | null;
}

interface Props {
  images: readonly Row[];
  error?: GatewayError;
  hasMore: boolean;
  /** The ids of images that were created since the list was read. */
  created: readonly string[];
  onMore(): void;
  onReload(): void;
  onRename(id: string, name: string): void;
  onDelete(id: string): void;
  /** Shows more about an image. */
  details?(image: Row): ReactNode;
}

/** The list of images. Each client fills it in its own way. */
export function ImageTable(props: Props) {
  const { images, error, hasMore, created, onMore, onReload, onRename, onDelete, details } = props;
  const hasNew = created.some((id) => !images.some((image) => image.id === id));
  const rename = ({ id, name }: Row) => {
    const chosen = prompt('New name', name ?? '');
    if (chosen !== null) onRename(id, chosen);
  };
  return (
    <>
      {error && <p role="alert">{explain(error)}</p>}
      {hasNew && <button onClick={onReload}>Show new images</button>}
      <table>
        <tbody>
          {images.map((image) => (
            <tr key={image.id}>
              <th scope="row">{image.name}</th>
              <td>{image.status}</td>
              <td>{image.size}</td>
              <td>
                <button onClick={() => rename(image)}>Rename</button>
                <button onClick={() => onDelete(image.id)}>Delete</button>
              </td>
              <td>{details?.(image)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {hasMore && <button onClick={onMore}>More</button>}
    </>
  );
}
