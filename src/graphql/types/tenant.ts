import { Field, ID, ObjectType } from 'type-graphql';

@ObjectType({
  simpleResolvers: true,
  description:
    'A tenant (project). Its name comes from Keystone, and is a few minutes old at most (KEYSTONE_NAME_CACHE_TIME). Another ' +
    'tenant, in another domain, may have the same name.',
})
export class Tenant {
  @Field(() => ID)
  readonly id: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The name. Null where it is unknown: a project that is deleted, an identity service other than Keystone, a Keystone ' +
      'that does not answer at once, or an account of the gateway that may not read projects. Null also for a tenant whose ' +
      'name you may not know.',
  })
  readonly name: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The name of its domain, or the id of the domain if its name is unknown. Null without a name.',
  })
  readonly domain: string | null;
}
