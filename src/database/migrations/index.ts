import { GlanceLayout1763683200000 } from './0001-glance-layout.js';

/** Every migration, oldest first. */
export const migrations = [GlanceLayout1763683200000];
