import { Field, ObjectType } from 'type-graphql';
import type { PageSides } from '../image/page-window.js';

@ObjectType({ description: 'Where a page lies in the whole list.' })
export class PageInfo {
  /** @param cursorAt the cursor of a row of the page, counted from its end where negative */
  constructor(
    private readonly sides: PageSides,
    private readonly cursorAt: (index: number) => string | null,
  ) {}

  @Field({
    description: 'There are rows after this page; going backwards, true whenever `before` was given.',
  })
  get hasNextPage(): boolean {
    return this.sides.hasNextPage;
  }

  @Field({
    description: 'There are rows before this page; going forwards, true whenever `after` was given.',
  })
  get hasPreviousPage(): boolean {
    return this.sides.hasPreviousPage;
  }

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the first row: the page before is `before` it.',
  })
  get startCursor(): string | null {
    return this.cursorAt(0);
  }

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the last row: the next page is `after` it.',
  })
  get endCursor(): string | null {
    return this.cursorAt(-1);
  }
}
