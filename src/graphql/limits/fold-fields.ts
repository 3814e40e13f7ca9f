import {
  Kind,
  type DocumentNode,
  type FieldNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** An operation and the document that has its fragments. */
export interface Operation {
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
}

/**
 * One number for all fields of an operation. Fragments are seen through, and each is looked at once however
 * often it is spread: a document is no way to make us walk for ever. What is not valid counts nothing here.
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
