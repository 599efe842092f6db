import type { Home } from '../signal/home.ts';

/**
 * What pagers recognise an incident by: one at a time for each component, whatever its cause turns out to be, so that
 * three failed attempts page once.
 */
export function incidentKey(component: string, { account, region }: Home): string {
  return `selfheal-${account}-${region}-${component}`;
}
