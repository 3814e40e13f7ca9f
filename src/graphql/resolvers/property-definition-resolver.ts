import { Ctx, Query, Resolver } from 'type-graphql';
import type { PropertyDefinitions } from '../../image/definitions/property-definitions.js';
import type { Context } from '../execution/context.js';
import { PropertyDefinition } from '../types/property-definition.js';

@Resolver()
export class PropertyDefinitionResolver {
  constructor(private readonly definitions: PropertyDefinitions) {}

  @Query(() => [PropertyDefinition], {
    description:
      'Returns the meanings of known properties, by name: of those that you may read. Where two collections define one ' +
      'name, both are there.',
  })
  async propertyDefinitions(@Ctx() { caller }: Context): Promise<PropertyDefinition[]> {
    return (await this.definitions.all(caller)) as PropertyDefinition[];
  }
}
