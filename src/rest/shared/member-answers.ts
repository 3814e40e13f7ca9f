import type { MemberRow } from '../../image/records/member-records.js';
import { jsonAnswer, type Answer } from './answer.js';

/** The answer to a change of members. */
export const DONE: Answer = { status: 204, headers: [] };

/** Returns the answer with the members of one image (contract C18.1, C23.12). */
export function membersAnswer(rows: readonly Pick<MemberRow, 'memberId' | 'canShare'>[]): Answer {
  return jsonAnswer(200, {
    members: rows.map(({ memberId, canShare }) => ({ member_id: memberId, can_share: canShare })),
  });
}

/** Returns the answer with the images that are shared with one member (contract C18.7, C23.13). */
export function sharedImagesAnswer(rows: readonly Pick<MemberRow, 'imageId' | 'canShare'>[]): Answer {
  return jsonAnswer(200, {
    shared_images: rows.map(({ imageId, canShare }) => ({ image_id: imageId, can_share: canShare })),
  });
}
