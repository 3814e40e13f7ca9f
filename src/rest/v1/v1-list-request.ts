import type { PageRequest } from '../../image/catalog/image-catalog.js';
import { Fault, plainPage } from '../shared/rest-error.js';
import { listRequest, type ListLimits } from '../shared/list-request.js';

/**
 * The query of a list as a request for a page (contract C11.2 to C11.9). Names that are not known are ignored.
 *
 * @param isAdmin whether `is_public` has a meaning: for others it is checked and then ignored (C11.5)
 * @throws Fault 400 in the words of the server that checks first: the API's own, or a page of the registry's
 */
export function pageRequest(
  query: ReadonlyMap<string, string>,
  isAdmin: boolean,
  limits: ListLimits,
): PageRequest {
  for (const [name, allowed] of Object.entries(CHECKED)) {
    const value = query.get(name);
    if (value === undefined || allowed.test(value)) continue;
    throw new Fault(400, { detail: `Bad value passed to filter ${name} got ${value}` });
  }
  // The registry has this filter, the API does not hand it on (contract C11.6).
  const handedOn = new Map([...query].filter(([name]) => name !== 'deleted'));
  try {
    return listRequest(handedOn, isAdmin, limits);
  } catch (error) {
    throw error instanceof Fault ? quoted(error) : error;
  }
}

const COUNT = /^\s*[+]?\d+\s*$|^\s*-0+\s*$/;
const TRUTH = /^(none|true|false|1|0)$/i;

/** What the API server checks itself, before it asks the registry (contract C11.3). */
const CHECKED: Record<string, RegExp> = {
  size_min: COUNT,
  size_max: COUNT,
  min_ram: COUNT,
  protected: TRUTH,
  is_public: TRUTH,
};

/** An error of the registry, whose page the API server quotes as a whole (contract C5.10). */
function quoted({ status, said }: Fault): Fault {
  return new Fault(status, { explanation: plainPage(status, said) });
}
