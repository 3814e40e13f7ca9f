import { GlanceLayout1763683200000 } from './0001-glance-layout.js';
import { OwnerQuotas1763712000000 } from './0002-owner-quotas.js';
import { ListIndexes1764000000000 } from './0003-list-indexes.js';
import { Imports1764100000000 } from './0004-imports.js';
import { FoldedIds1764300000000 } from './0005-folded-ids.js';
import { ClusterLocks1764400000000 } from './0006-cluster-locks.js';
import { Formats1764500000000 } from './0007-formats.js';

/** Every migration, oldest first. */
export const migrations = [
  GlanceLayout1763683200000,
  OwnerQuotas1763712000000,
  ListIndexes1764000000000,
  Imports1764100000000,
  FoldedIds1764300000000,
  ClusterLocks1764400000000,
  Formats1764500000000,
];
