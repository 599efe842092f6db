/** The actions of a strategy, as YAML: stop the service, and start it again. */
export const STOP_AND_START = `actions:
      - { type: graceful_stop, timeoutSeconds: 20s, onError: rollback }
      - { type: start_component, timeoutSeconds: 20s, onError: rollback }`;

/** The actions of a strategy: restart the service in one go. */
export const RESTART = `actions:
      - { type: start_component, params: { mode: restart }, timeoutSeconds: 20s, onError: rollback }`;

/** The actions of a strategy: go back to the last good configuration. */
export const CONFIGURATION_BACK = `actions:
      - { type: rollback_config, timeoutSeconds: 30s, onError: rollback }`;

/** A verification: ten good seconds within a minute. */
export const HELD = 'verify: { timeoutSeconds: 60s, stableSeconds: 10s }';

/** Limits: two attempts, two minutes apart. */
export const TWICE = `maxAttempts: 2
    cooldownSeconds: 2m`;

/** A rollback plan: the action undoes its own change. @param timeoutSeconds as in YAML: `30s` */
export const undoneBy = (type: string, timeoutSeconds: string): string =>
  `rollback:
      actions: [{ type: ${type}, params: { phase: undo }, timeoutSeconds: ${timeoutSeconds}, onError: continue }]`;
