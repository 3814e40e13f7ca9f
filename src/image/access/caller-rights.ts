import type { Caller } from '../../identity/caller.js';
import type { Policy, Rule } from './policy.js';

/** The things that a caller may do, as far as this depends on no particular image. */
export interface CallerRights {
  create: boolean;
  publish: boolean;
  makeCommunity: boolean;
  import: boolean;
  seeDeleted: boolean;
  setOwner: boolean;
}

/**
 * Returns the rights of a caller. Rules that compare with an image judge a new image of the caller's own.
 *
 * @param imports false for a gateway that imports nothing
 */
export function callerRights(policy: Policy, { imports }: { imports: boolean }) {
  return (caller: Caller): CallerRights => {
    const may = (visibility: string, ...rules: Rule[]) =>
      !caller.readOnly &&
      rules.every((rule) => policy.allows(caller, { owner: caller.owner, visibility }, rule));
    return {
      create: may('shared', 'add_image'),
      publish: may('public', 'publicize_image'),
      makeCommunity: may('community', 'communitize_image'),
      import: imports && may('shared', 'upload_image', 'copy_from'),
      seeDeleted: caller.isAdmin,
      setOwner: caller.isAdmin && !caller.readOnly,
    };
  };
}
