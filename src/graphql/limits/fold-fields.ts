import {
  Kind,
  type DocumentNode,
  type FieldNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** An operation, and the document with its fragments. */
export interface Operation {
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
}

/**
 * Computes one number from all fields of an operation, also in fragments. It walks each fragment once, however often the
 * fragment is spread, so that no document takes long. Invalid parts count as 0.
 */
export function foldFields(
  { document, definition }: Operation,
  fold: {
    ofField: (field: FieldNode, below: number) => number;
    together: (one: number, other: number) => number;
  },
): number {
  const fragments = new Map<string, number>();

  function inside(set: SelectionSetNode | undefined): number {
    return (set?.selections ?? [])
      .map((node) => {
        if (node.kind === Kind.INLINE_FRAGMENT) return inside(node.selectionSet);
        if (node.kind === Kind.FRAGMENT_SPREAD) return inFragment(node.name.value);
        return fold.ofField(node, node.name.value.startsWith('__') ? 0 : inside(node.selectionSet));
      })
      .reduce(fold.together, 0);
  }

  function inFragment(name: string): number {
    const known = fragments.get(name);
    if (known !== undefined) return known;
    fragments.set(name, 0);
    const found = document.definitions.find(
      (each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === name,
    );
    const value = found?.kind === Kind.FRAGMENT_DEFINITION ? inside(found.selectionSet) : 0;
    fragments.set(name, value);
    return value;
  }

  return inside(definition.selectionSet);
}
