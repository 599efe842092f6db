import { describe, expect, it } from 'vitest';
import { verdictsOf } from './configuration-text.ts';
import {
  doing,
  HEALTH,
  HOST,
  RING,
  SIGNALS,
  START,
  strategiesText,
  withSettings,
} from './strategies-text.ts';

const verified = (component: string, verify: string) =>
  strategiesText(
    [`web: { ${component}, ${SIGNALS} }`],
    `${RING}, actions: [{ type: notify_soc }]${verify && `, verify: { ${verify} }`}`,
  );
const alarmed = (alarm: string, verify: string) =>
  strategiesText(
    [`web: { ${HOST}, alarms: { memory: { metric: memory, ${alarm} } } }`],
    `${RING}, ${START}, verify: { ${verify} }`,
  );
const fleet = (count: number, more = '') =>
  `web: { targets: { instanceIds: [${Array.from({ length: count }, (_, index) => `i-${String(index).padStart(17, '0')}`).join(', ')}] }, service: a.service, ${SIGNALS}${more} }`;
const VPC =
  'vpc: { vpcId: vpc-0123456789abcdef0, subnetIds: [subnet-0a1b2c3d], securityGroupIds: [sg-0a1b2c3d] }';

/** What is written, and what is said about it. */
const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'hosts without a proof',
    verified('targets: { tags: { a: b } }', ''),
    [
      'error no-verification strategies[0].verify: nothing could tell whether `s0` repaired component `web`: it has no health endpoint, no alarm, no service and no target group → Add `health:`, an alarm, `service:` or `targetGroup:` to components.web.',
    ],
  ],
  [
    'a custom target without a proof',
    verified('targets: { custom: shop }', ''),
    [
      'error no-verification strategies[0].verify: nothing could tell whether `s0` repaired component `web`: it has no health endpoint, no alarm, and AWS does not report its health → Add `health:` or an alarm to components.web.',
    ],
  ],
  [
    'a proof by an endpoint that is missing',
    verified(HOST, 'by: endpoint'),
    [
      'error verification-unavailable strategies[0].verify.by: strategy `s0` verifies by endpoint, and component `web` declares no `health` → Add `health:` to components.web, or verify in another way.',
    ],
  ],
  [
    'a proof by alarms that are missing',
    verified(HOST, 'by: alarm'),
    [
      'error verification-unavailable strategies[0].verify.by: strategy `s0` verifies by alarm, and component `web` declares no `alarms` → Add `alarms:` to components.web, or verify in another way.',
    ],
  ],
  [
    'a proof by a service that is missing',
    verified(`targets: { tags: { a: b } }, ${HEALTH}`, 'by: runbook'),
    [
      'error verification-unavailable strategies[0].verify.by: strategy `s0` verifies by runbook, and component `web` declares no `service` → Add `service:` to components.web, or verify in another way.',
    ],
  ],
  [
    'a proof by a target group that is missing',
    verified(HOST, 'by: resource'),
    [
      'error verification-unavailable strategies[0].verify.by: strategy `s0` verifies by resource, and component `web` declares no `targetGroup` → Add `targetGroup:` to components.web, or verify in another way.',
    ],
  ],
  [
    'a proof by what AWS does not know',
    verified(`targets: { custom: shop }, ${HEALTH}`, 'by: resource'),
    [
      'error verification-unavailable strategies[0].verify.by: strategy `s0` verifies by resource, and component `web` has a `custom` target, whose health AWS does not report → Verify in another way.',
    ],
  ],
  [
    'a proof that comes too early',
    alarmed('threshold: 90, evaluationPeriods: 2', 'settleSeconds: 10s, timeoutSeconds: 1m'),
    [
      'warning verification-before-alarm strategies[0].verify.timeoutSeconds: `s0` asks the alarm `memory` of component `web` for 70 s, and it needs about 150 s after a repair to become OK (1 × 60 s of good points, 90 s until they are seen) → Raise `timeoutSeconds` to 140 or more, or leave it out.',
    ],
  ],
  [
    'a proof that comes just in time',
    alarmed('threshold: 90', 'settleSeconds: 10s, timeoutSeconds: 140s'),
    [],
  ],
  [
    'a proof by an adopted alarm that comes too early',
    alarmed('adopt: high', 'timeoutSeconds: 1m'),
    [
      'warning verification-before-alarm strategies[0].verify.timeoutSeconds: `s0` asks the alarm `memory` of component `web` for 60 s, and an adopted alarm needs about 150 s after a repair to become OK (1 × 60 s of good points, 90 s until they are seen) → Raise `timeoutSeconds` to 150 or more, or leave it out.',
    ],
  ],
  [
    'a proof that can never come',
    withSettings('repairTimeoutSeconds: 2h', alarmed('threshold: 90, periodSeconds: 1h', 'by: alarm')),
    [
      'error verification-before-alarm strategies[0].verify: `s0` asks the alarm `memory` of component `web` for 900 s, and it needs about 3690 s after a repair to become OK (1 × 3600 s of good points, 90 s until they are seen) → Verify by endpoint or runbook, or look at fewer or shorter periods: a verification takes 900 s at most.',
    ],
  ],
  [
    'a repair that takes too long',
    withSettings(
      'repairTimeoutSeconds: 1m',
      doing(
        '{ type: start_component, timeoutSeconds: 21 }',
        ', verify: { settleSeconds: 0, timeoutSeconds: 30, stableSeconds: 10 }',
      ),
    ),
    [
      'error repair-timeout-too-short strategies[0].actions: 61 s may be needed (actions 21, settling 0, verification 30, stability 10); settings.repairTimeoutSeconds allows 60 → Raise `settings.repairTimeoutSeconds` to 61 or more, or shorten the time-outs.',
    ],
  ],
  [
    'a repair that just fits',
    withSettings(
      'repairTimeoutSeconds: 1m',
      doing(
        '{ type: start_component, timeoutSeconds: 20 }',
        ', verify: { settleSeconds: 0, timeoutSeconds: 30, stableSeconds: 10 }',
      ),
    ),
    [],
  ],
  [
    'too few targets for a minimum',
    strategiesText([fleet(2, ', minHealthyTargets: 2')], `${RING}, ${START}`),
    [
      'warning min-healthy-targets-unreachable components.web.minHealthyTargets: a target being repaired does not count, so of 2 targets never more than 1 others are healthy: only targets found unhealthy are ever repaired → Lower it to 1 or less.',
    ],
  ],
  [
    'too many batches',
    withSettings(
      'repairTimeoutSeconds: 12h',
      strategiesText([fleet(501)], `${RING}, ${START}, verify: { stableSeconds: 0 }`),
    ),
    [
      'warning too-many-batches strategies[0].actions: repairs the 501 targets of `web` in 501 batches, and one operation of 1 actions has 500 at most: a repair of all targets fails before its first action → Raise `maxConcurrentTargets` of `web` to 2 or more, or list fewer actions.',
    ],
  ],
  [
    'batches that take too long',
    withSettings(
      'repairTimeoutSeconds: 132',
      strategiesText(
        [fleet(6)],
        `${RING}, actions: [{ type: start_component, timeoutSeconds: 10 }], verify: { stableSeconds: 20 }`,
      ),
    ),
    [
      'warning rolling-repair-too-slow strategies[0].actions: a repair of all 6 targets of `web` takes 6 batches of 22 s or more, and `settings.repairTimeoutSeconds` ends it after 132 s → Raise `settings.repairTimeoutSeconds` above 132, raise `maxConcurrentTargets` of `web`, or shorten `verify.stableSeconds`.',
    ],
  ],
  [
    'batches that end just in time',
    withSettings(
      'repairTimeoutSeconds: 133',
      strategiesText(
        [fleet(6)],
        `${RING}, actions: [{ type: start_component, timeoutSeconds: 10 }], verify: { stableSeconds: 20 }`,
      ),
    ),
    [],
  ],
  [
    'two batches that take too long',
    withSettings(
      'repairTimeoutSeconds: 64',
      strategiesText(
        [fleet(2)],
        `${RING}, actions: [{ type: start_component, timeoutSeconds: 10 }], verify: { stableSeconds: 30, timeoutSeconds: 5 }`,
      ),
    ),
    [
      'warning rolling-repair-too-slow strategies[0].actions: a repair of all 2 targets of `web` takes 2 batches of 32 s or more, and `settings.repairTimeoutSeconds` ends it after 64 s → Raise `settings.repairTimeoutSeconds` above 64, raise `maxConcurrentTargets` of `web`, or shorten `verify.stableSeconds`.',
    ],
  ],
  [
    'the API that a verification needs',
    withSettings(
      VPC,
      strategiesText(
        [
          'a: { targets: { ecsService: prod/a }, signals: [memory] }',
          'b: { targets: { dbInstance: b }, signals: [memory] }',
          'c: { targets: { ecsService: prod/c }, signals: [memory] }',
        ],
        `${RING}, actions: [{ type: notify_soc }]`,
        `${RING}, actions: [{ type: notify_soc }]`,
      ),
    ),
    [
      'warning private-endpoint-needed settings.vpc: repairs of `a`, `c` are verified by what AWS reports, and `selfheal-verify` asks for it from within this VPC: without a way to the API of `ecs`, good repairs are undone → Make sure that the VPC has a NAT gateway or the interface endpoint `ecs`, then write `reaches: [ecs]` under `settings.vpc`; or verify in another way.',
      'warning private-endpoint-needed settings.vpc: repairs of `b` are verified by what AWS reports, and `selfheal-verify` asks for it from within this VPC: without a way to the API of `rds`, good repairs are undone → Make sure that the VPC has a NAT gateway or the interface endpoint `rds`, then write `reaches: [rds]` under `settings.vpc`; or verify in another way.',
    ],
  ],
];

describe('the time or the proof of a repair', () => {
  it.each(CASES)('is judged in words that say what is wrong, and what to do: %s', (_, yaml, said) => {
    expect(verdictsOf(yaml)).toEqual(said);
  });
});
