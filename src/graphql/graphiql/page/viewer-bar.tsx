import { useGraphiQLActions } from '@graphiql/react';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { currentViewer, onViewerChange, type Viewer } from './viewer';

/** Says whom the gateway takes the sender for, and what to do when it does not know him. */
export function ViewerBar() {
  const viewer = useSyncExternalStore(onViewerChange, currentViewer);
  const { introspect } = useGraphiQLActions();
  const wasUnknown = useRef(false);
  useEffect(() => {
    // Without an identity there was no schema either.
    if (viewer?.known && wasUnknown.current) void introspect();
    wasUnknown.current = viewer?.known === false;
  }, [viewer, introspect]);
  if (!viewer) return null;
  return (
    <div
      className={viewer.known ? 'viewer-bar' : 'viewer-bar unknown'}
      role="status"
      aria-label="Who you are"
    >
      {viewer.known ? describe(viewer) : <Explanation {...viewer} />}
    </div>
  );
}

function describe({ user, tenant, roles, isAdmin, readOnly }: Extract<Viewer, { known: true }>): string {
  if (readOnly) return 'You are anonymous: you may look at what is public, and change nothing.';
  if (user === null && tenant === null && isAdmin)
    return 'Everybody is administrator here; nobody is asked for a name.';
  const name = user === null ? 'You are nobody by name' : `You are user ${user}`;
  const place = tenant === null ? 'of no tenant' : `of tenant ${tenant}`;
  const rights = roles.length > 0 ? `, with the roles ${roles.join(', ')}` : '';
  return `${name} ${place}${rights}${isAdmin ? '; you are administrator' : ''}.`;
}

function Explanation({ status, reason, challenge }: Extract<Viewer, { known: false }>) {
  if (status !== 401)
    return (
      <>
        The gateway cannot say who you are ({status}): {reason}
      </>
    );
  const keystone = /uri=['"]([^'"]+)/.exec(challenge ?? '')?.[1];
  return (
    <>
      The gateway does not know you (401): {reason} Write a token into <b>Headers</b> below, as{' '}
      <code>{'{ "X-Auth-Token": "…" }'}</code>, and run an operation.
      {keystone ? ` Tokens come from Keystone at ${keystone}.` : ''}
    </>
  );
}
