import type { Caller } from '../identity/caller.js';
import { ImageError } from './errors.js';

/** Glance's names for what one may do (contract C21). */
export type Rule =
  | 'get_images'
  | 'get_image'
  | 'add_image'
  | 'modify_image'
  | 'publicize_image'
  | 'delete_image'
  | 'upload_image'
  | 'download_image'
  | 'copy_from'
  | 'set_image_location'
  | 'get_members'
  | 'modify_member'
  | 'delete_member';

/** Who may do what, asked before any image is looked at. */
export interface Policy {
  /** @throws ImageError FORBIDDEN */
  require(caller: Caller, ...rules: Rule[]): void;
}

type Check = (caller: Caller) => boolean;

const everybody: Check = () => true;

/** Glance's own `policy.json`: everything to everybody, making public to administrators (C21.1). */
const SHIPPED: Record<Rule, Check> = {
  get_images: everybody,
  get_image: everybody,
  add_image: everybody,
  modify_image: everybody,
  publicize_image: (caller) => caller.roles.includes('admin'),
  delete_image: everybody,
  upload_image: everybody,
  download_image: everybody,
  copy_from: everybody,
  set_image_location: everybody,
  get_members: everybody,
  modify_member: everybody,
  delete_member: everybody,
};

/** @param name `shipped` for Glance's rules, `open` for none at all */
export function policy(name: 'shipped' | 'open'): Policy {
  return {
    require(caller, ...rules) {
      if (name === 'open') return;
      const refusing = rules.find((rule) => !SHIPPED[rule](caller));
      if (refusing) throw new ImageError('FORBIDDEN', { rule: refusing });
    },
  };
}

/** @throws ImageError READ_ONLY for callers who may look but not touch (contract C20.5) */
export function refuseReadOnly(caller: Caller): void {
  if (caller.readOnly) throw new ImageError('READ_ONLY');
}
