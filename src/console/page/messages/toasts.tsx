import {
  Button,
  Text,
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastRegion as ToastRegion,
} from 'react-aria-components';
import { texts } from '../texts/texts.js';
import { shownMessages, type Message } from './messages.js';

/** The latest messages, over every screen. */
export function Toasts() {
  return (
    <ToastRegion queue={shownMessages} className="toasts" aria-label={texts.messages.title}>
      {({ toast }) => (
        <Toast toast={toast} className={classOf(toast.content)}>
          <ToastContent className="toast-text">
            <Text slot="title">{toast.content.text}</Text>
            {toast.content.isFailure && toast.content.details && (
              <Text slot="description" className="said toast-details">
                {firstLinesOf(toast.content.details)}
              </Text>
            )}
          </ToastContent>
          <Button slot="close" className="icon-button" aria-label={texts.close}>
            <span aria-hidden="true">✕</span>
          </Button>
        </Toast>
      )}
    </ToastRegion>
  );
}

/** A report may have a thousand lines; the messages keep them all. */
function firstLinesOf(details: string): string {
  const lines = details.split('\n');
  return lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES), '…'].join('\n') : details;
}

const MOST_LINES = 3;

function classOf({ isFailure }: Message): string {
  return isFailure ? 'toast toast-failure' : 'toast';
}
