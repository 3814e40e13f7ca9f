import { availableParallelism } from 'node:os';
import type { Config } from '../config/config.js';
import type { Database } from '../database/database.js';
import { callerRights } from '../image/access/caller-rights.js';
import { ownerQuota } from '../image/access/owner-quota.js';
import { policy } from '../image/access/policy.js';
import { propertyProtection } from '../image/access/property-protection.js';
import { quotaBytes } from '../image/access/storage-quota.js';
import { imageCatalog } from '../image/catalog/image-catalog.js';
import { imageCounts } from '../image/catalog/image-counts.js';
import { imageSuggestions } from '../image/catalog/image-suggestions.js';
import { memberCatalog } from '../image/catalog/member-catalog.js';
import { ownerCatalog } from '../image/catalog/owner-catalog.js';
import { AUDITED, audited, type AuditPlan } from '../image/change/audit.js';
import { announced } from '../image/feed/announced.js';
import { changeFeed } from '../image/feed/change-feed.js';
import { imageActivation } from '../image/change/image-activation.js';
import { imageRemoval } from '../image/change/image-removal.js';
import { imageService } from '../image/change/image-service.js';
import { locationService } from '../image/change/location-service.js';
import { memberService } from '../image/change/member-service.js';
import { recordService } from '../image/change/record-service.js';
import { tagService } from '../image/change/tag-service.js';
import { propertyDefinitions } from '../image/definitions/property-definitions.js';
import { imageData } from '../image/download/image-data.js';
import { imageScrub } from '../image/maintenance/image-scrub.js';
import {
  verifyFormats,
  type FormatCount,
  type FormatOrder,
} from '../image/maintenance/format-verification.js';
import {
  verifyImages,
  type VerificationCount,
  type VerificationOrder,
} from '../image/maintenance/image-verification.js';
import type { RunOptions } from '../image/maintenance/run-options.js';
import { sweep } from '../image/maintenance/sweep.js';
import { storeNames } from '../image/records/store-names.js';
import { locationCipher } from '../image/records/location-cipher.js';
import { externalLocations } from '../image/sources/external-location.js';
import { imageImport } from '../image/sources/image-import.js';
import { imageSources } from '../image/sources/image-source.js';
import { imageUpload } from '../image/upload/image-upload.js';
import { resumableUploads, type ResumableUploads } from '../image/upload/resumable/resumable-upload.js';
import { unstoredUploads } from '../image/upload/resumable/unstored-upload.js';
import { digestThreads } from '../store/digest-threads.js';
import { progressRecords } from '../image/upload/progress-records.js';
import { nodeName, uploadLeases } from '../image/upload/upload-lease.js';
import { uploadSettlement } from '../image/upload/upload-settlement.js';
import type { Stores } from '../store/configured-stores.js';
import type { Log } from '../telemetry/log.js';
import type { Observers } from '../telemetry/metrics/observers.js';
import { gatewayFacts } from './facts.js';
import { configuredSource, WEB_STORE } from './stores.js';

/** The things that the domain is built on. */
export interface Foundation {
  config: Config;
  database: Database;
  stores: Stores;
  log: Log;
  /** Undefined for a gateway without metrics, and for a command. */
  observers?: Observers;
}

export type Domain = ReturnType<typeof domain>;
export type MaintenanceDomain = ReturnType<typeof maintenanceDomain>;
export type RegistryDomain = ReturnType<typeof registryDomain>;

/**
 * Builds the domain of a gateway: every part that reads, changes, fills and cleans up images, under the configured
 * rules. Each part that users call writes to the audit log.
 *
 * @throws RuleFileError
 */
export function domain(foundation: Foundation) {
  const { config, database, stores, log, observers } = foundation;
  const rules = policy(config.policy ?? (config.auth === 'none' ? 'open' : 'shipped'));
  const { propertyProtectionFile, propertyProtectionRuleFormat } = config;
  const protection = propertyProtection(propertyProtectionFile, propertyProtectionRuleFormat, rules);
  const quota = ownerQuota(database, {
    storage: quotaBytes(config.userStorageQuota),
    images: limitOf(config.imageCountQuota),
    uploads: limitOf(config.uploadCountQuota),
  });
  const formats = { disk: config.diskFormats, container: config.containerFormats };
  const upkeep = upkeepParts(foundation);
  const { cipher, leases, progress, settle, removal } = upkeep;

  const feed = changeFeed({ database, progress, policy: rules, protection, log });
  /** Returns a part whose operations stand in the audit log and are told to subscribers. */
  const watched = <Part extends object>(part: Part, plan: AuditPlan<Part>) =>
    announced(audited(part, plan, log), plan.operations, feed);

  const service = imageService(database, rules, removal, { ...config, formats, protection, quota });
  const members = memberService(database, rules, config.imageMemberQuota);
  const tags = tagService(database, rules, protection, config.imageTagQuota);
  const activation = imageActivation(database, rules, protection);

  const sources = imageSources(configuredSource(config), log);
  // The thread that receives the data needs a processor too.
  const threads = digestThreads(Math.max(1, availableParallelism() - 1));
  const parts = { database, stores, sources, cipher, policy: rules, protection, quota };
  const unauditedUpload = imageUpload({
    ...{ ...parts, leases, settle, threads, options: config, observer: observers?.upload },
    async onProgress(advanced, over) {
      for (const { upload } of advanced) feed.progressed(upload.imageId);
      await progress
        .record(advanced, over)
        .catch((error: unknown) => log.warn({ err: error }, 'the progress of uploads cannot be recorded'));
    },
  });
  const upload = watched(unauditedUpload, AUDITED.upload);
  const imports = imageImport({ ...parts, upload: unauditedUpload, options: config });
  const resumable = resumableUploads({ database, upload, options: config, log });

  const facts = gatewayFacts(config, database);
  const definitions = propertyDefinitions(config.metadefsDir, { database, protection, log });

  return {
    rules,
    rights: callerRights(rules, { imports: facts.import !== null }),
    facts,
    formats,
    quotas: {
      quota,
      perImage: {
        properties: limitOf(config.imagePropertyQuota),
        members: limitOf(config.imageMemberQuota),
        tags: limitOf(config.imageTagQuota),
      },
    },
    feed,
    catalog: imageCatalog(database, rules, config, protection),
    counts: imageCounts(database, rules, protection),
    suggestions: imageSuggestions(database, rules, protection),
    propertyRights: protection,
    definitions,
    storeNames: storeNames(parts, WEB_STORE),
    memberCatalog: memberCatalog(database, rules, config),
    ownerCatalog: ownerCatalog(database, rules, config),
    service: watched(service, AUDITED.images),
    members: watched(members, AUDITED.members),
    tags: watched(tags, AUDITED.tags),
    activation: watched(activation, AUDITED.activation),
    upload,
    resumable: watched(resumable, AUDITED.resumable),
    sources,
    imports: watched(imports, AUDITED.imports),
    locations: watched(externalLocations(parts), AUDITED.locations),
    data: imageData({ ...parts, log }),
    sweep: sweepOf(foundation, upkeep, resumable),
    /** Reads the rule files again. @throws RuleFileError, and keeps the old rules */
    reload() {
      try {
        rules.reload();
        protection.reload();
        definitions.reload();
      } finally {
        feed.restart();
      }
    },
    /** Ends the stream of changes, and the threads that digest. */
    async close() {
      await feed.stop();
      await threads.close();
    },
  };
}

/**
 * Builds the parts that clean up and verify, for a command that runs once. They ask no policy, so a broken rule file
 * does not stop them.
 */
export function maintenanceDomain(foundation: Foundation) {
  const upkeep = upkeepParts(foundation);
  const { database, stores, log } = foundation;
  const parts = { database, stores, log, cipher: upkeep.cipher };
  return {
    scrub: upkeep.scrub,
    sweep: sweepOf(foundation, upkeep),
    verify: (order: VerificationOrder, watcher: RunOptions<VerificationCount>) =>
      verifyImages(parts, order, watcher),
    verifyFormats: (order: FormatOrder, watcher: RunOptions<FormatCount>) =>
      verifyFormats(parts, order, watcher),
  };
}

/**
 * Builds the parts that read and write records for an old glance-api. Policy, property protection and quotas are
 * rules of that glance-api, so nothing here refuses by them.
 */
export function registryDomain({ config, database, stores, log }: Foundation) {
  const open = policy('open');
  const formats = { disk: config.diskFormats, container: config.containerFormats };
  const records = recordService(
    database,
    stores.all.map(({ name }) => name),
    { strict: config.registryStrict ? formats : undefined, ids: config.legacyPaths ? 'any' : 'uuid' },
  );
  return {
    catalog: imageCatalog(database, open, config, propertyProtection(undefined, 'roles', open)),
    records: audited(records, AUDITED.images, log),
    members: audited(memberService(database, open, -1, 'shared'), AUDITED.members, log),
    locations: audited(locationService(database), AUDITED.recordedLocations, log),
  };
}

/** Builds the parts that remove data and settle uploads; the server and the commands both have them. */
function upkeepParts({ config, database, stores, log }: Foundation) {
  const cipher = locationCipher(config.metadataEncryptionKey);
  const node = nodeName();
  const leases = uploadLeases(database, node, config.uploadLease);
  return {
    cipher,
    leases,
    progress: progressRecords(database, node),
    settle: uploadSettlement(database, stores, leases),
    removal: imageRemoval(database, stores, cipher, log),
    scrub: imageScrub(database, stores, cipher, config.scrubTime, log),
  };
}

/** @param resumable the resumable uploads of a server; a command leaves them to their server */
function sweepOf(
  { config, database, stores, log, observers }: Foundation,
  { leases, settle, removal, scrub }: ReturnType<typeof upkeepParts>,
  resumable?: Pick<ResumableUploads, 'sweep'>,
) {
  return sweep({
    ...{ database, stores, leases, settle, removal, resumable, log },
    hasUnstoredUpload: unstoredUploads(config),
    scrub: config.delayedDelete ? scrub : undefined,
    observer: observers?.sweep,
  });
}

/** Returns a configured limit. Glance writes a negative number for no limit. */
function limitOf(quota: number): number | undefined {
  return quota < 0 ? undefined : quota;
}
