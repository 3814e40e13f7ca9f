import { Button, Menu, MenuTrigger, Popover } from 'react-aria-components';
import { ActionItem } from '../change/action-item.js';
import { actionsFor } from '../change/actions.js';
import { useAct } from '../change/tasks.js';
import { useConnection } from '../gateway/connection.js';
import { dataPath } from '../parts/data-path.js';
import { Status } from '../parts/values.js';
import { useStart } from '../shell/start.js';
import { texts } from '../texts/texts.js';
import { UploadData } from '../upload/upload-data.js';
import type { Detail } from './detail.js';

/** The status of an image, and what one can do with it. */
export function ImageHead({ image }: { image: Detail }) {
  const { viewer } = useStart();
  const act = useAct();
  const { trouble } = useConnection();
  const [edit, ...others] = actionsFor(image, viewer);
  return (
    <div className="image-head">
      <Status status={image.status} />
      {image.permissions.canDownload && image.status === 'active' && (
        <a className="button button-main" href={dataPath(image.id)} download>
          {texts.download}
        </a>
      )}
      {image.status === 'queued' && edit?.reason === undefined && <UploadData image={image} />}
      {edit && edit.reason === undefined && (
        <Button className="button" isDisabled={trouble !== undefined} onPress={() => act('edit', image)}>
          {edit.label}
        </Button>
      )}
      {edit && (
        <MenuTrigger>
          <Button className="button">
            {texts.moreActions} <span aria-hidden="true">▾</span>
          </Button>
          <Popover className="popover" placement="bottom end">
            <Menu className="menu">
              {others.map((action) => (
                <ActionItem key={action.kind} action={action} onAction={() => act(action.kind, image)} />
              ))}
            </Menu>
          </Popover>
        </MenuTrigger>
      )}
    </div>
  );
}
