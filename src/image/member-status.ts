/** The status of a membership: the member's answer to the sharing of an image. */
export type MemberStatus = 'pending' | 'accepted' | 'rejected';
