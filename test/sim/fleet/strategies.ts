import { CONFIGURATION_BACK, HELD, RESTART, STOP_AND_START, TWICE, undoneBy } from './strategy-parts.ts';

/** A ladder for memory, a safe mode for errors, and a strategy that waits for two alerts in a row. */
export const STRATEGIES = `
strategies:
  - id: restart-database
    components: [db]
    trigger: { metrics: [memory] }
    ${STOP_AND_START}
    verify: { by: runbook, timeoutSeconds: 30s, stableSeconds: 10s }
    ${TWICE}
  - id: restart
    trigger: { metrics: [memory] }
    ${STOP_AND_START}
    ${HELD}
    ${TWICE}
  - id: roll-configuration-back
    trigger: { metrics: [memory, error_rate] }
    actions:
      - { type: freeze_config, timeoutSeconds: 20s, onError: continue }
      - { type: rollback_config, timeoutSeconds: 30s, onError: rollback }
    verify: { timeoutSeconds: 60s, stableSeconds: 15s }
    rollback: { onFailure: enter_safe_mode }
    approvals: 2
    maxAttempts: 1
    cooldownSeconds: 3m
  - id: isolate
    trigger: { metrics: [memory] }
    actions:
      - { type: notify_soc, onError: continue }
      - { type: isolate_network, timeoutSeconds: 20s }
    verify: { timeoutSeconds: 30s, stableSeconds: 5s }
    rollback: { onFailure: maintain_isolation }
    maxAttempts: 1
  - id: clear
    trigger: { metrics: [latency], consecutiveFailures: 2, withinSeconds: 10m }
    actions:
      - { type: clear_temp_files, timeoutSeconds: 20s, onError: continue }
      - { type: graceful_stop, timeoutSeconds: 20s, onError: abort }
      - { type: start_component, timeoutSeconds: 20s, onError: rollback }
    ${HELD}
    rollback:
      actions:
        - { type: start_component, timeoutSeconds: 20s, onError: continue }
        - { type: notify_soc, onError: abort }
        - { type: enter_safe_mode, timeoutSeconds: 20s, onError: abort }
    maxAttempts: 2
    cooldownSeconds: 90s
    cooldownScope: strategy
`;

/** A restart for a peer that is offline, and isolation once that has failed. */
export const WATCHED_STRATEGIES = `
  - id: bring-back
    trigger: { statuses: [OFFLINE] }
    ${RESTART}
    verify: { timeoutSeconds: 30s, stableSeconds: 10s }
    maxAttempts: 3
    cooldownSeconds: 0s
  - id: shut-away
    trigger: { statuses: [ISOLATED] }
    actions:
      - { type: isolate_network, timeoutSeconds: 20s }
      - { type: notify_soc, onError: continue }
    verify: { timeoutSeconds: 30s, stableSeconds: 5s }
    rollback: { onFailure: maintain_isolation }
    maxAttempts: 1
`;

/** Where trouble spreads: three repairs of errors, of which learning may put the last two in another order, not the first. */
export const SPREADING_STRATEGIES = `
strategies:
  - id: restart
    trigger: { metrics: [memory] }
    ${STOP_AND_START}
    ${HELD}
    ${TWICE}
  - id: clear
    trigger: { metrics: [error_rate] }
    actions:
      - { type: clear_temp_files, timeoutSeconds: 20s, onError: continue }
    ${HELD}
    maxAttempts: 2
    cooldownSeconds: 1m
  - id: bounce
    interchangeable: errors
    trigger: { metrics: [error_rate] }
    ${RESTART}
    ${HELD}
    maxAttempts: 2
    cooldownSeconds: 1m
  - id: roll-configuration-back
    interchangeable: errors
    trigger: { metrics: [error_rate] }
    ${CONFIGURATION_BACK}
    ${HELD}
    maxAttempts: 2
    cooldownSeconds: 1m
  - id: restart-slow
    trigger: { metrics: [latency] }
    ${RESTART}
    ${HELD}
    approvals: 2
    ${TWICE}
`;

/** Longer than any run needs, as YAML. @param first memory in MiB; classes of instances need none */
function ladder(amount: 'memoryMiB' | 'instanceClass', first = 1): string {
  const sizes = Array.from({ length: 12 }, (_, rung) =>
    amount === 'memoryMiB' ? first * (rung + 1) : `db.r6g.${rung === 0 ? '' : 100 * rung}xlarge`,
  );
  return `[${sizes.map((size) => `{ ${amount}: ${size} }`).join(', ')}]`;
}

/** On each kind of target its own repairs, all of which can be undone but restarts. */
export const ESTATE_STRATEGIES = `
strategies:
  - id: restart
    components: [web, proxy]
    trigger: { metrics: [memory, latency] }
    ${STOP_AND_START}
    ${HELD}
    ${TWICE}
  - id: roll-configuration-back
    components: [web, proxy]
    trigger: { metrics: [error_rate] }
    ${CONFIGURATION_BACK}
    ${HELD}
    ${TWICE}
  - id: roll-back
    components: [orders, payments]
    trigger: { metrics: [error_rate] }
    actions:
      - { type: rollback_deployment, timeoutSeconds: 150s, onError: rollback }
    ${HELD}
    ${undoneBy('rollback_deployment', '150s')}
    ${TWICE}
  - id: renew
    components: [orders, ledger]
    trigger: { metrics: [memory] }
    actions:
      - { type: restart_service, timeoutSeconds: 150s, onError: abort }
    ${HELD}
    ${TWICE}
  - id: scale
    components: [orders]
    trigger: { metrics: [latency] }
    actions:
      - { type: scale_resources, params: { add: 2, atMost: 5000 }, timeoutSeconds: 30s, onError: rollback }
      - { type: increase_resources, params: { ladder: ${ladder('memoryMiB', 512)} }, timeoutSeconds: 150s, onError: rollback }
    ${HELD}
    rollback:
      actions:
        - { type: increase_resources, params: { phase: undo }, timeoutSeconds: 150s, onError: continue }
        - { type: scale_resources, params: { phase: undo }, timeoutSeconds: 30s, onError: continue }
    ${TWICE}
  - id: reserve
    components: [payments]
    trigger: { metrics: [latency] }
    actions:
      - { type: scale_resources, params: { add: 5, atMost: 850 }, timeoutSeconds: 30s, onError: rollback }
    ${HELD}
    ${undoneBy('scale_resources', '30s')}
    ${TWICE}
  - id: enlarge
    components: [payments]
    trigger: { metrics: [memory] }
    actions:
      - { type: increase_resources, params: { ladder: ${ladder('memoryMiB', 128)} }, timeoutSeconds: 120s, onError: rollback }
    ${HELD}
    ${undoneBy('increase_resources', '120s')}
    ${TWICE}
  - id: larger-instance
    components: [ledger]
    trigger: { metrics: [latency] }
    actions:
      - { type: increase_resources, params: { ladder: ${ladder('instanceClass')} }, timeoutSeconds: 300s, onError: rollback }
    ${HELD}
    ${undoneBy('increase_resources', '300s')}
    maxAttempts: 1
    cooldownSeconds: 2m
  - id: fail-over
    components: [ledger, catalog]
    trigger: { metrics: [error_rate, memory] }
    actions:
      - { type: snapshot_database, params: { keep: false }, timeoutSeconds: 150s, onError: continue }
      - { type: failover, timeoutSeconds: 150s, onError: rollback }
    ${HELD}
    ${undoneBy('failover', '150s')}
    ${TWICE}
`;
