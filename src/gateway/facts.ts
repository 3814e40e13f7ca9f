import type { Config } from '../config/config.js';
import type { Database } from '../database/database.js';
import type { GatewayFacts } from '../graphql/types/gateway-facts.js';
import { version } from './version.js';

/** Returns the facts about a gateway that every caller may know. They name no host and no folder. */
export function gatewayFacts(
  config: Config,
  { hasGatewayTables, readOnly }: Pick<Database, 'hasGatewayTables' | 'readOnly'>,
): GatewayFacts {
  const receives = hasGatewayTables && readOnly === undefined;
  const { resumableUploadExpiry, resumableUploadQuota, resumableUploadLimit } = config;
  const isResumable = receives && resumableUploadQuota > 0 && resumableUploadLimit > 0;
  return {
    version: version(),
    hashAlgorithm: config.hashingAlgorithm,
    imageSizeCap: config.imageSizeCap,
    ownersAreTenants: config.ownerIsTenant,
    resumable: isResumable
      ? { expirySeconds: resumableUploadExpiry, unfinishedPerCaller: resumableUploadQuota }
      : null,
    import: receives && config.httpSourceHosts.length > 0 ? { schemes: config.httpSourceSchemes } : null,
    deletion: config.delayedDelete ? { delayedSeconds: config.scrubTime } : null,
  };
}
