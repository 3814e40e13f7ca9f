import { Field, ObjectType } from 'type-graphql';
import { ImageMember } from '../../image/records/image-member.js';
import type { MemberPage } from '../../image/catalog/member-catalog.js';
import type { MemberRow } from '../../image/records/member-records.js';
import { PageInfo } from './page-info.js';

@ObjectType({ simpleResolvers: true, description: 'A membership on a page, with its cursor.' })
class ImageMemberEdge {
  constructor(page: MemberPage, member: MemberRow) {
    this.node = member;
    this.cursor = page.cursorOf(member);
  }

  @Field(() => ImageMember)
  readonly node: MemberRow;

  @Field({ description: 'The place of this membership in the list.' })
  readonly cursor: string;
}

@ObjectType({
  simpleResolvers: true,
  description: 'A page of memberships (Relay cursor connections specification).',
})
export class ImageMemberConnection {
  constructor(page: MemberPage) {
    this.edges = page.members.map((member) => new ImageMemberEdge(page, member));
    this.pageInfo = new PageInfo(page, (index) => this.edges.at(index)?.cursor ?? null);
  }

  @Field(() => [ImageMemberEdge])
  readonly edges: ImageMemberEdge[];

  @Field(() => PageInfo)
  readonly pageInfo: PageInfo;
}
