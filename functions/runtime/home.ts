import type { Home } from '../core/signal/home.ts';
import { readEnvironment } from './environment.ts';

/** The account and region of this deployment, for functions that are given events. */
export function createHome(): { readonly home: Home } {
  const { HOME_ACCOUNT: account, HOME_REGION: region } = readEnvironment(['HOME_ACCOUNT', 'HOME_REGION']);
  return { home: { account, region } };
}
