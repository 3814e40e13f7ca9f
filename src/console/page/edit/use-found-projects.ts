import { ProjectsFoundDocument, type NamedFragment } from '../gateway/operations.js';
import { useStart } from '../shell/start.js';
import { useSuggestions } from './use-suggestions.js';

/** Returns true for those who may list projects. No other service than Keystone tells the gateway its projects. */
export function useMayFindProjects(): boolean {
  const { config, viewer } = useStart();
  return viewer.isAdmin && config.auth === 'keystone';
}

/**
 * Finds projects by a part of their name, or by their id, while one types. Returns null where projects cannot be listed, and
 * undefined until an answer is there.
 */
export function useFoundProjects(
  typed: string,
  isWanted: boolean,
): readonly NamedFragment[] | null | undefined {
  const mayFind = useMayFindProjects();
  const answer = useSuggestions(ProjectsFoundDocument, {}, typed.trim(), mayFind && isWanted);
  return mayFind ? answer?.tenants : null;
}
