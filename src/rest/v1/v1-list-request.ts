import type { PageRequest } from '../../image/catalog/image-catalog.js';
import { RestError, plainPage } from '../shared/rest-error.js';
import { listRequest, type ListLimits } from '../shared/list-request.js';

/**
 * Reads the query of a list (contract C11.2 to C11.9). Ignores unknown names.
 *
 * @param isAdmin whether `is_public` counts; for other callers it is checked and then ignored (C11.5)
 * @throws RestError 400 with the text of the server that checks first: the API server's, or the registry's plain page
 */
export function pageRequest(
  query: ReadonlyMap<string, string>,
  isAdmin: boolean,
  limits: ListLimits,
): PageRequest {
  for (const [name, allowed] of Object.entries(CHECKED)) {
    const value = query.get(name);
    if (value === undefined || allowed.test(value)) continue;
    throw new RestError(400, { detail: `Bad value passed to filter ${name} got ${value}` });
  }
  // The registry has this filter, but the API server does not send it (contract C11.6).
  const sent = new Map([...query].filter(([name]) => name !== 'deleted'));
  try {
    return listRequest(sent, isAdmin, limits);
  } catch (error) {
    throw error instanceof RestError ? quoted(error) : error;
  }
}

const COUNT = /^\s*[+]?\d+\s*$|^\s*-0+\s*$/;
const TRUTH = /^(none|true|false|1|0)$/i;

/** The filters that the API server checks before it asks the registry (contract C11.3). */
const CHECKED: Record<string, RegExp> = {
  size_min: COUNT,
  size_max: COUNT,
  min_ram: COUNT,
  protected: TRUTH,
  is_public: TRUTH,
};

/** Returns the API server's error for the registry's: it quotes the whole plain page (contract C5.10). */
function quoted({ status, wording }: RestError): RestError {
  return new RestError(status, { explanation: plainPage(status, wording) });
}
