import { createContext, useContext } from 'react';

/** The facts of `/console/config.json`, which the gateway tells anybody. */
export interface Config {
  auth: 'none' | 'trusted' | 'keystone' | 'oidc';
  /** Null where the page does not log in itself. */
  login: ConsoleLogin | null;
  version: string;
  graphiql: boolean;
  banner: string | null;
  logoutUrl: string | null;
}

export interface ConsoleLogin {
  /** The name of the identity service. */
  name: string;
  /** The domain to propose; null where there are none. */
  domain: string | null;
}

/** The caller, as the gateway knows him. */
export interface Viewer {
  user: string | null;
  tenant: string | null;
  isAdmin: boolean;
  readOnly: boolean;
  /** The operations that the policy allows, as far as this depends on no image. */
  can: { create: boolean; publish: boolean; makeCommunity: boolean; setOwner: boolean; import: boolean };
  /** The id under which he owns images; null for nobody. */
  owner: string | null;
}

export interface Start {
  config: Config;
  viewer: Viewer;
}

export const StartContext = createContext<Start | undefined>(undefined);

export function useStart(): Start {
  return useContext(StartContext)!;
}
