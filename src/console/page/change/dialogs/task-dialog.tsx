import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { texts } from '../../texts/texts.js';

/** A dialog over the page. */
export function TaskDialog({
  title,
  onClose,
  isBusy = false,
  isAlert = false,
  children,
}: {
  title: string;
  onClose: () => void;
  /** True while a change runs that closing the dialog would hide. */
  isBusy?: boolean;
  isAlert?: boolean;
  children: React.ReactNode;
}) {
  return (
    <ModalOverlay
      className="overlay"
      isOpen
      isKeyboardDismissDisabled={isBusy}
      onOpenChange={(isOpen) => !isOpen && onClose()}
    >
      <Modal className="modal modal-task">
        <Dialog className="dialog" role={isAlert ? 'alertdialog' : 'dialog'}>
          <Heading slot="title">{title}</Heading>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** The last line of a dialog: the way out first, then the buttons that do something. */
export function DialogActions({
  cancel = texts.cancel,
  startsHere = false,
  isBusy = false,
  onCancel,
  children,
}: {
  cancel?: string;
  /** True where the focus starts on the way out. */
  startsHere?: boolean;
  isBusy?: boolean;
  onCancel: () => void;
  children?: React.ReactNode;
}) {
  return (
    <div className="dialog-actions">
      <Button className="button" autoFocus={startsHere} isDisabled={isBusy} onPress={onCancel}>
        {cancel}
      </Button>
      {children}
    </div>
  );
}
