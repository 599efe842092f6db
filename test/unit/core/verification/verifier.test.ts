import { describe, expect, it } from 'vitest';
import { missingSignal, usualVerifier } from '../../../../functions/core/verification/verifier.ts';
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
