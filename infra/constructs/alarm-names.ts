/** Prefix of the alarms that Selfheal creates for components. */
export const COMPONENT_ALARM_PREFIX = 'selfheal-';

/**
 * Prefix of the alarms on Selfheal itself. Component alarms are all lower case, and so is the prefix by which rules
 * match them: alarms on Selfheal are never fed back into healing.
 */
export const OWN_ALARM_PREFIX = 'SelfhealEngine-';
