import { CONFIGURATION_BACK, HELD, RESTART, STOP_AND_START, TWICE } from './strategy-parts.ts';

/** How kiosks and vaults are cut off by EC2. */
const CUT_OFF = 'securityGroup: sg-0123456789abcdef0';

/**
 * Repairs that load balancers notice, in part by replacing hosts; and isolations that a time limit ends, by each way that
 * there is: by agents, by security groups, and by the second where the first cannot.
 */
export const FARM_STRATEGIES = `
strategies:
  - id: restart
    trigger: { metrics: [memory] }
    components: [web, api]
    ${STOP_AND_START}
    ${HELD}
    ${TWICE}
  - id: bounce
    trigger: { metrics: [latency] }
    ${RESTART}
    ${HELD}
    ${TWICE}
  - id: replace
    components: [web]
    trigger: { metrics: [error_rate] }
    actions:
      - { type: replace_instance, timeoutSeconds: 400s, onError: abort }
    ${HELD}
    ${TWICE}
  - id: roll-configuration-back
    components: [api]
    trigger: { metrics: [error_rate] }
    ${CONFIGURATION_BACK}
    ${HELD}
    ${TWICE}
  - id: shut-away
    components: [kiosk]
    trigger: { metrics: [memory, error_rate] }
    actions:
      - { type: notify_soc, onError: continue }
      - { type: isolate_network, params: { by: agent_first, ${CUT_OFF}, limitSeconds: 5m, afterLimit: lift }, timeoutSeconds: 20s }
    verify: { timeoutSeconds: 30s, stableSeconds: 5s }
    maxAttempts: 2
  - id: cut-off
    components: [vault]
    trigger: { metrics: [memory, error_rate] }
    actions:
      - { type: isolate_network, params: { by: security_groups, ${CUT_OFF}, limitSeconds: 6m, afterLimit: lift }, timeoutSeconds: 20s }
    verify: { timeoutSeconds: 30s, stableSeconds: 5s }
    rollback: { onFailure: maintain_isolation }
    maxAttempts: 1
  - id: isolate
    components: [lab]
    trigger: { metrics: [memory, error_rate] }
    actions:
      - { type: isolate_network, params: { limitSeconds: 5m }, timeoutSeconds: 20s }
      - { type: notify_soc, onError: continue }
    verify: { timeoutSeconds: 30s, stableSeconds: 5s }
    rollback: { onFailure: maintain_isolation }
    maxAttempts: 1
`;
