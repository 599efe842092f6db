/** What strategies call the metric of a missed heartbeat. */
export const HEARTBEAT_METRIC = 'heartbeat';
