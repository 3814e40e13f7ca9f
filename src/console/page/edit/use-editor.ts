import { useEffect, useState } from 'react';
import { useClient } from 'urql';
import type { ImageNow } from '../gateway/use-image-now.js';
import { meansGone } from '../change/change.js';
import { sent } from '../change/send-change.js';
import { Failure, failureIn } from '../gateway/failure.js';
import { ImageToChangeDocument, UpdateImageDocument } from '../gateway/operations.js';
import { say } from '../messages/messages.js';
import { useProjectText } from '../parts/project.js';
import { texts } from '../texts/texts.js';
import { draftOf, faultsIn, inputOf, type Draft, type Faults } from './draft.js';
import { farReaching } from './effects.js';
import { useFoundProjects } from './use-found-projects.js';
import { conflictsIn, merged, type Conflict, type Side } from './merge.js';

const MOST_TRIES = 3;

/** The fields of an image while they are edited, and what comes of saving them. */
export function useEditor(id: string, image: ImageNow | null | undefined, onSaved: () => void) {
  const client = useClient();
  const [base, setBase] = useState<ImageNow>();
  const [draft, setDraft] = useState<Draft>();
  const [step, setStep] = useState<'form' | 'confirm' | 'conflict'>('form');
  const [conflicts, setConflicts] = useState<readonly Conflict[]>([]);
  const [faults, setFaults] = useState<Faults>({});
  const [failure, setFailure] = useState<Failure>();
  const [isGone, setGone] = useState(false);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    if (image === null) setGone(true);
    if (!image || base) return;
    setBase(image);
    setDraft(draftOf(image));
  }, [image, base]);

  const projectText = useProjectText();
  const found = useFoundProjects(draft?.owner ?? '', step === 'confirm');
  const ownerText = (id: string) =>
    projectText(
      id,
      [base?.ownerTenant, ...(found ?? [])].find((each) => each?.id === id),
    );
  const effects = base && draft ? farReaching(draftOf(base), draft, ownerText) : [];
  return {
    ...{ base, draft, step, conflicts, faults, failure, isGone, isBusy, effects, setDraft },
    /** Saves, or says first what is wrong, or asks about what reaches far. */
    save() {
      const found = faultsIn(draft!);
      setFaults(found);
      setFailure(undefined);
      if (Object.keys(found).length > 0) return;
      if (effects.length > 0) return setStep('confirm');
      void send(base!, draft!);
    },
    confirm: () => void send(base!, draft!),
    back: () => setStep('form'),
    /** Goes back to the form with the sides that the user chose. */
    settle(sides: Readonly<Record<string, Side>>) {
      setDraft(merged(draft!, conflicts, sides));
      setStep('form');
    },
  };

  /** @param tries the times that it may save over changes that touch no field of the form */
  async function send(from: ImageNow, mine: Draft, tries = MOST_TRIES): Promise<void> {
    const input = inputOf(draftOf(from), mine);
    if (Object.keys(input).length === 0) return onSaved();
    setBusy(true);
    try {
      await sent(client, UpdateImageDocument, { id, input, expectedRevision: from.revision });
      say(texts.change.doneOne.edit(mine.name || id));
      onSaved();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setStep('form');
      if (error.code === 'IMAGE_CHANGED' && tries > 0) return await compare(from, mine, tries - 1);
      if (meansGone(error.code)) setGone(true);
      else if (error.field !== null && error.field in mine) setFaults({ [error.field]: error.message });
      else setFailure(error);
    } finally {
      setBusy(false);
    }
  }

  /** Reads what somebody else saved. Where that touches no field of the form, saves over it. */
  async function compare(from: ImageNow, mine: Draft, tries: number): Promise<void> {
    const { data, error } = await client
      .query(ImageToChangeDocument, { id }, { requestPolicy: 'network-only' })
      .toPromise();
    const theirs = data?.image;
    if (error) return setFailure(failureIn(error));
    if (!theirs) return setGone(true);
    const found = conflictsIn(draftOf(from), mine, draftOf(theirs));
    setBase(theirs);
    if (found.length === 0) return send(theirs, mine, tries);
    setConflicts(found);
    setStep('conflict');
  }
}

export type Editor = ReturnType<typeof useEditor>;
