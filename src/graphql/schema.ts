import type { GraphQLInterfaceType, GraphQLSchema } from 'graphql';
import { buildSchema } from 'type-graphql';
import type { Formats } from '../image/formats.js';
import type { ImageActivation } from '../image/change/image-activation.js';
import type { ImageCatalog } from '../image/catalog/image-catalog.js';
import type { ImageImport } from '../image/sources/image-import.js';
import type { ImageService } from '../image/change/image-service.js';
import type { ImageUpload } from '../image/upload/image-upload.js';
import type { MemberCatalog } from '../image/catalog/member-catalog.js';
import type { MemberService } from '../image/change/member-service.js';
import { nodeType } from '../image/records/node.js';
import type { TagService } from '../image/change/tag-service.js';
import { ImageActionResolver } from './resolvers/image-action-resolver.js';
import { ImageConnectionResolver } from './resolvers/image-connection-resolver.js';
import { ImageResolver, type DownloadLink } from './resolvers/image-resolver.js';
import { ImportResolver } from './resolvers/import-resolver.js';
import { MemberResolver } from './resolvers/member-resolver.js';
import { NodeResolver } from './resolvers/node-resolver.js';
import type { Quotas } from './types/viewer-quota.js';
import { StoreResolver, type ImageStore } from './resolvers/store-resolver.js';
import { ViewerResolver } from './resolvers/viewer-resolver.js';

/** The parts of the domain that the resolvers call. */
export interface SchemaParts {
  catalog: ImageCatalog;
  service: ImageService;
  upload: ImageUpload;
  imports: ImageImport;
  tags: TagService;
  activation: ImageActivation;
  members: MemberService;
  memberCatalog: MemberCatalog;
  formats: Formats;
  multipartMaxSize: number;
  quotas: Quotas;
  stores: readonly ImageStore[];
  downloadLink: DownloadLink;
}

/** Builds the schema with the resolvers of one gateway. */
export async function graphqlSchema({
  catalog,
  service,
  upload,
  imports,
  tags,
  activation,
  members,
  memberCatalog,
  formats,
  multipartMaxSize,
  quotas,
  stores,
  downloadLink,
}: SchemaParts): Promise<GraphQLSchema> {
  const images = new ImageResolver(catalog, service, upload, multipartMaxSize, downloadLink);
  const resolvers = new Map<unknown, unknown>([
    [ImageResolver, images],
    [ImageActionResolver, new ImageActionResolver(catalog, tags, activation)],
    [ImageConnectionResolver, new ImageConnectionResolver()],
    [ImportResolver, new ImportResolver(catalog, imports)],
    [MemberResolver, new MemberResolver(members, memberCatalog)],
    [NodeResolver, new NodeResolver(images, memberCatalog)],
    [StoreResolver, new StoreResolver(stores)],
    [ViewerResolver, new ViewerResolver(formats, quotas)],
  ]);
  const schema = await buildSchema({
    resolvers: [
      ImageResolver,
      ImageActionResolver,
      ImageConnectionResolver,
      ImportResolver,
      MemberResolver,
      NodeResolver,
      StoreResolver,
      ViewerResolver,
    ],
    container: { get: (resolver) => resolvers.get(resolver) },
    // Null is a value here: the decorators of each field say whether it is allowed.
    validate: { forbidUnknownValues: false, skipMissingProperties: false },
  });
  passPlainArguments(schema, images);
  resolveNodeTypeSynchronously(schema);
  return schema;
}

/**
 * Passes plain objects to `images`, the query that clients use most. TypeGraphQL would make instances of every input class
 * for each call, but the resolver needs only the objects that GraphQL has checked.
 */
function passPlainArguments(schema: GraphQLSchema, resolver: ImageResolver): void {
  schema.getQueryType()!.getFields().images.resolve = (_root, args, context, info) =>
    resolver.images(args, context, info);
}

/** Replaces TypeGraphQL's function for the type of a node: it returns a promise, which plans do not await. */
function resolveNodeTypeSynchronously(schema: GraphQLSchema): void {
  (schema.getType('Node') as GraphQLInterfaceType).resolveType = nodeType;
}
