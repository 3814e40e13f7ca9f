import { Kind, type DocumentNode, type TypeNode } from 'graphql';

/**
 * Names of the variables of an operation that take a file.
 *
 * @param operationName when left out, all operations of the document count
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
