import { Button } from 'react-aria-components';
import { useQuery } from 'urql';
import { Link, useLocation } from 'wouter';
import { HashAlgorithmDocument, type CreateImageInput } from '../gateway/operations.js';
import type { Detail } from '../image/detail.js';
import { ownerOf } from '../parts/owned-work.js';
import { useStart } from '../shell/start.js';
import { texts } from '../texts/texts.js';
import { chooseFiles } from './choose-files.js';
import { useTransfers } from './transfer.js';
import { useUploads } from './use-uploads.js';

/** Chooses a file as the data of an image that has none. */
export function UploadData({ image }: { image: Detail }) {
  const { id } = image;
  const uploads = useUploads();
  const [{ data: facts }] = useQuery({ query: HashAlgorithmDocument });
  const { viewer } = useStart();
  const isKnown = useTransfers().some((each) => each.id === id);
  const [, navigate] = useLocation();
  if (facts && !facts.gateway.resumable) return null;
  if (isKnown)
    return (
      <Link className="button button-main" href="/transfers">
        {texts.newImageForm.toUpload}
      </Link>
    );

  const begin = async () => {
    const [found] = await chooseFiles({ multiple: false });
    if (!found) return;
    const { file, handle } = found;
    const { name: fileName, size, lastModified } = file;
    const by = ownerOf(viewer);
    const record = { id, handle, isCreated: true, input: inputOf(image), by, begunAt: Date.now() };
    await uploads!.begin([{ file, record: { ...record, fileName, size, lastModified } }]);
    navigate('/transfers');
  };
  return (
    // A button that comes late would move what one is about to press.
    <Button className="button button-main" isDisabled={!uploads} onPress={() => void begin()}>
      {texts.newImageForm.uploadData}
    </Button>
  );
}

/** Another image with this record gets the data, if this one fails. */
function inputOf(image: Detail): CreateImageInput {
  const { name, diskFormat, containerFormat, visibility, minDisk, minRam, tags, properties } = image;
  return {
    ...{ name, diskFormat, containerFormat, visibility, minDisk, minRam, tags, protected: image.protected },
    properties: properties.map(({ name, value }) => ({ name, value: value ?? '' })),
  };
}
