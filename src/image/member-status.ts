/** What a member made of the offer to share an image. */
export type MemberStatus = 'pending' | 'accepted' | 'rejected';
