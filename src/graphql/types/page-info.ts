import { Field, ObjectType } from 'type-graphql';
import type { PageSides } from '../../image/catalog/page-window.js';

@ObjectType({ simpleResolvers: true, description: 'The place of a page in the whole list.' })
export class PageInfo {
  /** @param cursorAt returns the cursor of a row; a negative index counts from the end of the page */
  constructor({ hasNextPage, hasPreviousPage }: PageSides, cursorAt: (index: number) => string | null) {
    this.hasNextPage = hasNextPage;
    this.hasPreviousPage = hasPreviousPage;
    this.startCursor = cursorAt(0);
    this.endCursor = cursorAt(-1);
  }

  @Field({
    description: 'True if rows follow this page. With `last`, true if `before` is given.',
  })
  readonly hasNextPage: boolean;

  @Field({
    description: 'True if rows precede this page. With `first`, true if `after` is given.',
  })
  readonly hasPreviousPage: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'The cursor of the first row, for `before` of the previous page. Null for an empty page.',
  })
  readonly startCursor: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The cursor of the last row, for `after` of the next page. Null for an empty page.',
  })
  readonly endCursor: string | null;
}
