import { MenuItem, Text } from 'react-aria-components';
import { useConnection } from '../gateway/connection.js';
import { texts } from '../texts/texts.js';
import type { Action } from './actions.js';

/**
 * An action in a menu. One that the image does not allow stays within reach of the keyboard, so that everybody learns the
 * reason.
 */
export function ActionItem({ action, onAction }: { action: Action; onAction: () => void }) {
  const { trouble } = useConnection();
  const { label } = action;
  const reason = trouble ? texts.change.noConnection : action.reason;
  if (reason === undefined)
    return (
      <MenuItem className="menu-item" textValue={label} onAction={onAction}>
        {label}
      </MenuItem>
    );
  return (
    <MenuItem
      className="menu-item menu-item-off"
      textValue={label}
      shouldCloseOnSelect={false}
      render={(props) => <div {...(props as React.JSX.IntrinsicElements['div'])} aria-disabled="true" />}
    >
      <Text slot="label">{label}</Text>
      <Text slot="description">{reason}</Text>
    </MenuItem>
  );
}
