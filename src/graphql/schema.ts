import type { GraphQLInterfaceType, GraphQLSchema } from 'graphql';
import { buildSchema, type PubSub } from 'type-graphql';
import type { Formats } from '../image/formats.js';
import type { ImageActivation } from '../image/change/image-activation.js';
import type { ImageCatalog } from '../image/catalog/image-catalog.js';
import type { ImageCounts } from '../image/catalog/image-counts.js';
import type { ImageSuggestions } from '../image/catalog/image-suggestions.js';
import type { ImageImport } from '../image/sources/image-import.js';
import type { ImageService } from '../image/change/image-service.js';
import type { ImageUpload } from '../image/upload/image-upload.js';
import type { MemberCatalog } from '../image/catalog/member-catalog.js';
import type { MemberService } from '../image/change/member-service.js';
import type { OwnerCatalog } from '../image/catalog/owner-catalog.js';
import type { StoreNames } from '../image/records/store-names.js';
import { nodeType } from '../image/records/node.js';
import type { ResumableUploads } from '../image/upload/resumable/resumable-upload.js';
import type { TagService } from '../image/change/tag-service.js';
import { BulkResolver } from './resolvers/bulk-resolver.js';
import { CountResolver } from './resolvers/count-resolver.js';
import type { ChangeFeed } from '../image/feed/change-feed.js';
import { ImageActionResolver } from './resolvers/image-action-resolver.js';
import { ImageChangeResolver } from './resolvers/image-change-resolver.js';
import { ImageConnectionResolver } from './resolvers/image-connection-resolver.js';
import { ImageResolver, type DownloadLink } from './resolvers/image-resolver.js';
import { ImportResolver } from './resolvers/import-resolver.js';
import { MemberImageResolver } from './resolvers/member-image-resolver.js';
import { MemberResolver } from './resolvers/member-resolver.js';
import { NodeResolver } from './resolvers/node-resolver.js';
import { OwnerResolver } from './resolvers/owner-resolver.js';
import type { Caller } from '../identity/caller.js';
import { GatewayResolver } from './resolvers/gateway-resolver.js';
import type { GatewayFacts } from './types/gateway-facts.js';
import type { PropertyRights } from './types/property-rights.js';
import type { Quotas } from './types/viewer-quota.js';
import type { ViewerRights } from './types/viewer-rights.js';
import { ImageStoresResolver, StoreResolver, type ImageStore } from './resolvers/store-resolver.js';
import type { PropertyDefinitions } from '../image/definitions/property-definitions.js';
import { PropertyDefinitionResolver } from './resolvers/property-definition-resolver.js';
import { PropertyRightsResolver, NewPropertyResolver } from './resolvers/property-rights-resolver.js';
import type { Tenants } from '../identity/tenants.js';
import { TenantNames } from './resolvers/tenant-names.js';
import {
  ImageTenantResolver,
  MemberTenantResolver,
  OwnerTenantResolver,
  TenantResolver,
  ViewerTenantResolver,
} from './resolvers/tenant-resolver.js';
import { SuggestionResolver } from './resolvers/suggestion-resolver.js';
import { UnfinishedUploadResolver } from './resolvers/unfinished-upload-resolver.js';
import { UploadProgressResolver } from './resolvers/upload-progress-resolver.js';
import { ViewerResolver } from './resolvers/viewer-resolver.js';

/** The parts of the domain that the resolvers call. */
export interface SchemaParts {
  catalog: ImageCatalog;
  counts: ImageCounts;
  suggestions: ImageSuggestions;
  propertyRights: PropertyRights;
  definitions: PropertyDefinitions;
  feed: ChangeFeed;
  service: ImageService;
  upload: ImageUpload;
  imports: ImageImport;
  tags: TagService;
  activation: ImageActivation;
  resumable: Pick<ResumableUploads, 'unfinished'>;
  members: MemberService;
  memberCatalog: MemberCatalog;
  ownerCatalog: OwnerCatalog;
  formats: Formats;
  multipartMaxSize: number;
  quotas: Quotas;
  rights: (caller: Caller) => ViewerRights;
  facts: GatewayFacts;
  stores: readonly ImageStore[];
  storeNames: StoreNames;
  tenants: Tenants;
  downloadLink: DownloadLink;
}

/** Builds the schema with the resolvers of one gateway. */
export async function graphqlSchema({
  catalog,
  counts,
  suggestions,
  propertyRights,
  definitions,
  feed,
  service,
  upload,
  imports,
  tags,
  activation,
  resumable,
  members,
  memberCatalog,
  ownerCatalog,
  formats,
  multipartMaxSize,
  quotas,
  rights,
  facts,
  stores,
  storeNames,
  tenants,
  downloadLink,
}: SchemaParts): Promise<GraphQLSchema> {
  const images = new ImageResolver(catalog, service, upload, multipartMaxSize, downloadLink);
  const changes = new ImageChangeResolver(feed);
  const names = new TenantNames(tenants, facts);
  const resolvers = new Map<unknown, unknown>([
    [CountResolver, new CountResolver(counts)],
    [ImageResolver, images],
    [ImageActionResolver, new ImageActionResolver(catalog, tags, activation)],
    [BulkResolver, new BulkResolver(catalog, service, activation)],
    [ImageChangeResolver, changes],
    [ImageConnectionResolver, new ImageConnectionResolver()],
    [GatewayResolver, new GatewayResolver(facts)],
    [ImportResolver, new ImportResolver(catalog, imports)],
    [MemberResolver, new MemberResolver(members, memberCatalog)],
    [MemberImageResolver, new MemberImageResolver(catalog)],
    [NodeResolver, new NodeResolver(catalog, memberCatalog)],
    [OwnerResolver, new OwnerResolver(ownerCatalog, quotas)],
    [PropertyDefinitionResolver, new PropertyDefinitionResolver(definitions)],
    [PropertyRightsResolver, new PropertyRightsResolver(propertyRights)],
    [NewPropertyResolver, new NewPropertyResolver(propertyRights)],
    [StoreResolver, new StoreResolver(stores)],
    [ImageStoresResolver, new ImageStoresResolver(storeNames)],
    [SuggestionResolver, new SuggestionResolver(suggestions)],
    [TenantResolver, new TenantResolver(tenants)],
    [ViewerTenantResolver, new ViewerTenantResolver()],
    [ImageTenantResolver, new ImageTenantResolver(names)],
    [MemberTenantResolver, new MemberTenantResolver(names)],
    [OwnerTenantResolver, new OwnerTenantResolver(names)],
    [UnfinishedUploadResolver, new UnfinishedUploadResolver(catalog, resumable)],
    [ViewerResolver, new ViewerResolver(formats, quotas, rights)],
    [UploadProgressResolver, new UploadProgressResolver(upload)],
  ]);
  const schema = await buildSchema({
    resolvers: [
      CountResolver,
      ImageResolver,
      ImageActionResolver,
      BulkResolver,
      ImageChangeResolver,
      ImageConnectionResolver,
      GatewayResolver,
      ImportResolver,
      MemberResolver,
      MemberImageResolver,
      NodeResolver,
      OwnerResolver,
      PropertyDefinitionResolver,
      PropertyRightsResolver,
      NewPropertyResolver,
      StoreResolver,
      ImageStoresResolver,
      SuggestionResolver,
      TenantResolver,
      ViewerTenantResolver,
      ImageTenantResolver,
      MemberTenantResolver,
      OwnerTenantResolver,
      UnfinishedUploadResolver,
      UploadProgressResolver,
      ViewerResolver,
    ],
    pubSub: NO_TOPICS,
    container: { get: (resolver) => resolvers.get(resolver) },
    // The check runs a query of introspection, at every start. GraphQL checks the schema before the first operation.
    skipCheck: true,
    // Null is a value here: the decorators of each field say whether it is allowed.
    validate: { forbidUnknownValues: false, skipMissingProperties: false },
  });
  passPlainArguments(schema, images);
  passChanges(schema, changes);
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

/** TypeGraphQL demands a place for topics. Our subscriptions have none: `passChanges` connects them with the feed. */
const NO_TOPICS: PubSub = {
  publish: () => undefined,
  subscribe: () => {
    throw new Error('no subscription has a topic');
  },
};

/** Passes changes as they are: TypeGraphQL would make and check instances of the arguments for every change. */
function passChanges(schema: GraphQLSchema, resolver: ImageChangeResolver): void {
  const field = schema.getSubscriptionType()!.getFields().imageChanged;
  field.subscribe = (_root, { filter, after }, context, info) =>
    resolver.imageChanged(filter, after, context, info);
  field.resolve = (change) => resolver.shown(change);
}

/** Replaces TypeGraphQL's function for the type of a node: it returns a promise, which plans do not await. */
function resolveNodeTypeSynchronously(schema: GraphQLSchema): void {
  (schema.getType('Node') as GraphQLInterfaceType).resolveType = nodeType;
}
