import { describe, expect, it } from 'vitest';
import type { RolledBackChange } from '../../../../functions/core/admission/records.ts';
import type { Change } from '../../../../functions/core/change/change.ts';
import {
  badConfig,
  badDeployment,
  suspectFor,
} from '../../../../functions/core/diagnosis/causes/change-rules.ts';
import {
  alertAlone,
  type ComponentEvidence,
  type Evidence,
} from '../../../../functions/core/diagnosis/evidence.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';

const MINUTE_MS = 60_000;
const WATCHED = { holdMs: 60 * MINUTE_MS, suspectMs: 60 * MINUTE_MS, graceMs: 5 * MINUTE_MS };

function change(minutesBefore: number, more: Partial<Change> = {}): Change {
  const startedAtMs = NOON - minutesBefore * MINUTE_MS;
  return {
    ...{ component: 'web', source: 'codedeploy', kind: 'deployment', changeId: 'd-1' },
    ...{ summary: 'deployment d-1', status: 'SUCCEEDED', startedAtMs, endedAtMs: startedAtMs },
    ...more,
  };
}

function evidenceOf(
  changes: readonly Change[],
  more: Partial<Evidence> = {},
  metric = 'error_rate',
): Evidence {
  const own: ComponentEvidence = {
    ...{ component: 'web', redAlarms: [], silentPeers: [], watched: WATCHED, changes },
  };
  const alert = alertOf('web', { metric, alarmName: 'web-errors' });
  return { ...alertAlone(alert), nowMs: NOON, components: [own], ...more };
}

const confidence = (...given: Parameters<typeof evidenceOf>) => {
  const verdict = badDeployment.judge(evidenceOf(...given));
  return verdict.verdict === 'supported' ? verdict.confidence : verdict.verdict;
};
const reason = (...changes: readonly Change[]) => {
  const verdict = badDeployment.judge(evidenceOf(changes));
  return verdict.verdict === 'refuted' ? verdict.reason : verdict.verdict;
};

describe('a change shortly before trouble', () => {
  it('is suspected the more, the later it ended', () => {
    expect(confidence([change(0)])).toBeCloseTo(0.85, 10);
    expect(confidence([change(30)])).toBeCloseTo(0.85 * (1 - 0.25 * 0.5), 10);
    expect(confidence([change(59, { endedAtMs: NOON })])).toBeCloseTo(0.85, 10);
    expect(confidence([change(59, { endedAtMs: NOON + MINUTE_MS })])).toBeCloseTo(0.85, 10);
  });

  it('is suspected more if it failed, and less while it may only be starting', () => {
    expect(confidence([change(0, { status: 'FAILED' })])).toBeCloseTo(0.9, 10);
    const { endedAtMs: _, ...running } = change(1, { status: 'IN_PROGRESS' });
    const later = (ms: number) => confidence([running], { nowMs: NOON + ms });
    expect(later(5 * MINUTE_MS - 1)).toBeCloseTo(0.6, 10);
    expect(later(5 * MINUTE_MS)).toBeCloseTo(0.8, 10);
  });

  it.each(['disk', 'certificate_days', 'throttles'])(
    'is suspected less of trouble with %s, which is rarely the fault of a version',
    (metric) => {
      expect(confidence([change(0)], {}, metric)).toBeCloseTo(0.85 * 0.6, 10);
    },
  );

  it('is suspected less where the component has more to do than usual', () => {
    expect(confidence([change(0)], { surges: { web: 3 } })).toBeCloseTo(0.85 * 0.6, 10);
    // The alert itself is rarely the fault of a version, too.
    expect(confidence([change(0)], {}, 'requests')).toBeCloseTo(0.85 * 0.6 * 0.6, 10);
  });

  it('is suspected less where the component has less than three tenths of what its callers suffer from', () => {
    const shared = (share: number, component = 'web') => {
      const candidate = { component, share, confidence: 0.6, coverage: 0.8, supports: [] };
      const excess = { symptom: 'failures', candidates: [candidate] } as never;
      return confidence([change(0)], { excess });
    };
    expect(shared(0.3)).toBeCloseTo(0.85, 10);
    expect(shared(0.29)).toBeCloseTo(0.85 * 0.6, 10);
    expect(shared(1, 'database')).toBeCloseTo(0.85 * 0.6, 10);
  });

  it('is suspected a little less where nothing tells its trouble from that of what it depends on', () => {
    const both = (metric: string) => {
      const { components } = evidenceOf([change(0)]);
      const database = { component: 'database', redAlarms: [], silentPeers: [] };
      return confidence([change(0)], { components: [...components, database] }, metric);
    };
    expect(both('error_rate')).toBeCloseTo(0.85 * 0.9, 10);
    expect(both('memory')).toBeCloseTo(0.85, 10);
  });

  it('counts from the trouble on, for as long as changes are suspected', () => {
    expect(confidence([change(0)])).not.toBe('refuted');
    expect(confidence([change(0, { startedAtMs: NOON + 1 })])).toBe('refuted');
    expect(confidence([change(60)])).toBe('refuted');
    expect(confidence([change(60, { startedAtMs: NOON - 60 * MINUTE_MS + 1 })])).not.toBe('refuted');
  });

  it('says which it is, and how long before the trouble it began', () => {
    const verdict = badDeployment.judge(evidenceOf([change(12, { status: 'FAILED' })]));
    expect(verdict).toMatchObject({
      supports: [
        'deployment d-1 (codedeploy, FAILED) began at 2026-11-22T13:18:00.000Z, 12 minutes before the trouble',
      ],
    });
  });

  it('is suspected by its kind', () => {
    expect(badConfig.judge(evidenceOf([change(5)])).verdict).toBe('refuted');
    expect(badConfig.judge(evidenceOf([change(5, { kind: 'configuration' })])).verdict).toBe('supported');
    expect([badDeployment.code, badConfig.code]).toEqual(['BAD_DEPLOYMENT', 'BAD_CONFIG']);
  });

  it('is not judged where changes are not watched, or could not be read', () => {
    const [{ watched: _, ...unwatched } = { component: 'web' }] = evidenceOf([change(5)]).components;
    const [{ changes: __, ...unread } = { component: 'web' }] = evidenceOf([change(5)]).components;
    for (const own of [unwatched, unread])
      expect(confidence([], { components: [own as ComponentEvidence] })).toBe('not-applicable');
  });
});

describe('the reason why no change is suspected', () => {
  it('is that there was none in the time', () => {
    expect(reason()).toBe('nothing was changed within 60 minutes before 2026-11-22T13:30:00.000Z');
    expect(reason(change(5, { kind: 'scaling' }))).toContain('nothing was changed');
    expect(reason(change(5, { operationId: 'op' }))).toContain('nothing was changed');
    expect(reason(change(-5, { operationId: 'op' }))).toContain('nothing was changed');
    expect(reason(change(-5, { kind: 'scaling' }))).toContain('nothing was changed');
    expect(reason(change(70))).toContain('nothing was changed');
  });

  it('is that it came later', () => {
    expect(reason(change(-2))).toBe(
      'the trouble began at 2026-11-22T13:30:00.000Z, before deployment d-1 at 2026-11-22T13:32:00.000Z',
    );
  });

  it.each([
    [{ rolledBackFor: 'api' }, 'Selfheal has rolled it back with the repair of api'],
    [{ supersededBy: 'deployment d-2' }, 'deployment d-2 has taken its place'],
  ])('is that it is no longer in effect: %j', (more, why) => {
    expect(reason(change(5, more))).toBe(`deployment d-1 is no longer in effect: ${why}`);
  });

  it('leaves a change in effect that was made after one that is gone', () => {
    expect(reason(change(5), change(10, { rolledBackFor: 'api' }))).toBe('supported');
  });
});

describe('what a rollback of Selfheal has taken with it', () => {
  const ago = (minutes: number) => NOON - minutes * MINUTE_MS;
  const isGone = (given: Change, rolledBack: RolledBackChange, earlier?: readonly RolledBackChange[]) => {
    const [own] = evidenceOf([given]).components;
    const components = own ? [{ ...own, rolledBack: { ...rolledBack, ...(earlier && { earlier }) } }] : [];
    const verdict = badDeployment.judge(evidenceOf([given], { components }));
    if (verdict.verdict !== 'refuted') return false;
    expect(verdict.reason).toBe(
      'deployment d-1 is no longer in effect: Selfheal has rolled it back, or has gone back behind it',
    );
    return true;
  };

  it('is every deployment that had begun by then, and none that began later', () => {
    expect(isGone(change(10), { startedUpToMs: ago(10) })).toBe(true);
    expect(isGone(change(10), { startedUpToMs: ago(10) - 1 })).toBe(false);
    expect(isGone(change(10), { startedUpToMs: ago(5) })).toBe(true);
  });

  it('is also what an earlier rollback has taken', () => {
    const earlier = [{ startedUpToMs: ago(20) }, { startedUpToMs: ago(10) }];
    expect(isGone(change(10), { startedUpToMs: ago(30) }, earlier)).toBe(true);
    expect(isGone(change(9), { startedUpToMs: ago(30) }, earlier)).toBe(false);
  });

  it('is a deployment where deployments were rolled back, alone or with configurations', () => {
    const startedUpToMs = ago(5);
    expect(isGone(change(10), { startedUpToMs, kinds: ['deployment'] })).toBe(true);
    expect(isGone(change(10), { startedUpToMs, kinds: ['configuration', 'deployment'] })).toBe(true);
    expect(isGone(change(10), { startedUpToMs, kinds: ['configuration'] })).toBe(false);
  });

  it('is not what the same source deployed to another resource', () => {
    const rolledBack = { startedUpToMs: ago(5), source: 'codedeploy', resource: 'blue' } as const;
    expect(isGone(change(10, { resource: 'blue' }), rolledBack)).toBe(true);
    expect(isGone(change(10, { resource: 'green' }), rolledBack)).toBe(false);
    expect(isGone(change(10), rolledBack)).toBe(true);
    expect(isGone(change(10, { resource: 'green', source: 'ecs' }), rolledBack)).toBe(true);
    const { resource: _, ...anywhere } = rolledBack;
    expect(isGone(change(10, { resource: 'green' }), anywhere)).toBe(true);
  });
});

describe('the change that an alert may be due to', () => {
  const suspected = (changes: readonly Change[], code?: 'BAD_DEPLOYMENT' | 'BAD_CONFIG' | 'DISK_FULL') =>
    suspectFor(code ? [{ code, component: 'web', confidence: 0.8, supports: [] }] : [], evidenceOf(changes))
      ?.changeId;
  const [deployment, configuration, scaling] = [
    change(10, { changeId: 'deployment' }),
    change(5, { changeId: 'configuration', kind: 'configuration' }),
    change(2, { changeId: 'scaling', kind: 'scaling' }),
  ];

  it('is the latest of the kind that the likeliest cause blames', () => {
    const changes = [scaling, configuration, deployment];
    expect(suspected(changes, 'BAD_DEPLOYMENT')).toBe('deployment');
    expect(suspected(changes, 'BAD_CONFIG')).toBe('configuration');
    expect(suspected([scaling, deployment], 'BAD_CONFIG')).toBeUndefined();
  });

  it('is the latest that could be rolled back where the cause blames none, or else any', () => {
    expect(suspected([scaling, configuration, deployment], 'DISK_FULL')).toBe('configuration');
    expect(suspected([scaling, deployment])).toBe('deployment');
    expect(suspected([scaling])).toBe('scaling');
    expect(suspected([])).toBeUndefined();
  });

  it('is none where nothing is known of the component', () => {
    expect(suspectFor([], evidenceOf([], { components: [] }))).toBeUndefined();
  });
});
