import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { ImageProperty } from '../../image/records/image-property.js';
import type { Context } from '../execution/context.js';
import type { PropertyRights } from '../types/property-rights.js';
import { ViewerRights } from '../types/viewer-rights.js';

const AS_FAR = 'The `permissions` of the image count too.';

/** Tells which properties of an image their protection lets the caller change (contract C17). */
@Resolver(() => ImageProperty)
export class PropertyRightsResolver {
  constructor(private readonly rights: PropertyRights) {}

  @FieldResolver(() => Boolean, {
    description: `True when no protection keeps you from changing the value. ${AS_FAR}`,
  })
  canUpdate(@Root() { name }: ImageProperty, @Ctx() { caller }: Context): boolean {
    return this.rights.mayUpdate(caller, name);
  }

  @FieldResolver(() => Boolean, {
    description: `True when no protection keeps you from removing the property. ${AS_FAR}`,
  })
  canRemove(@Root() { name }: ImageProperty, @Ctx() { caller }: Context): boolean {
    return this.rights.mayRemove(caller, name);
  }
}

/** Tells whether the caller may add a property. */
@Resolver(() => ViewerRights)
export class NewPropertyResolver {
  constructor(private readonly rights: PropertyRights) {}

  @FieldResolver(() => Boolean, {
    description: `True when no protection keeps you from adding a property of this name to an image. ${AS_FAR}`,
  })
  createProperty(
    @Arg('name', () => String, { description: 'The name of the property.' }) name: string,
    @Ctx() { caller }: Context,
  ): boolean {
    return this.rights.mayAdd(caller, name);
  }
}
