import { GlanceLayout1763683200000 } from './0001-glance-layout.js';
import { OwnerQuotas1763712000000 } from './0002-owner-quotas.js';
import { ListIndexes1764000000000 } from './0003-list-indexes.js';
import { Imports1764100000000 } from './0004-imports.js';
import { FoldedIds1764300000000 } from './0005-folded-ids.js';
import { ClusterLocks1764400000000 } from './0006-cluster-locks.js';
import { Formats1764500000000 } from './0007-formats.js';
import { ChangeFeed1764600000000 } from './0008-change-feed.js';
import { UploadProgress1764700000000 } from './0009-upload-progress.js';
import { EmbeddedStatistics1764750000000 } from './0010-embedded-statistics.js';
import { OwnerUse1764800000000 } from './0011-owner-use.js';
import { ScaleIndexes1764900000000 } from './0012-scale-indexes.js';
import { MemberStatusIndex1765000000000 } from './0013-member-status-index.js';
import { ImportSources1765100000000 } from './0014-import-sources.js';

/** Every migration, oldest first. */
export const migrations = [
  GlanceLayout1763683200000,
  OwnerQuotas1763712000000,
  ListIndexes1764000000000,
  Imports1764100000000,
  FoldedIds1764300000000,
  ClusterLocks1764400000000,
  Formats1764500000000,
  ChangeFeed1764600000000,
  UploadProgress1764700000000,
  EmbeddedStatistics1764750000000,
  OwnerUse1764800000000,
  ScaleIndexes1764900000000,
  MemberStatusIndex1765000000000,
  ImportSources1765100000000,
];
