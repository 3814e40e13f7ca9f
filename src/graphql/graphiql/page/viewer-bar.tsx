import { useGraphiQLActions } from '@graphiql/react';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { currentToken, onTokenChange } from './token';
import { TokenField } from './token-field';
import { currentViewer, onViewerChange, type Viewer } from './viewer';

/** Shows the caller as the gateway sees him, and asks for a token where the gateway needs one. */
export function ViewerBar() {
  const viewer = useSyncExternalStore(onViewerChange, currentViewer);
  const token = useSyncExternalStore(onTokenChange, currentToken);
  const { introspect } = useGraphiQLActions();
  const wasUnknown = useRef(false);
  useEffect(() => {
    // Without an identity there was no schema either.
    if (viewer?.known && wasUnknown.current) void introspect();
    wasUnknown.current = viewer?.known === false;
  }, [viewer, introspect]);
  if (!viewer) return null;
  return (
    <div className={viewer.known ? 'viewer-bar' : 'viewer-bar unknown'}>
      <div role="status" aria-label="Who you are">
        {viewer.known ? describe(viewer) : explain(viewer, token !== undefined)}
      </div>
      {(token !== undefined || takesToken(viewer)) && <TokenField />}
    </div>
  );
}

/** True when a token would identify the caller further. */
function takesToken(viewer: Viewer): boolean {
  if (viewer.known) return viewer.readOnly;
  return viewer.status === 401 && viewer.challenge !== null;
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

function explain(
  { status, reason, challenge }: Extract<Viewer, { known: false }>,
  hasToken: boolean,
): string {
  if (status !== 401) return `The gateway cannot say who you are (${status}): ${reason}`;
  if (challenge === null) return `The gateway does not know you (401): ${reason}`;
  const keystone = /uri=['"]([^'"]+)/.exec(challenge)?.[1];
  const source = keystone ? ` Tokens come from Keystone at ${keystone}.` : '';
  return hasToken
    ? `The gateway does not take this token, or no longer (401): ${reason} Write a new one.${source}`
    : `The gateway does not know you (401): ${reason} Write a token.${source}`;
}
