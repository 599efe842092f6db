/** Alarms that Selfheal creates for components begin so. */
export const COMPONENT_ALARM_PREFIX = 'selfheal-';

/**
 * Alarms on Selfheal itself begin so. Component alarms are all lower case, and so is the prefix by which rules know
 * them: what watches Selfheal is never healed by it.
 */
export const OWN_ALARM_PREFIX = 'SelfhealEngine-';
