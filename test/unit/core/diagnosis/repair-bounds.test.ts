import { describe, expect, it } from 'vitest';
import { rollsBackForAll } from '../../../../functions/core/diagnosis/allowed-strategies.ts';
import type { CauseCode } from '../../../../functions/core/diagnosis/cause.ts';
import { repairBounds } from '../../../../functions/core/diagnosis/repair-bounds.ts';
import type { HealthAlert } from '../../../../functions/core/signal/health-alert.ts';
import { configured } from '../../../factories/configuration.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';

const cause = (code: CauseCode, confidence = 0.8) => ({ code, component: 'web', confidence, supports: [] });
const SURGE = cause('TRAFFIC_SURGE');
const change = (isInProgress: boolean) => ({
  ...({ changeId: 'd-1', source: 'codedeploy', kind: 'deployment', summary: 'deployment d-1' } as const),
  ...{ startedAtMs: NOON, isInProgress },
});
const bounds = (more: Partial<HealthAlert>) =>
  repairBounds(alertOf('web', { metric: 'error_rate', ...more }));

describe('the bounds of a repair', () => {
  it('are none without an overload or a change in progress', () => {
    expect(bounds({})).toBeUndefined();
    expect(bounds({ causes: [cause('MEMORY_LEAK')], change: change(false) })).toBeUndefined();
    expect(bounds({ causes: [] })).toBeUndefined();
  });

  it('leave nothing but its rollback during a change', () => {
    expect(bounds({ change: change(true) })).toStrictEqual({ onlyRollback: true, suspected: change(true) });
  });

  it('keep what is overloaded from being taken down, but for a suspected change', () => {
    expect(bounds({ causes: [SURGE] })).toStrictEqual({ onlyRollback: false, overload: SURGE });
    expect(bounds({ causes: [SURGE], change: change(false) })).toStrictEqual({
      ...{ onlyRollback: false, overload: SURGE, suspected: change(false) },
    });
  });

  it('follow from an overload that is likely enough, and from no other cause before it', () => {
    expect(bounds({ causes: [cause('THROTTLED', 0.7)] })?.overload?.code).toBe('THROTTLED');
    expect(bounds({ causes: [cause('THROTTLED', 0.69)] })).toBeUndefined();
    expect(bounds({ causes: [cause('DISK_FULL'), SURGE] })).toBeUndefined();
  });

  it('follow from the alert alone where its causes were not judged', () => {
    expect(bounds({ metric: 'requests' })?.overload?.code).toBe('TRAFFIC_SURGE');
  });

  it('are none for what a person asks for', () => {
    expect(bounds({ origin: 'manual', causes: [SURGE] })).toBeUndefined();
    expect(bounds({ strategyId: 'restart', causes: [SURGE] })).toBeUndefined();
  });
});

it('a strategy rolls a change back for all if one of its actions has its source do so', () => {
  const [strategy] = configured().strategies;
  const [restart] = strategy?.actions ?? [];
  if (!strategy || !restart) throw new Error('no strategy');
  const rollback = {
    ...restart,
    type: 'rollback_deployment',
    params: { by: 'code_deploy' },
  } as typeof restart;
  const isForAll = (...actions: (typeof restart)[]) =>
    rollsBackForAll({ ...strategy, actions }, { source: 'codedeploy' });
  expect(isForAll(restart, rollback)).toBe(true);
  expect(isForAll(restart)).toBe(false);
});
