import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The requirements of a file of recorded cases for the server that it is replayed against. */
export interface RecordedServer {
  flavor: string;
  policy: string;
  options: Record<string, string>;
}

/** A Glance option in our words; null for one that has no meaning here. */
type Translation = ((value: string, folder: string) => Record<string, string>) | null;

const sameName =
  (name: string): Translation =>
  (value) => ({ [name]: value });

/** Glance's options, as the recordings name them, and ours. */
const OPTIONS: Record<string, Translation> = {
  'DEFAULT.allow_anonymous_access': sameName('ALLOW_ANONYMOUS_ACCESS'),
  'DEFAULT.owner_is_tenant': sameName('OWNER_IS_TENANT'),
  'DEFAULT.delayed_delete': sameName('DELAYED_DELETE'),
  'DEFAULT.image_size_cap': sameName('IMAGE_SIZE_CAP'),
  'DEFAULT.user_storage_quota': sameName('USER_STORAGE_QUOTA'),
  'DEFAULT.image_property_quota': sameName('IMAGE_PROPERTY_QUOTA'),
  'DEFAULT.image_member_quota': sameName('IMAGE_MEMBER_QUOTA'),
  'DEFAULT.limit_param_default': sameName('LIMIT_PARAM_DEFAULT'),
  'DEFAULT.api_limit_max': sameName('API_LIMIT_MAX'),
  'DEFAULT.public_endpoint': sameName('PUBLIC_ENDPOINT'),
  'DEFAULT.max_request_id_length': sameName('MAX_REQUEST_ID_LENGTH'),
  'DEFAULT.admin_role': sameName('ADMIN_ROLE'),
  'DEFAULT.metadata_encryption_key': sameName('METADATA_ENCRYPTION_KEY'),
  'oslo_middleware.enable_proxy_headers_parsing': sameName('ENABLE_PROXY_HEADERS_PARSING'),
  'DEFAULT.property_protection_file': (value, folder) => ({
    PROPERTY_PROTECTION_FILE: value.replace('${dir}', join(folder, '..', 'server')),
  }),
  'DEFAULT.property_protection_rule_format': sameName('PROPERTY_PROTECTION_RULE_FORMAT'),
  // There is no version 2 to be turned off, and header bytes are always taken as UTF-8.
  'DEFAULT.enable_v2_api': null,
  'COMPAT.utf8_headers': null,
};

/** Options of all recordings: their sources of data are on the same machine, and some call the server by this name. */
const ALWAYS = {
  ALLOWED_HOSTS: 'glance.example.org',
  HTTP_SOURCE_HOSTS: '127.0.0.1',
  HTTP_SOURCE_PRIVATE: '127.0.0.0/8',
  HTTP_SOURCE_SCHEMES: 'http,https',
};

const FLAVORS: Record<string, Record<string, string>> = {
  noauth: { AUTH: 'none' },
  trusted: { AUTH: 'trusted' },
};

/** @param folder of the file of cases, beside which the files lie that it names */
export function gatewayOptions(server: RecordedServer, folder: string): Record<string, string> {
  const translated = Object.entries(server.options).map(([name, value]) => {
    const translation = OPTIONS[name.replace(/^(api|registry):/, '')];
    if (translation === undefined)
      throw new Error(`a recording wants the option ${name}, which is not known`);
    return translation?.(value, folder) ?? {};
  });
  return Object.assign(
    { ...ALWAYS, ...FLAVORS[server.flavor], POLICY: policy(server.policy, folder) },
    ...translated,
  );
}

function policy(name: string, folder: string): string {
  if (name === 'none') return 'open';
  const file = resolve(folder, '..', 'server', `policy-${name}.json`);
  return existsSync(file) ? file : name;
}
