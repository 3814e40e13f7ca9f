import { Query, Resolver } from 'type-graphql';
import { GatewayFacts } from '../types/gateway-facts.js';

@Resolver()
export class GatewayResolver {
  constructor(private readonly facts: GatewayFacts) {}

  @Query(() => GatewayFacts, {
    description: 'Returns facts about this gateway, which are the same for every caller.',
  })
  gateway(): GatewayFacts {
    return this.facts;
  }
}
