import { Field, ObjectType } from 'type-graphql';
import type { PageSides } from '../../image/catalog/page-window.js';

@ObjectType({ simpleResolvers: true, description: 'Where a page lies in the whole list.' })
export class PageInfo {
  /** @param cursorAt returns the cursor of a row; a negative index counts from the end of the page */
  constructor({ hasNextPage, hasPreviousPage }: PageSides, cursorAt: (index: number) => string | null) {
    this.hasNextPage = hasNextPage;
    this.hasPreviousPage = hasPreviousPage;
    this.startCursor = cursorAt(0);
    this.endCursor = cursorAt(-1);
  }

  @Field({
    description: 'There are rows after this page; going backwards, true whenever `before` was given.',
  })
  readonly hasNextPage: boolean;

  @Field({
    description: 'There are rows before this page; going forwards, true whenever `after` was given.',
  })
  readonly hasPreviousPage: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the first row: the page before is `before` it.',
  })
  readonly startCursor: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the last row: the next page is `after` it.',
  })
  readonly endCursor: string | null;
}
