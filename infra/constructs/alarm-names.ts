/** Prefix of the alarms that Selfheal creates for components. */
export const COMPONENT_ALARM_PREFIX = 'selfheal-';
