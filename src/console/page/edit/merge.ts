/** The value of a field; undefined for a property that is not there. */
export type Value = string | boolean | undefined;
export type Values = Readonly<Record<string, Value>>;

/** A field that somebody else changed while it was edited here. */
export interface Conflict {
  key: string;
  mine: Value;
  theirs: Value;
  /** True for a field that was not touched here: then the other value is the newer one. */
  isOnlyTheirs: boolean;
}

export type Side = 'mine' | 'theirs';

/**
 * Returns the fields that have another value by now than here, because somebody else changed them.
 *
 * @param base the values with which editing began
 */
export function conflictsIn(base: Values, mine: Values, theirs: Values): readonly Conflict[] {
  return keysOf(base, mine, theirs)
    .filter((key) => theirs[key] !== base[key] && theirs[key] !== mine[key])
    .map((key) => ({
      key,
      mine: mine[key],
      theirs: theirs[key],
      isOnlyTheirs: mine[key] === base[key],
    }));
}

/** Returns the side that a conflict begins with. */
export function firstSide({ isOnlyTheirs }: Conflict): Side {
  return isOnlyTheirs ? 'theirs' : 'mine';
}

/** Returns the values to go on with: the own ones, but for the conflicts that take the other side. */
export function merged<Fields extends Values>(
  mine: Fields,
  conflicts: readonly Conflict[],
  sides: Readonly<Record<string, Side>>,
): Fields {
  const taken = conflicts.filter((conflict) => (sides[conflict.key] ?? firstSide(conflict)) === 'theirs');
  return { ...mine, ...Object.fromEntries(taken.map(({ key, theirs }) => [key, theirs])) };
}

function keysOf(...all: readonly Values[]): readonly string[] {
  return [...new Set(all.flatMap((values) => Object.keys(values)))];
}
