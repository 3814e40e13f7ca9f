import { Arg, Args, ArgsType, Ctx, Field, Int, Query, Resolver } from 'type-graphql';
import type { ImageSuggestions } from '../../image/catalog/image-suggestions.js';
import type { Context } from '../execution/context.js';
import { ValueCount } from '../types/value-count.js';

const RANGE =
  'Looks at the newest 20,000 images that `images` lists without arguments. The most frequent come first.';

@ArgsType()
class SuggestionArguments {
  @Field(() => String, {
    nullable: true,
    description:
      'Words that each text must contain, at most 8 and 100 characters together. Letter case makes no difference.',
  })
  search?: string | null;

  @Field(() => Int, { nullable: true, description: 'The number of texts, at most 100. The default is 20.' })
  first?: number | null;
}

@Resolver()
export class SuggestionResolver {
  constructor(private readonly suggestions: ImageSuggestions) {}

  @Query(() => [ValueCount], { description: `Returns tags in use. ${RANGE}` })
  imageTags(
    @Args(() => SuggestionArguments) wanted: SuggestionArguments,
    @Ctx() { caller, rows }: Context,
  ): Promise<ValueCount[]> {
    return this.suggestions.tags(caller, { ...wanted, rows });
  }

  @Query(() => [ValueCount], {
    description: `Returns names of properties in use, of those that you may read. ${RANGE}`,
  })
  imagePropertyNames(
    @Args(() => SuggestionArguments) wanted: SuggestionArguments,
    @Ctx() { caller, rows }: Context,
  ): Promise<ValueCount[]> {
    return this.suggestions.propertyNames(caller, { ...wanted, rows });
  }

  @Query(() => [ValueCount], {
    description: `Returns values in use of one property, of at most 255 characters; none if you may not read it. ${RANGE}`,
  })
  imagePropertyValues(
    @Arg('name', () => String, { description: 'The stored name of the property.' }) name: string,
    @Args(() => SuggestionArguments) wanted: SuggestionArguments,
    @Ctx() { caller, rows }: Context,
  ): Promise<ValueCount[]> {
    return this.suggestions.propertyValues(caller, name, { ...wanted, rows });
  }
}
