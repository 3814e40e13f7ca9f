import { GraphQLError, OperationTypeNode, type ValidationRule } from 'graphql';

/** An operation has a kind that the schema knows (draft of the specification, section 5.2.1.1). */
export const knownOperations: ValidationRule = (context) => ({
  OperationDefinition(node) {
    if (context.getSchema().getRootType(node.operation)) return;
    const known = Object.values(OperationTypeNode).filter((type) => context.getSchema().getRootType(type));
    const message = `The schema has no ${node.operation}s; it has ${known.join(' and ')}.`;
    context.reportError(new GraphQLError(message, { nodes: node }));
  },
});
