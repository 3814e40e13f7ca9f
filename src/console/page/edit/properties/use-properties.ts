import { useEffect, useState } from 'react';
import { useClient } from 'urql';
import type { ImageNow } from '../../gateway/use-image-now.js';
import { meansGone } from '../../change/change.js';
import { sent } from '../../change/send-change.js';
import { Failure, failureIn } from '../../gateway/failure.js';
import { ImageToChangeDocument, UpdateImageDocument } from '../../gateway/operations.js';
import { say } from '../../messages/messages.js';
import { useWarningBeforeLeaving } from '../../parts/use-warning-before-leaving.js';
import { texts } from '../../texts/texts.js';
import { conflictsIn, merged, type Conflict, type Side } from '../merge.js';
import { changesOf, faultOf, propertiesOf, rowsOf, type Properties, type PropertyRow } from './rows.js';

const MOST_TRIES = 3;
const ANY_RIGHT = { canUpdate: true, canRemove: true };

interface Draft {
  base: ImageNow;
  mine: Properties;
}

/** Changes that were not saved when their image was left. They last as long as the page. */
const unsaved = new Map<string, Draft>();

/** The properties of an image while they are edited, and what comes of saving them. */
export function useProperties(id: string, image: ImageNow | null | undefined, onSaved: () => void) {
  const client = useClient();
  const [draft, setDraft] = useState<Draft | undefined>(() => unsaved.get(id));
  const [isOld] = useState(draft !== undefined);
  const [conflict, setConflict] = useState<{ theirs: ImageNow; fields: readonly Conflict[] }>();
  const [failure, setFailure] = useState<Failure>();
  const [isGone, setGone] = useState(false);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    if (image === null) setGone(true);
    if (image && !draft) setDraft({ base: image, mine: propertiesOf(image.properties) });
  }, [image, draft]);

  const before = draft && propertiesOf(draft.base.properties);
  const rows = draft ? rowsOf(before!, draft.mine) : [];
  const changes = changesOf(rows);
  const isChanged = changes !== undefined;
  useEffect(() => {
    if (draft && isChanged) unsaved.set(id, draft);
    else unsaved.delete(id);
  }, [id, draft, isChanged]);
  useWarningBeforeLeaving(isChanged);

  /** Returns the rights to a stored property; everything may be done with one that is new. */
  const rightsTo = (name: string) => draft?.base.properties.find((each) => each.name === name) ?? ANY_RIGHT;
  const change = (part: Properties) => setDraft({ ...draft!, mine: ownOf(draft!.mine, part) });
  return {
    ...{ isRead: draft !== undefined, isOld, rows, isChanged, failure, isGone, isBusy },
    conflicts: conflict?.fields,
    rightsTo,
    /** Returns what the gateway would refuse of a line; undefined for nothing. */
    faultOf({ name, value, state }: PropertyRow): string | undefined {
      if (state === 'removed') return undefined;
      if (state === 'changed' && !rightsTo(name).canUpdate) return texts.properties.isProtected;
      return faultOf(name, value);
    },
    set: (name: string, value: string) => change({ [name]: value }),
    setAll: (properties: ReadonlyMap<string, string>) => change(Object.fromEntries(properties)),
    remove: (name: string) => change({ [name]: undefined }),
    undo: (name: string) => change({ [name]: before![name] }),
    save: () => void send(draft!),
    discard() {
      unsaved.delete(id);
      onSaved();
    },
    /** Goes back to the table with the sides that the user chose. */
    settle(sides: Readonly<Record<string, Side>>) {
      const { theirs, fields } = conflict!;
      setDraft({ base: theirs, mine: ownOf(merged(draft!.mine, fields, sides) as Properties) });
      setConflict(undefined);
    },
    /** Goes back to the table without a choice: saving asks again. */
    back: () => setConflict(undefined),
  };

  /** @param tries the times that it may save over changes that touch no property */
  async function send({ base, mine }: Draft, tries = MOST_TRIES): Promise<void> {
    const properties = changesOf(rowsOf(propertiesOf(base.properties), mine));
    if (!properties) return onSaved();
    setBusy(true);
    setFailure(undefined);
    try {
      const variables = { id, input: { properties }, expectedRevision: base.revision };
      await sent(client, UpdateImageDocument, variables);
      say(texts.properties.saved(base.name ?? id));
      unsaved.delete(id);
      onSaved();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.code === 'IMAGE_CHANGED' && tries > 0) return await compare({ base, mine }, tries - 1);
      if (meansGone(error.code)) setGone(true);
      else setFailure(error);
    } finally {
      setBusy(false);
    }
  }

  /** Reads what somebody else saved. Where that touches no property, saves over it. */
  async function compare({ base, mine }: Draft, tries: number): Promise<void> {
    const { data, error } = await client
      .query(ImageToChangeDocument, { id }, { requestPolicy: 'network-only' })
      .toPromise();
    if (error) return setFailure(failureIn(error));
    if (!data?.image) return setGone(true);
    const theirs = data.image;
    const fields = conflictsIn(propertiesOf(base.properties), mine, propertiesOf(theirs.properties));
    if (fields.length === 0) return send({ base: theirs, mine }, tries);
    setConflict({ theirs, fields });
  }
}

/** Joins properties, so that no name is one of an object's own, such as `constructor`. */
function ownOf(...all: readonly Properties[]): Properties {
  return Object.assign(Object.create(null) as Properties, ...all) as Properties;
}
