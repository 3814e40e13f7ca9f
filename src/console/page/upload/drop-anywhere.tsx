import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { sayFailure } from '../messages/messages.js';
import { texts } from '../texts/texts.js';
import { addFiles, MOST_FILES } from './chosen.js';
import { droppedFiles } from './choose-files.js';

/** Takes files that are dropped on the page, wherever that is, and shows the form for their images. */
export function DropAnywhere() {
  const [, navigate] = useLocation();
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const isFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes('Files') ?? false;
    const over = (event: DragEvent) => {
      if (!isFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    // Without a related target the pointer leaves the window.
    const leave = ({ relatedTarget }: DragEvent) => relatedTarget === null && setOver(false);
    const drop = (event: DragEvent) => {
      if (!isFiles(event)) return;
      event.preventDefault();
      void droppedFiles(event.dataTransfer!).then((files) => {
        takeFiles(files);
        if (files.length > 0) navigate('/new?from=file');
      });
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    // A field that takes a drop itself does not tell the window of it.
    const end = () => setOver(false);
    addEventListener('drop', end, { capture: true });
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
      removeEventListener('drop', end, { capture: true });
    };
  }, [navigate]);
  return isOver ? (
    <div className="drop-here" aria-hidden="true">
      <p>{texts.newImageForm.dropHere}</p>
    </div>
  ) : null;
}

/** Adds files to those that wait, and says when they are too many. */
export function takeFiles(files: Parameters<typeof addFiles>[0]): void {
  const left = addFiles(files);
  if (left > 0) sayFailure(texts.newImageForm.tooManyFiles(left, MOST_FILES));
}
