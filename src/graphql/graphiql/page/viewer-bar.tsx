import { useGraphiQLActions } from '@graphiql/react';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { currentToken, onTokenChange } from './token';
import { TokenField } from './token-field';
import { currentViewer, onViewerChange, type Viewer } from './viewer';

/** Shows how the gateway identified the caller, and asks for a token if the gateway needs one. */
export function ViewerBar() {
  const viewer = useSyncExternalStore(onViewerChange, currentViewer);
  const token = useSyncExternalStore(onTokenChange, currentToken);
  const { introspect } = useGraphiQLActions();
  const wasUnknown = useRef(false);
  useEffect(() => {
    // The schema could not be read while the caller was unknown.
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

/** Returns true if a token could give the caller more rights. */
function takesToken(viewer: Viewer): boolean {
  if (viewer.known) return viewer.readOnly;
  return viewer.status === 401 && viewer.challenge !== null;
}

function describe({ user, tenant, roles, isAdmin, readOnly }: Extract<Viewer, { known: true }>): string {
  if (readOnly) return 'You are anonymous: you may see public images, and change nothing.';
  if (user === null && tenant === null && isAdmin)
    return 'Everybody is an administrator here, without a login.';
  const name = user === null ? 'You are an unnamed user' : `You are user ${user}`;
  const place = tenant === null ? 'without a tenant' : `of tenant ${tenant}`;
  const rights = roles.length > 0 ? `, with the roles ${roles.join(', ')}` : '';
  return `${name} ${place}${rights}${isAdmin ? '; you are an administrator' : ''}.`;
}

function explain(
  { status, reason, challenge }: Extract<Viewer, { known: false }>,
  hasToken: boolean,
): string {
  if (status !== 401) return `The gateway cannot identify you (${status}): ${reason}`;
  if (challenge === null) return `The gateway does not know you (401): ${reason}`;
  const keystone = /uri=['"]([^'"]+)/.exec(challenge)?.[1];
  const source = keystone ? ` Tokens come from Keystone at ${keystone}.` : '';
  return hasToken
    ? `The gateway does not accept this token (401): ${reason} Enter a new token.${source}`
    : `The gateway does not know you (401): ${reason} Enter a token.${source}`;
}
