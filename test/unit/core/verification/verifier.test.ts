import { describe, expect, it } from 'vitest';
import {
  isJudgedByAws,
  isVerifiedInGroup,
  mayVerifyByResource,
  missingSignal,
  usualVerifier,
} from '../../../../functions/core/verification/verifier.ts';
import { configured, withMemoryAlarm } from '../../../factories/configuration.ts';
import { alertOf } from '../../../factories/operations/admissions.ts';

const health = { url: 'https://web.example.com/health', timeoutSeconds: 5 };
const service = 'nginx.service';
const targetGroup = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef';
const signalled = { component: 'web', alert: alertOf('web') };
const alarmed = { component: 'web', alert: alertOf('web', { alarmName: 'memory' }) };

/** A component of which nothing is declared but its targets, and this. */
function componentOf(fields: object = {}) {
  const component = { service: undefined, signals: ['memory'], ...fields };
  const { web } = configured({ components: { web: component } }).components;
  if (web === undefined) throw new Error('there is no component');
  return web;
}

describe('the usual verifier', () => {
  it('is the health endpoint, if there is one', () => {
    expect(usualVerifier(componentOf({ health, service }), alarmed)).toBe('endpoint');
  });

  it('is the alarm that fired, or else the service on the hosts', () => {
    expect(usualVerifier(componentOf({ service }), alarmed)).toBe('alarm');
    expect(usualVerifier(componentOf({ service, targetGroup }), signalled)).toBe('runbook');
  });

  it('is an alarm where there is no service', () => {
    expect(usualVerifier(componentOf(), signalled)).toBe('alarm');
    expect(usualVerifier(componentOf(withMemoryAlarm({ targetGroup })), signalled)).toBe('alarm');
  });

  it.each([
    { lambdaAlias: 'orders:live' },
    { ecsService: 'prod/orders' },
    { dbInstance: 'orders' },
    { dbCluster: 'orders' },
  ])('is AWS itself where it alone can tell: %o', (targets) => {
    expect(usualVerifier(componentOf({ targets }), signalled)).toBe('resource');
    expect(usualVerifier(componentOf({ targets, health }), signalled)).toBe('endpoint');
  });

  it('is the target group where it alone can tell', () => {
    expect(usualVerifier(componentOf({ targetGroup }), signalled)).toBe('resource');
  });
});

describe('a signal to verify by', () => {
  const missing = (by: 'endpoint' | 'alarm' | 'runbook' | 'resource', component: object, alarms = {}) =>
    missingSignal(by, componentOf(component), signalled, { alarms });

  it('lacks something if the component lacks it, which is named', () => {
    expect(missing('endpoint', { service })).toContain('no health endpoint');
    expect(missing('runbook', { health })).toContain('no service');
    expect(missing('resource', { targets: { custom: 'orders' } })).toContain('no resource whose health');
    expect(missing('resource', { service })).toContain('no resource whose health');
    expect(missing('alarm', { health, service })).toBe(
      'the health of web cannot be verified by alarm: it has no alarm',
    );
  });

  it('lacks nothing otherwise', () => {
    expect(missing('endpoint', { health })).toBeUndefined();
    expect(missing('runbook', { service })).toBeUndefined();
    expect(missing('alarm', {}, configured().alarms)).toBeUndefined();
    expect(missing('resource', { targetGroup })).toBeUndefined();
    expect(missing('resource', { targets: { ecsService: 'prod/orders' } })).toBeUndefined();
  });
});

describe('what AWS itself says of a component', () => {
  const strategyWith = (fields: Readonly<Record<string, unknown>>) => {
    const [strategy] = configured({ strategies: [fields] }).strategies;
    if (!strategy) throw new Error('there is no strategy');
    return strategy;
  };
  const restart = strategyWith({});
  const onEcs = componentOf({ targets: { ecsService: 'prod/orders' } });
  const inGroup = componentOf({ targetGroup });

  it('is known of all but hosts outside of target groups, and of what nothing is known', () => {
    expect([onEcs, inGroup].map(isJudgedByAws)).toEqual([true, true]);
    expect(isJudgedByAws(componentOf())).toBe(false);
    expect(isJudgedByAws(componentOf({ targets: { custom: 'orders' }, targetGroup }))).toBe(false);
  });

  it('verifies a repair where nothing else does, or the strategy says so', () => {
    expect([onEcs, inGroup].map((component) => mayVerifyByResource(restart, component))).toEqual([
      true,
      true,
    ]);
    expect(mayVerifyByResource(restart, componentOf({ targetGroup, health }))).toBe(false);
    const byResource = { ...restart, verify: { ...restart.verify, by: 'resource' as const } };
    expect(mayVerifyByResource(byResource, componentOf({ targetGroup, health }))).toBe(true);
    const byAlarm = { ...restart, verify: { ...restart.verify, by: 'alarm' as const } };
    expect(mayVerifyByResource(byAlarm, inGroup)).toBe(false);
  });

  it('never verifies hosts without a target group, nor a containment, which has its own proof', () => {
    const byResource = { ...restart, verify: { ...restart.verify, by: 'resource' as const } };
    expect(mayVerifyByResource(byResource, componentOf())).toBe(false);
    const isolate = strategyWith({ actions: [{ type: 'isolate_network' }] });
    expect(mayVerifyByResource(isolate, inGroup)).toBe(false);
  });

  it('verifies hosts by their target group, and nothing else by one', () => {
    expect(isVerifiedInGroup(restart, inGroup)).toBe(true);
    expect(isVerifiedInGroup(restart, onEcs)).toBe(false);
    expect(isVerifiedInGroup(restart, componentOf())).toBe(false);
  });
});
