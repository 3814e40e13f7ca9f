import type { PropertyProtection } from '../../image/access/property-protection.js';

/** The questions about properties that their protection answers (contract C17). */
export type PropertyRights = Pick<PropertyProtection, 'mayAdd' | 'mayUpdate' | 'mayRemove'>;
