import { describe, expect, it } from 'vitest';
import { type Announcement, downIn, mostUrgent } from '../../../../functions/core/watchdog/shard-record.ts';

const escalation = (subject: string, action: 'alert' | 'restart'): Announcement => ({
  subject,
  roundAtMs: 0,
  step: { kind: 'escalation', action, severity: 'HIGH', missedCount: 3, restartCount: 0 } as never,
});
const many = (count: number, action: 'alert' | 'restart', prefix = action) =>
  Array.from({ length: count }, (_, index) => escalation(`${prefix}-${index}`, action));

describe('the announcements that a record keeps', () => {
  it('include all of them, in their order, up to 1,000', () => {
    const pending = [...many(500, 'restart'), ...many(500, 'alert')];
    expect(mostUrgent(pending)).toEqual(pending);
  });

  it('exclude the oldest alerts beyond that, whatever precedes them', () => {
    const kept = mostUrgent([...many(900, 'restart'), ...many(200, 'alert')]);
    expect(kept).toHaveLength(1_000);
    expect(kept.filter(({ subject }) => subject.startsWith('restart'))).toHaveLength(900);
    expect(kept.map(({ subject }) => subject)).not.toContain('alert-99');
    expect(kept.map(({ subject }) => subject)).toContain('alert-100');
  });

  it('include the latest, if all of them ask for a repair', () => {
    expect(mostUrgent(many(1_001, 'restart')).map(({ subject }) => subject)).not.toContain('restart-0');
  });
});

describe('the peers that are down', () => {
  it('include those that are OFFLINE or ISOLATED, and no others', () => {
    const statuses = ['HEALTHY', 'DEGRADED', 'OFFLINE', 'ISOLATED', 'OFFLINE'] as const;
    const states = Object.fromEntries(statuses.map((status, index) => [`peer-${index}`, { status }]));
    expect(downIn({ states: states as never })).toBe(3);
  });
});
