import { describe, expect, it } from 'vitest';
import { MEMORY_ALARM, verdictsOf } from './configuration-text.ts';
import {
  DB,
  doing,
  HEALTH,
  HOST,
  RING,
  SIGNALS,
  START,
  strategiesText,
  WEB,
  withSettings,
} from './strategies-text.ts';

const isolating = (params: string) => `{ type: isolate_network, params: { ${params} } }`;
/** A host that is isolated until its limit, and the file’s own strategy for that. */
const lifting = (params: string, lift: string, components = [WEB]) =>
  strategiesText(
    components,
    `${RING}, actions: [${isolating(`${params}, limitSeconds: 1h, afterLimit: lift`)}], rollback: { onFailure: maintain_isolation }`,
    lift,
  ).replace('id: s1', 'id: lift-isolation, trigger: { metrics: [isolation_limit] }');

/** What is written, and what is said about it. */
const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'hosts that stay out of their load balancer',
    withSettings(
      'repairTimeoutSeconds: 1h',
      strategiesText(
        [
          `web: { targets: { instanceIds: [i-0123456789abcdef0] }, service: a.service, ${HEALTH}, ${SIGNALS}, targetGroup: "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef" }`,
        ],
        `${RING}, actions: [{ type: drain_target }]`,
      ),
    ),
    [
      'warning left-drained strategies[0].actions[0].type: `s0` leaves its hosts out of their load balancer, whether or not the repair succeeds: drain_target is not undone → Add `- type: restore_target`, unless a person is to do that.',
    ],
  ],
  [
    'a database that stays read-only',
    strategiesText(
      [`web: { ${HOST}, ${HEALTH}, ${SIGNALS}, database: { engine: postgresql, dataDirectory: /srv/data } }`],
      `${RING}, actions: [{ type: switch_to_readonly }]`,
    ),
    [
      'warning left-read-only strategies[0].actions[0].type: `s0` leaves the database read-only, whether or not the repair succeeds: switch_to_readonly is not undone → Add `- type: resume_writes`, unless a person is to do that.',
    ],
  ],
  [
    'hosts that stay isolated',
    doing('{ type: isolate_network }'),
    [
      'warning left-isolated strategies[0].actions[0].type: `s0` leaves its hosts isolated, whether or not the repair succeeds: isolate_network is not undone → If that is its purpose, say so with `rollback: { onFailure: maintain_isolation }`; else add `- type: restore_network`.',
    ],
  ],
  [
    'what another strategy isolated',
    doing('{ type: restore_network }'),
    [
      'warning nothing-to-take-back strategies[0].actions[0].type: `s0` uses restore_network, and no action before it has left its hosts isolated: it can only lift what a person or another strategy has decided → Remove restore_network, unless that is what this strategy is for.',
    ],
  ],
  [
    'a service that stays stopped',
    doing('{ type: graceful_stop }'),
    [
      'error left-stopped strategies[0].actions[0].type: `s0` leaves the service stopped: graceful_stop stops it, and no action after that starts it → Add `- type: start_component` after it.',
    ],
  ],
  [
    'a start that may fail',
    strategiesText(
      [`web: { ${HOST}, ${MEMORY_ALARM} }`],
      `${RING}, actions: [{ type: graceful_stop }, { type: start_component, onError: continue }]`,
    ),
    [
      'error left-stopped strategies[0].actions[1].onError: `s0` may leave the service stopped: graceful_stop stops it, a start that fails is ignored (onError: continue), and an alarm on a stopped service can be OK → Write `onError: rollback` or `onError: abort`, or verify by endpoint or runbook.',
    ],
  ],
  [
    'a start that may fail, and an alarm that is to confirm the repair',
    strategiesText(
      [`web: { ${HOST}, ${HEALTH}, ${MEMORY_ALARM} }`],
      `${RING}, actions: [{ type: graceful_stop }, { type: start_component, onError: continue }], verify: { by: alarm }`,
    ),
    [
      'error left-stopped strategies[0].actions[1].onError: `s0` may leave the service stopped: graceful_stop stops it, a start that fails is ignored (onError: continue), and an alarm on a stopped service can be OK → Write `onError: rollback` or `onError: abort`, or verify by endpoint or runbook.',
    ],
  ],
  [
    'a start that may fail, and an endpoint that confirms the repair',
    strategiesText(
      [`web: { ${HOST}, ${HEALTH}, ${MEMORY_ALARM} }`],
      `${RING}, actions: [{ type: graceful_stop }, { type: start_component, onError: continue }]`,
    ),
    [],
  ],
  [
    'a limit that outlasts the records',
    withSettings(
      'historyRetentionDays: 3',
      doing(isolating('limitSeconds: 1d1s'), ', rollback: { onFailure: maintain_isolation }'),
    ),
    [
      'error limit-outlasts-records strategies[0].actions[0].params.limitSeconds: at the limit of 86401s, the records that say how to lift the isolation could be gone: they are kept for 3d (settings.historyRetentionDays) → Write `historyRetentionDays: 4` or more, two days longer than the limit; or shorten the limit.',
    ],
  ],
  [
    'a limit that the records outlast',
    withSettings(
      'historyRetentionDays: 3',
      doing(isolating('limitSeconds: 1d'), ', rollback: { onFailure: maintain_isolation }'),
    ),
    [],
  ],
  [
    'a lift that leaves agents',
    lifting('by: agent', 'actions: [{ type: restore_network, params: { by: security_groups } }]'),
    [
      'error isolation-not-lifted strategies[1].actions: `lift-isolation` does not lift what is isolated by agents with `afterLimit: lift` → Add `- { type: restore_network, params: { by: agent } }`.',
    ],
  ],
  [
    'a lift that leaves security groups',
    lifting(
      'by: security_groups, securityGroup: sg-0123456789abcdef0',
      'actions: [{ type: restore_network, params: { by: agent } }]',
    ),
    [
      'error isolation-not-lifted strategies[1].actions: `lift-isolation` does not lift what is isolated by security groups with `afterLimit: lift` → Add `- { type: restore_network, params: { by: security_groups } }`.',
    ],
  ],
  [
    'a lift that leaves components',
    lifting('by: agent', 'components: [web], actions: [{ type: restore_network, params: { by: agent } }]', [
      WEB,
      DB,
      DB.replace('db:', 'db2:').replace('def1', 'def2'),
    ]),
    [
      'error isolation-not-lifted strategies[1].components: `lift-isolation` is not for db, db2, which another strategy isolates with `afterLimit: lift` → Add db, db2 to its `components`, or remove the list.',
    ],
  ],
  [
    'strategies that differ',
    strategiesText(
      [WEB],
      `${RING}, ${START}, interchangeable: repair`,
      `${RING}, ${START}, interchangeable: repair, mode: propose, approvals: 2`,
    ),
    [
      'error not-interchangeable strategies[1].interchangeable: strategy `s1` and strategy `s0` differ in `mode`, so trying them in another order could exceed what the file allows → Give both the same `mode`, or remove `interchangeable` from one.',
      'error not-interchangeable strategies[1].interchangeable: strategy `s1` and strategy `s0` differ in `approvals`, so trying them in another order could exceed what the file allows → Give both the same `approvals`, or remove `interchangeable` from one.',
    ],
  ],
  [
    'a strategy that is like no other',
    strategiesText([WEB], `${RING}, ${START}, interchangeable: repair`),
    [
      'warning interchangeable-with-nothing strategies[0].interchangeable: no other strategy is interchangeable as `repair` → Add `interchangeable: repair` to the strategies that may take its place, or remove it.',
    ],
  ],
];

describe('a strategy', () => {
  it.each(CASES)('is judged in words that say what is wrong, and what to do: %s', (_, yaml, said) => {
    expect(verdictsOf(yaml)).toEqual(said);
  });
});
