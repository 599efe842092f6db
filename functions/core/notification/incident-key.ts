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

/** No component can have a name with it. */
const WATCHDOG = 'watchdog_';

/**
 * The same, of a peer or a vantage point: what the watchdog sees is an incident of its own, so that a repair of the component
 * does not end it.
 */
export function watchdogKey(subject: string, home: Home): string {
  return incidentKey(`${WATCHDOG}${subject}`, home);
}

export const isOfWatchdog = (key: string): boolean => key.includes(`-${WATCHDOG}`);
