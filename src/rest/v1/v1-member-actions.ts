import type { ImageCatalog } from '../../image/catalog/image-catalog.js';
import type { MemberService } from '../../image/change/member-service.js';
import { memberActions } from '../shared/member-actions.js';
import { RestError } from '../shared/rest-error.js';
import { orV1Error } from './v1-errors.js';
import { canShareIn, membersIn } from './v1-member-body.js';

/** Returns the actions on members (contract C18). */
export function v1MemberActions(members: MemberService, catalog: ImageCatalog) {
  return memberActions({
    members,
    orError: (work) => orV1Error('members', work),
    orImageError: (_id, work) => orV1Error('members', work),
    readCanShare: canShareIn,
    readMembers: membersIn,
    // Glance reads the image again after the change (C18.9).
    async requireStillVisible(caller, id) {
      const image = await orV1Error('members', catalog.image(caller, id, { fields: ['id'], relations: [] }));
      if (!image) throw new RestError(404, { detail: `Image with identifier ${id} not found` });
    },
  });
}
