import type { Home } from '../signal/home.ts';

/**
 * What pagers recognise an incident by: one at a time for each component, whatever its cause turns out to be, so that
 * three failed attempts page once.
 */
export function incidentKey(component: string, { account, region }: Home): string {
  return `selfheal-${account}-${region}-${component}`;
}

/** The same, of an incident of several components: they page once, all together. */
export function correlatedIncidentKey(incidentId: string, { account, region }: Home): string {
  return `selfheal-${account}-${region}-incident-${incidentId}`;
}
