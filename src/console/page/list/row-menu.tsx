import { Button, Menu, MenuItem, MenuTrigger, Popover, Separator } from 'react-aria-components';
import { useLocation } from 'wouter';
import { actionsFor } from '../change/actions.js';
import { ActionItem } from '../change/action-item.js';
import { useAct } from '../change/tasks.js';
import type { ImageRowFragment } from '../gateway/operations.js';
import { say, sayFailure } from '../messages/messages.js';
import { copyText } from '../parts/copy-button.js';
import { download } from '../parts/data-path.js';
import { useStart } from '../shell/start.js';
import { texts } from '../texts/texts.js';
import type { CellPlace } from './columns.js';

/** Everything that one can do with the image of a row. */
export function RowMenu({ image, place }: { image: ImageRowFragment; place: CellPlace }) {
  const { viewer } = useStart();
  const [, navigate] = useLocation();
  const act = useAct();
  const name = image.name ?? image.id;
  const copyId = () =>
    copyText(image.id).then(
      () => say(texts.idCopied(name)),
      () => sayFailure(texts.notCopied, image.id),
    );
  const actions = actionsFor(image, viewer);
  return (
    <MenuTrigger>
      <Button
        className="icon-button"
        aria-label={texts.actionsFor(name)}
        // The grid gives one of its cells to the Tab key.
        excludeFromTabOrder={place.tabIndex < 0}
      >
        <span aria-hidden="true">⋯</span>
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu className="menu">
          <MenuItem className="menu-item" onAction={() => navigate(`/images/${image.id}${place.query}`)}>
            {texts.open}
          </MenuItem>
          {image.status === 'active' && image.permissions.canDownload && (
            <MenuItem className="menu-item" onAction={() => download(image.id)}>
              {texts.download}
            </MenuItem>
          )}
          <MenuItem className="menu-item" onAction={() => void copyId()}>
            {texts.copyId}
          </MenuItem>
          {actions.length > 0 && <Separator className="menu-line" />}
          {actions.map((action) => (
            <ActionItem key={action.kind} action={action} onAction={() => act(action.kind, image)} />
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
