import { useMemo } from 'react';
import { useSubscription } from 'urql';
import { useStart } from '../../shell/start.js';
import { ImageChangesDocument } from '../operations.js';

/** Follows the changes of all images that the viewer sees. The cache takes each, and with it every screen. */
export function LiveChanges() {
  const { viewer } = useStart();
  const { user, owner } = viewer;
  const context = useMemo(() => ({ stream: JSON.stringify([user, owner]) }), [user, owner]);
  useSubscription({ query: ImageChangesDocument, context });
  return null;
}
