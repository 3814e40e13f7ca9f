import { Kind, type DocumentNode, type TypeNode } from 'graphql';

/**
 * Returns the names of an operation's variables of type Upload.
 *
 * @param operationName the operation; the default is all operations of the document
 */
export function uploadVariables(document: DocumentNode, operationName?: string | null): string[] {
  const names = document.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
    if (operationName && definition.name?.value !== operationName) return [];
    return (definition.variableDefinitions ?? [])
      .filter(({ type }) => nameOf(type) === 'Upload')
      .map(({ variable }) => variable.name.value);
  });
  return [...new Set(names)];
}

function nameOf(type: TypeNode): string | undefined {
  if (type.kind === Kind.NON_NULL_TYPE) return nameOf(type.type);
  return type.kind === Kind.NAMED_TYPE ? type.name.value : undefined;
}
