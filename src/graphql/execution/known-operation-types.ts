import { GraphQLError, OperationTypeNode, type ValidationRule } from 'graphql';

/** The validation rule that the schema has the type of each operation (draft of the specification, section 5.2.1.1). */
export const KnownOperationTypesRule: ValidationRule = (context) => ({
  OperationDefinition(node) {
    if (context.getSchema().getRootType(node.operation)) return;
    const known = Object.values(OperationTypeNode).filter((type) => context.getSchema().getRootType(type));
    const message = `The schema has no ${node.operation}s; it has ${known.join(' and ')}.`;
    context.reportError(new GraphQLError(message, { nodes: node }));
  },
});
