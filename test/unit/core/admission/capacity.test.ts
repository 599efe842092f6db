import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capacityRefusal, isOnRoute } from '../../../../functions/core/admission/capacity.ts';
import {
  type AdmissionQuestion,
  decideAdmission,
} from '../../../../functions/core/admission/decide-admission.ts';
import type { FleetRecord } from '../../../../functions/core/admission/records.ts';
import { planOf } from '../../../../functions/core/operation/operation-plan.ts';
import type { HealthAlert } from '../../../../functions/core/signal/health-alert.ts';
import { configured } from '../../../factories/configuration.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';
import { limitsWith } from '../../../factories/operations/limits.ts';

const RESTART = { actions: [{ type: 'start_component', params: { mode: 'restart' } }] };

interface Shop {
  /** `null` for none. @default 500 */
  readonly demand?: number | null;
  readonly capacities?: Readonly<Record<string, number>>;
  readonly payA?: Readonly<Record<string, unknown>>;
  readonly strategy?: Readonly<Record<string, unknown>>;
  readonly exempt?: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** gateway → two payments → one bank. */
function shop({
  demand = 500,
  capacities = { 'pay-a': 500, 'pay-b': 500 },
  payA = {},
  strategy = RESTART,
  exempt = [],
  settings = {},
}: Shop = {}) {
  return configured({
    settings: { capacity: { exempt }, ...settings },
    components: {
      gateway: { dependsOn: ['pay-a', 'pay-b', 'sessions'], ...(demand !== null && { demand }), capacities },
      'pay-a': { dependsOn: ['bank'], capacities: { bank: 800 }, ...payA },
      'pay-b': { dependsOn: ['bank'], capacities: { bank: 800 } },
      bank: {},
      sessions: {},
      mail: {},
    },
    strategies: [strategy],
  });
}

type Alert = Partial<HealthAlert> & { readonly component?: string };

function refusalOf(
  configuration: ReturnType<typeof shop>,
  fleet: Partial<FleetRecord> = {},
  { component = 'pay-a', ...alert }: Alert = {},
) {
  const [strategy] = configuration.strategies;
  const definition = configuration.components[component];
  if (!strategy || !definition) throw new Error(component);
  return capacityRefusal(
    alertOf(component, alert),
    planOf(strategy, definition),
    configuration,
    limitsWith({}, fleet).fleet,
  );
}

const OUT = { unhealthy: ['pay-b'] };

describe('admission of a repair that takes capacity away', () => {
  it('grants it as long as the other components carry the demand', () => {
    expect(refusalOf(shop())).toBeUndefined();
  });

  it('refuses it while another component that would have to carry the demand is unhealthy', () => {
    expect(refusalOf(shop(), OUT)).toEqual({
      reason: 'CAPACITY_SHORT',
      detail:
        'of 500 requests a second, the routes carry 500, and 0 during the repair; pay-b is unhealthy or in repair',
    });
  });

  it('refuses it while another component that would have to carry the demand is in repair', () => {
    expect(refusalOf(shop(), { inFlight: ['pay-b'] })).toMatchObject({ reason: 'CAPACITY_SHORT' });
  });

  it('refuses it if the others can never carry the demand, and says what limits them', () => {
    expect(refusalOf(shop({ demand: 900 }))).toMatchObject({
      detail:
        'of 900 requests a second, the routes carry 900, and 500 during the repair, limited by gateway → pay-b (500); even with everything else healthy',
    });
  });

  it('grants it if the carried load drops no further, however far below the demand it already is', () => {
    const narrow = shop({
      demand: 900,
      capacities: { 'pay-a': 300, 'pay-b': 900 },
      payA: { capacities: {} },
    });
    expect(
      refusalOf(narrow, { inFlight: ['bank'], unhealthy: ['pay-b'] }, { component: 'pay-b' }),
    ).toBeUndefined();
  });

  it('grants only the first of two components that are both unhealthy, so that neither waits for ever', () => {
    const unhealthy = ['pay-a', 'pay-b'];
    expect(refusalOf(shop(), { unhealthy })).toBeUndefined();
    expect(refusalOf(shop(), { unhealthy, inFlight: ['pay-a'] }, { component: 'pay-b' })).toMatchObject({
      detail: expect.stringContaining('pay-a is unhealthy or in repair'),
    });
    expect(refusalOf(shop(), { unhealthy: ['pay-a'] })).toBeUndefined();
  });

  it.each(['gateway', 'bank'])(
    'refuses it although %s, which every request needs, is unhealthy too',
    (needed) => {
      for (const fleet of [
        { unhealthy: [needed, 'pay-a'] },
        { unhealthy: [needed, 'pay-b'], inFlight: ['pay-a'] },
        { inFlight: [needed, 'pay-a'] },
      ])
        expect(refusalOf(shop(), fleet, { component: 'pay-b' })).toMatchObject({
          detail: expect.stringContaining(
            'the routes carry 500, and 0 during the repair; pay-a is unhealthy',
          ),
        });
    },
  );

  it('refuses it while another is in repair, although everything that both depend on is unhealthy', () => {
    const banks = configured({
      components: {
        gateway: { dependsOn: ['pay-a', 'pay-b'], demand: 500, capacities: { 'pay-a': 500, 'pay-b': 500 } },
        'pay-a': { dependsOn: ['bank-a'], capacities: { 'bank-a': 500 } },
        'pay-b': { dependsOn: ['bank-b'], capacities: { 'bank-b': 500 } },
        'bank-a': {},
        'bank-b': {},
      },
      strategies: [RESTART],
    });
    const fleet = { unhealthy: ['bank-a', 'bank-b'], inFlight: ['pay-a'] };
    expect(refusalOf(banks, fleet, { component: 'pay-b' })).toMatchObject({
      detail: expect.stringContaining('the routes carry 500, and 0 during the repair; pay-a is unhealthy'),
    });
  });

  it('grants it where requests have no other route, since waiting for others would help nobody', () => {
    expect(refusalOf(shop(), {}, { component: 'bank' })).toBeUndefined();
    expect(refusalOf(shop(), OUT, { component: 'gateway' })).toBeUndefined();
  });

  it('grants it for a component that no route reaches', () => {
    for (const component of ['sessions', 'mail'])
      expect(refusalOf(shop(), OUT, { component })).toBeUndefined();
  });

  it('grants it where the demand is unknown', () => {
    expect(refusalOf(shop({ demand: null }), OUT)).toBeUndefined();
  });
});

describe('admission of a repair that takes no capacity away', () => {
  it('grants it if none of its actions takes the component down', () => {
    expect(refusalOf(shop({ strategy: { actions: [{ type: 'start_component' }] } }), OUT)).toBeUndefined();
  });

  it('grants it for a component that does not answer its heartbeats', () => {
    expect(refusalOf(shop(), OUT, { metric: 'heartbeat', severity: 'CRITICAL' })).toBeUndefined();
    const down = { code: 'HOST_DOWN', component: 'pay-a', confidence: 0.9, supports: [] } as const;
    expect(refusalOf(shop(), OUT, { causes: [down] })).toBeUndefined();
  });

  it.each([
    ['a single missed heartbeat', { metric: 'heartbeat', severity: 'WARNING' }],
    [
      'a host that is only suspected to be down',
      { causes: [{ code: 'HOST_DOWN', component: 'pay-a', confidence: 0.5, supports: [] }] },
    ],
    [
      'another component that is down',
      { causes: [{ code: 'HOST_DOWN', component: 'bank', confidence: 0.9, supports: [] }] },
    ],
  ] as const)('does not take the component to be down because of %s', (_, alert) => {
    expect(refusalOf(shop(), OUT, alert)).toMatchObject({ reason: 'CAPACITY_SHORT' });
  });

  it('grants it where it lifts an isolation', () => {
    expect(refusalOf(shop(), OUT, { lifts: 'an-operation' })).toBeUndefined();
  });
});

describe('an exempt severity', () => {
  it('lets a repair begin whatever load is left, and no other severity does', () => {
    const configuration = shop({ exempt: ['CRITICAL'] });
    expect(refusalOf(configuration, OUT, { severity: 'CRITICAL' })).toBeUndefined();
    expect(refusalOf(configuration, OUT, { severity: 'WARNING' })).toMatchObject({
      reason: 'CAPACITY_SHORT',
    });
  });
});

describe('a rolling repair', () => {
  const ids = Array.from({ length: 4 }, (_, index) => `i-${String(index).padStart(17, '0')}`);

  it('takes one batch away at a time', () => {
    const tight = (more = {}) =>
      shop({
        demand: 700,
        capacities: { 'pay-a': 400, 'pay-b': 400 },
        payA: { targets: { instanceIds: ids }, capacities: {}, dependsOn: [], ...more },
      });
    // A quarter of 400: 700 are still carried.
    expect(refusalOf(tight())).toBeUndefined();
    expect(refusalOf(tight({ maxConcurrentTargets: 2 }))).toMatchObject({
      detail: expect.stringContaining(
        '600 during the repair, which takes 50 % of `pay-a` out of service, limited by gateway → pay-a (200), gateway → pay-b (400)',
      ),
    });
  });
});

describe('a repair of the hosts that the alert names', () => {
  const ids = Array.from({ length: 4 }, (_, index) => `i-${String(index).padStart(17, '0')}`);

  it('takes only those hosts away', () => {
    const configuration = shop({
      demand: 700,
      capacities: { 'pay-a': 400, 'pay-b': 400 },
      payA: { targets: { instanceIds: ids }, maxConcurrentTargets: 4, capacities: {}, dependsOn: [] },
    });
    expect(refusalOf(configuration)).toMatchObject({ reason: 'CAPACITY_SHORT' });
    expect(refusalOf(configuration, {}, { targets: ids.slice(0, 1) })).toBeUndefined();
    expect(refusalOf(configuration, {}, { targets: ids.slice(0, 2) })).toMatchObject({
      reason: 'CAPACITY_SHORT',
    });
  });
});

describe('admission by capacity', () => {
  const decide = (
    fleet: Partial<FleetRecord>,
    parts: Shop = {},
    capacity?: AdmissionQuestion['capacity'],
  ) => {
    const configuration = shop(parts);
    return decideAdmission({
      ...(capacity && { capacity }),
      alert: alertOf('pay-a'),
      strategies: configuration.strategies,
      configuration,
      limits: limitsWith({ component: 'pay-a' }, fleet),
      nowMs: NOON,
    });
  };

  it('refuses a repair for which the capacity is too short, and names the strategy', () => {
    expect(decide(OUT)).toMatchObject({
      decision: 'refuse',
      refusal: { reason: 'CAPACITY_SHORT' },
      strategy: { id: 'restart' },
    });
  });

  it('leaves only the capacity to triage where the hosts and the causes are not known', () => {
    expect(decide(OUT, {}, 'left-to-triage')).toMatchObject({ decision: 'grant' });
    const fleet = { ...OUT, inFlight: ['mail'] };
    expect(decide(fleet, { settings: { maxConcurrentRepairs: 1 } }, 'left-to-triage')).toMatchObject({
      refusal: { reason: 'FLEET_BUSY' },
    });
  });

  it('refuses it before the fleet’s budget, so that it keeps no place in the queue', () => {
    const settings = { maxConcurrentRepairs: 1 };
    const fleet = { ...OUT, inFlight: ['mail'] };
    expect(decide(fleet, { settings })).toMatchObject({ refusal: { reason: 'CAPACITY_SHORT' } });
    expect(decide({ inFlight: ['mail'] }, { settings })).toMatchObject({ refusal: { reason: 'FLEET_BUSY' } });
  });

  const NAMES = ['pay-a', 'pay-b', 'pay-c', 'pay-d'];
  const capacity = fc.integer({ min: 1, max: 9 });
  const fleets = fc
    .record({
      demand: fc.integer({ min: 1, max: 30 }),
      capacities: fc.array(capacity, { minLength: 4, maxLength: 4 }),
      order: fc.shuffledSubarray(NAMES, { minLength: 1 }),
      marked: fc.subarray([...NAMES, 'gateway']),
    })
    .map(({ demand, capacities, order, marked }) => {
      const room = Object.fromEntries(NAMES.map((name, index) => [name, capacities[index] ?? 1]));
      const configuration = configured({
        settings: { maxConcurrentRepairs: 10 },
        components: {
          gateway: { dependsOn: NAMES, demand, capacities: room },
          ...Object.fromEntries(NAMES.map((name) => [name, {}])),
        },
        strategies: [RESTART],
      });
      const carriedWithout = (out: readonly string[]) =>
        Math.min(
          demand,
          NAMES.filter((name) => !out.includes(name)).reduce((sum, name) => sum + (room[name] ?? 0), 0),
        );
      const isNeeded = (component: string, out: readonly string[]) =>
        carriedWithout([...out, component]) < carriedWithout(out);
      const decided = (component: string, fleet: Partial<FleetRecord>) =>
        decideAdmission({
          alert: alertOf(component),
          strategies: configuration.strategies,
          configuration,
          limits: limitsWith({ component }, fleet),
          nowMs: NOON,
        }).decision;
      return { order, marked, carriedWithout, isNeeded, decided };
    });

  it('never grants repairs that together reduce the carried load, whatever is unhealthy', () => {
    fc.assert(
      fc.property(fleets, ({ order, marked, carriedWithout, isNeeded, decided }) => {
        const inFlight: string[] = [];
        for (const component of order) {
          const isShort =
            isNeeded(component, inFlight) ||
            (!marked.includes(component) && isNeeded(component, [...inFlight, ...marked]));
          const decision = decided(component, { inFlight, unhealthy: marked });
          expect(decision).toBe(isShort ? 'refuse' : 'grant');
          if (decision === 'grant') inFlight.push(component);
        }
        expect(carriedWithout(inFlight)).toBe(carriedWithout([]));
      }),
    );
  });

  it('never makes an unhealthy component wait for another one that is only unhealthy', () => {
    fc.assert(
      fc.property(fleets, ({ marked, isNeeded, decided }) => {
        for (const component of marked.filter((name) => name !== 'gateway'))
          expect(decided(component, { unhealthy: marked })).toBe(
            isNeeded(component, []) ? 'refuse' : 'grant',
          );
      }),
    );
  });
});

describe('a route', () => {
  it('consists of the component with the demand and those that its capacities lead to', () => {
    const configuration = shop();
    const onRoute = Object.keys(configuration.components).filter((name) => isOnRoute(name, configuration));
    expect(onRoute.sort()).toEqual(['bank', 'gateway', 'pay-a', 'pay-b']);
  });
});
