import { describe, expect, it } from 'vitest';
import { missingSignal, usualVerifier } from '../../../../functions/core/verification/verifier.ts';
import { configured } from '../../../factories/configuration.ts';
import { alertOf } from '../../../factories/operations/admissions.ts';

const health = { url: 'https://web.example.com/health', timeoutSeconds: 5 };
const service = 'nginx.service';
const signalled = { component: 'web', alert: alertOf('web') };
const alarmed = { component: 'web', alert: alertOf('web', { alarmName: 'memory' }) };

describe('the usual verifier', () => {
  it('is the health endpoint, if there is one', () => {
    expect(usualVerifier({ health, service } as never, alarmed)).toBe('endpoint');
  });

  it('is the alarm that fired, or else the service on the hosts', () => {
    expect(usualVerifier({ service }, alarmed)).toBe('alarm');
    expect(usualVerifier({ service }, signalled)).toBe('runbook');
  });

  it('is an alarm where there is no service', () => {
    expect(usualVerifier({}, signalled)).toBe('alarm');
  });
});

describe('a signal to verify by', () => {
  const missing = (by: 'endpoint' | 'alarm' | 'runbook', component: object, alarms = {}) =>
    missingSignal(by, component, signalled, { alarms });

  it('is missing without what it asks, which is named', () => {
    expect(missing('endpoint', { service })).toContain('no health endpoint');
    expect(missing('runbook', { health })).toContain('no service');
    expect(missing('alarm', { health, service })).toBe(
      'the health of web cannot be verified by alarm: it has no alarm',
    );
  });

  it('is there otherwise', () => {
    expect(missing('endpoint', { health })).toBeUndefined();
    expect(missing('runbook', { service })).toBeUndefined();
    expect(missing('alarm', {}, configured().alarms)).toBeUndefined();
  });
});
