import { describe, expect, it } from 'vitest';
import { earlyRefusal } from '../../../../functions/core/admission/early-refusal.ts';
import { configured, NODE } from '../../../factories/configuration.ts';
import { alertOf } from '../../../factories/operations/admissions.ts';

const configuration = configured();
const reasonFor = (overrides: Parameters<typeof alertOf>[1]) =>
  earlyRefusal(configuration, alertOf('web', overrides))?.reason;

describe('the checks before the limits are read', () => {
  it('pass an alert that a strategy answers', () => {
    expect(reasonFor({})).toBeUndefined();
    expect(reasonFor({ targets: [NODE] })).toBeUndefined();
  });

  it('refuse an alert that is for information only', () => {
    expect(earlyRefusal(configuration, alertOf('web', { severity: 'INFO' }))).toEqual({
      ...{ reason: 'SEVERITY_TOO_LOW', detail: 'severity INFO never heals' },
    });
  });

  it('refuse an alert that names an instance the component does not list', () => {
    const refusal = earlyRefusal(configuration, alertOf('web', { targets: [NODE, 'i-0f'] }));
    expect(refusal).toEqual({ reason: 'UNKNOWN_TARGET', detail: 'i-0f: not a target of web' });
  });

  it('accept any instance of a component that is found by tag', () => {
    const byTag = configured({ components: { web: { targets: { tags: { role: 'web' } } } } });
    expect(earlyRefusal(byTag, alertOf('web', { targets: ['i-0f'] }))).toBeUndefined();
  });

  it('refuse an alert about an unknown component only for want of a strategy', () => {
    const alert = alertOf('gone', { metric: 'latency_p99', severity: 'WARNING', targets: [NODE] });
    expect(earlyRefusal(configuration, alert)?.reason).toBe('NO_STRATEGY');
  });

  it('refuse an alert if no strategy answers its metric, or is the one that it names', () => {
    const unanswered = alertOf('web', { metric: 'latency_p99', severity: 'WARNING' });
    expect(earlyRefusal(configuration, unanswered)).toEqual({
      ...{ reason: 'NO_STRATEGY', detail: 'no strategy for metric latency_p99, severity WARNING' },
    });
    expect(earlyRefusal(configuration, alertOf('web', { strategyId: 'nothing' }))).toEqual({
      reason: 'NO_STRATEGY',
      detail: 'no strategy for strategy nothing, severity CRITICAL',
    });
  });
});
