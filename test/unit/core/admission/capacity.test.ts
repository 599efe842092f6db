import { describe, expect, it } from 'vitest';
import { isOnRoute } from '../../../../functions/core/admission/capacity.ts';
import { CONFIDENCE_THRESHOLD } from '../../../../functions/core/diagnosis/cause.ts';
import { configured } from '../../../factories/configuration.ts';
import { OUT, RESTART, refusalOf, shop } from './capacity-shop.ts';

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

  it('does not name the component itself among those that are missing', () => {
    expect(refusalOf(shop(), { inFlight: ['pay-a', 'pay-b'] })).toMatchObject({
      detail: expect.stringMatching(/; pay-b is unhealthy or in repair$/),
    });
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

  it('names all that are missing, in the order of their names', () => {
    const capacities = { 'pay-c': 500, 'pay-b': 500, 'pay-a': 500 };
    const three = configured({
      components: {
        gateway: { dependsOn: Object.keys(capacities), demand: 500, capacities },
        ...{ 'pay-a': {}, 'pay-b': {}, 'pay-c': {} },
      },
      strategies: [RESTART],
    });
    expect(refusalOf(three, { unhealthy: ['pay-c'], inFlight: ['pay-b'] })).toMatchObject({
      detail: expect.stringMatching(/; pay-b, pay-c are unhealthy or in repair$/),
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
    const atThreshold = { ...down, confidence: CONFIDENCE_THRESHOLD };
    expect(refusalOf(shop(), OUT, { causes: [atThreshold] })).toBeUndefined();
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
    [
      'another fault that is its own for sure',
      { causes: [{ code: 'MEMORY_LEAK', component: 'pay-a', confidence: 0.9, supports: [] }] },
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

describe('a route', () => {
  it('consists of the component with the demand and those that its capacities lead to', () => {
    const configuration = shop();
    const onRoute = Object.keys(configuration.components).filter((name) => isOnRoute(name, configuration));
    expect(onRoute.sort()).toEqual(['bank', 'gateway', 'pay-a', 'pay-b']);
    expect(isOnRoute('pay-a', shop({ demand: null }))).toBe(false);
  });
});
