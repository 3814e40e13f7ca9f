import type { Check } from './policy-rule.js';

/*
 * The rules of today's Glance. Each caller acts in a project and has a role there: readers read, members also change
 * images and download data, administrators do the rest. In Keystone a member is also a reader; other sources of identity
 * may name only one role. Access (access.ts) decides which images a caller reaches: those of the caller's project, those
 * that everybody may see, and those shared with the project.
 */
const ADMIN: Check = ({ isAdmin }) => isAdmin;
const MEMBER: Check = inProject('member');
const READER: Check = inProject('reader', 'member');

/** The built-in rules `secure-rbac`. */
export const SECURE_RBAC = {
  get_images: READER,
  get_image: READER,
  get_members: READER,
  get_member: READER,
  get_image_location: READER,
  download_image: MEMBER,
  add_image: MEMBER,
  modify_image: MEMBER,
  communitize_image: MEMBER,
  delete_image: MEMBER,
  upload_image: MEMBER,
  copy_from: MEMBER,
  set_image_location: MEMBER,
  add_member: MEMBER,
  modify_member: MEMBER,
  delete_member: MEMBER,
  deactivate: MEMBER,
  reactivate: MEMBER,
  publicize_image: ADMIN,
  delete_image_location: ADMIN,
  manage_image_cache: ADMIN,
} satisfies Readonly<Record<string, Check>>;

function inProject(...accepted: string[]): Check {
  return ({ isAdmin, tenant, roles }) =>
    isAdmin || (tenant !== null && accepted.some((role) => roles.includes(role)));
}
