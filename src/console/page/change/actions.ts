import type { ImageRowFragment } from '../gateway/operations.js';
import type { Viewer } from '../shell/start.js';
import { texts } from '../texts/texts.js';
import { judged, type SimpleKind } from './change.js';

export type ActionKind = 'edit' | 'tags' | 'share' | SimpleKind;

/** Something that a menu offers to do with an image. */
export interface Action {
  kind: ActionKind;
  label: string;
  /** Why this image does not allow it; undefined where it does. */
  reason?: string;
}

/** Returns the changes that an image offers. Those that this viewer may never do are left out. */
export function actionsFor(image: ImageRowFragment, viewer: Viewer): readonly Action[] {
  if (!mayChange(viewer)) return [];
  const { permissions } = image;
  const blocked = (kind: SimpleKind) => texts.change.reasons[judged(image, { kind })];
  const edit = permissions.canUpdate ? undefined : (blocked('hide') ?? texts.change.reasons.notYours);
  const withholding: SimpleKind = image.status === 'deactivated' ? 'release' : 'withhold';
  const mayWithhold = viewer.isAdmin || permissions.canDeactivate || permissions.canReactivate;
  return [
    { kind: 'edit', label: texts.change.labels.edit, reason: edit },
    { kind: 'tags', label: texts.change.labels.tags, reason: edit },
    { kind: 'share', label: texts.change.labels.share, reason: edit },
    simple(image.hidden ? 'show' : 'hide'),
    simple(image.protected ? 'unprotect' : 'protect'),
    ...(mayWithhold ? [simple(withholding)] : []),
    simple('delete'),
  ];

  function simple(kind: SimpleKind): Action {
    return { kind, label: texts.change.labels[kind], reason: blocked(kind) };
  }
}

/** Returns true for a viewer who may change images at all. */
export function mayChange({ isAdmin, owner, readOnly }: Viewer): boolean {
  return !readOnly && (isAdmin || owner !== null);
}
