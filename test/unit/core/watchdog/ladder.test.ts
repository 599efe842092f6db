import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Climb,
  climb,
  ESCALATION_ACTIONS,
  ESCALATION_SEVERITIES,
  type Heartbeat,
  isSteady,
  type LadderLimits,
  type LadderStep,
  PEER_STATUSES,
  type PeerState,
  steadyState,
} from '../../../../functions/core/watchdog/ladder.ts';

const INTERVAL_MS = 30_000;
const LIMITS: LadderLimits = {
  missesBeforeRestart: 3,
  restartsBeforeIsolation: 3,
  restartGraceMs: 0,
  forgetRestartsAfterMs: 600_000,
};

/** Every climb of a sequence of heartbeats, 30 s apart; `.` answered, `x` missed. */
function climbsOf(heartbeats: string, limits: Partial<LadderLimits> = {}): readonly Climb[] {
  let state: PeerState = steadyState(0);
  return [...heartbeats].map((mark, index) => {
    const heartbeat: Heartbeat = mark === 'x' ? 'missed' : 'answered';
    const step = climb(state, heartbeat, { ...LIMITS, ...limits }, (index + 1) * INTERVAL_MS);
    state = step.state;
    return step;
  });
}

const endOf = (heartbeats: string, limits: Partial<LadderLimits> = {}) =>
  climbsOf(heartbeats, limits).at(-1) as Climb;

const saidIn = (step: LadderStep) => (step.kind === 'escalation' ? step.action : step.kind);
const actionsOf = (climbs: readonly Climb[]) => climbs.flatMap(({ steps }) => steps.map(saidIn));

describe('statuses of the watchdog mesh', () => {
  it('are named HEALTHY, DEGRADED, OFFLINE and ISOLATED', () => {
    expect(PEER_STATUSES).toEqual(['HEALTHY', 'DEGRADED', 'OFFLINE', 'ISOLATED']);
  });

  it('say HEALTHY of a peer that answers', () => {
    expect(endOf('.')).toEqual({ state: steadyState(INTERVAL_MS), steps: [] });
  });

  it('say DEGRADED of a peer that missed its heartbeat, once or twice', () => {
    expect(endOf('x').state).toMatchObject({ status: 'DEGRADED', missedCount: 1 });
    expect(endOf('xx').state).toMatchObject({ status: 'DEGRADED', missedCount: 2 });
  });

  it('say OFFLINE of a peer that missed three in a row, with its misses counted from zero again', () => {
    expect(endOf('xxx').state).toEqual({
      status: 'OFFLINE',
      missedCount: 0,
      restartCount: 1,
      lastSeenMs: 0,
      lastRestartMs: 3 * INTERVAL_MS,
    });
  });

  it('still say OFFLINE while misses are counted after a restart', () => {
    expect(endOf('xxxx').state).toMatchObject({ status: 'OFFLINE', missedCount: 1, restartCount: 1 });
  });

  it('say ISOLATED of a peer that three restarts did not bring back', () => {
    expect(endOf('x'.repeat(11)).state).toMatchObject({ status: 'OFFLINE', restartCount: 3 });
    expect(endOf('x'.repeat(12)).state).toMatchObject({ status: 'ISOLATED', restartCount: 3 });
  });
});

describe('actions of the watchdog mesh', () => {
  it('are named alert, restart, isolate and alert_architect', () => {
    expect(ESCALATION_ACTIONS).toEqual(['alert', 'restart', 'isolate', 'alert_architect']);
    expect(ESCALATION_SEVERITIES).toEqual(['MEDIUM', 'HIGH', 'CRITICAL']);
  });

  it('start with an alert, MEDIUM, for a miss', () => {
    expect(endOf('x').steps).toEqual([
      { kind: 'escalation', action: 'alert', severity: 'MEDIUM', missedCount: 1, restartCount: 0 },
    ]);
  });

  it('go on to a restart, HIGH, for three misses in a row', () => {
    expect(endOf('xxx').steps).toEqual([
      { kind: 'escalation', action: 'restart', severity: 'HIGH', missedCount: 3, restartCount: 1 },
    ]);
  });

  it('end with isolate, CRITICAL, and alert_architect, for three misses in a row after three restarts', () => {
    const step = { kind: 'escalation', severity: 'CRITICAL', missedCount: 3, restartCount: 3 };
    expect(endOf('x'.repeat(12)).steps).toEqual([
      { ...step, action: 'isolate' },
      { ...step, action: 'alert_architect' },
    ]);
  });

  it('come in this order for a peer that stays away', () => {
    const rung = ['alert', 'alert', 'restart'];
    expect(actionsOf(climbsOf('x'.repeat(14)))).toEqual([
      ...[...rung, ...rung, ...rung],
      ...['alert', 'alert', 'isolate', 'alert_architect'],
    ]);
  });

  it('ask for no restart for misses that do not follow each other', () => {
    expect(actionsOf(climbsOf('xx.xx.xx.')).filter((action) => action === 'restart')).toEqual([]);
  });
});

describe('a reminder of an isolated peer that stays away', () => {
  const remindersAt = (heartbeats: string, limits: Partial<LadderLimits> = {}) =>
    climbsOf(heartbeats, limits).flatMap(({ steps }, index) =>
      steps.some(({ kind }) => kind === 'reminder') ? [index + 1] : [],
    );

  it('comes after as many misses as it takes for a rung, again and again', () => {
    expect(remindersAt('x'.repeat(24))).toEqual([15, 18, 21, 24]);
  });

  it('asks again for what it asked for before, with the misses since, and for nothing else', () => {
    expect(endOf('x'.repeat(15)).steps).toEqual([
      { kind: 'reminder', action: 'isolate', missedCount: 6, restartCount: 3 },
    ]);
  });

  it('comes every third miss at most, however few a rung takes', () => {
    const limits = { missesBeforeRestart: 1, restartsBeforeIsolation: 0 };
    expect(remindersAt('x'.repeat(10), limits)).toEqual([4, 7, 10]);
  });

  it('ends with its recovery', () => {
    expect(remindersAt(`${'x'.repeat(14)}.xx`)).toEqual([]);
  });
});

describe('the recovery of a peer', () => {
  it.each([
    ['x', 'DEGRADED'],
    ['xxx', 'OFFLINE'],
    ['x'.repeat(12), 'ISOLATED'],
  ] as const)('an answer after %s is a recovery from %s', (before, from) => {
    const { state, steps } = endOf(`${before}.`);
    expect(steps).toEqual([{ kind: 'recovery', from }]);
    expect(state).toMatchObject({ status: 'HEALTHY', missedCount: 0 });
  });

  it('is reported once', () => {
    expect(actionsOf(climbsOf('xxx....')).filter((action) => action === 'recovery')).toHaveLength(1);
  });

  it('a short recovery forgets no restart', () => {
    expect(actionsOf(climbsOf('xxx.xxx.xxx.xxx')).slice(-2)).toEqual(['isolate', 'alert_architect']);
  });

  it('a recovery that lasts long enough forgets all restarts', () => {
    const limits = { forgetRestartsAfterMs: 4 * INTERVAL_MS };
    expect(endOf('xxx....', limits).state).toMatchObject({ restartCount: 1 });
    expect(endOf('xxx.....', limits).state).toEqual(steadyState(8 * INTERVAL_MS));
    expect(endOf('xxx....x.', limits).state).toMatchObject({ restartCount: 1 });
  });

  it('a peer that fails again after isolation is isolated again, until the restarts are forgotten', () => {
    expect(actionsOf([endOf(`${'x'.repeat(12)}.xxx`)])).toEqual(['isolate', 'alert_architect']);
  });
});

describe('limits of a peer', () => {
  it('say how many misses ask for a restart', () => {
    expect(actionsOf(climbsOf('x', { missesBeforeRestart: 1 }))).toEqual(['restart']);
    expect(actionsOf(climbsOf('xxxx', { missesBeforeRestart: 5 }))).not.toContain('restart');
  });

  it('say after how many restarts it is isolated', () => {
    expect(actionsOf(climbsOf('xxx', { restartsBeforeIsolation: 0 }))).toContain('isolate');
  });

  it('say how long after a restart misses do not count', () => {
    const limits = { restartGraceMs: 3 * INTERVAL_MS };
    expect(actionsOf(climbsOf('xxxxx', limits))).toEqual(['alert', 'alert', 'restart']);
    expect(endOf('xxxxx', limits).state).toEqual(endOf('xxx', limits).state);
    expect(actionsOf([endOf('xxxxxx', limits)])).toEqual(['alert']);
  });
});

const HEIGHT = { HEALTHY: 0, DEGRADED: 1, OFFLINE: 2, ISOLATED: 3 };
const anyLimits = fc.record({
  missesBeforeRestart: fc.integer({ min: 1, max: 6 }),
  restartsBeforeIsolation: fc.integer({ min: 0, max: 5 }),
  restartGraceMs: fc.integer({ min: 0, max: 5 * INTERVAL_MS }),
  forgetRestartsAfterMs: fc.integer({ min: 0, max: 20 * INTERVAL_MS }),
});
const anyHeartbeats = fc
  .array(fc.constantFrom('x', 'x', 'x', '.'), { maxLength: 120 })
  .map((marks) => marks.join(''));

describe('the ladder, whatever the heartbeats and the limits', () => {
  const holds = (check: (heartbeats: string, climbs: readonly Climb[], limits: LadderLimits) => void) =>
    fc.assert(
      fc.property(anyHeartbeats, anyLimits, (heartbeats, limits) => {
        check(heartbeats, climbsOf(heartbeats, limits), limits);
      }),
      { numRuns: 500 },
    );

  it('never descends without recovery', () => {
    holds((heartbeats, climbs) => {
      for (const [index, { state, steps }] of climbs.entries()) {
        const before = climbs[index - 1]?.state.status ?? 'HEALTHY';
        if (heartbeats[index] === 'x') expect(HEIGHT[state.status]).toBeGreaterThanOrEqual(HEIGHT[before]);
        else expect(state.status).toBe('HEALTHY');
        const descended = HEIGHT[state.status] < HEIGHT[before];
        expect(steps.some(({ kind }) => kind === 'recovery')).toBe(descended);
      }
    });
  });

  it('is never silent for long about a peer that stays away', () => {
    holds((heartbeats, climbs, limits) => {
      const longest = Math.max(limits.missesBeforeRestart, 3);
      let quietMisses = 0;
      for (const [index, { state, steps }] of climbs.entries()) {
        const sinceRestartMs = (index + 1) * INTERVAL_MS - (state.lastRestartMs ?? Number.NEGATIVE_INFINITY);
        const isInGrace = state.status === 'OFFLINE' && sinceRestartMs < limits.restartGraceMs;
        quietMisses = heartbeats[index] === 'x' && steps.length === 0 && !isInGrace ? quietMisses + 1 : 0;
        expect(quietMisses).toBeLessThan(longest);
      }
    });
  });

  it('reports each transition once', () => {
    holds((_, climbs) => {
      for (const [index, { state, steps }] of climbs.entries()) {
        const before = climbs[index - 1]?.state;
        if (state.status !== (before?.status ?? 'HEALTHY')) expect(steps).not.toHaveLength(0);
        const said = steps.map(saidIn);
        expect(new Set(said).size).toBe(said.length);
        if (said.includes('restart')) {
          expect(state.restartCount).toBe((before?.restartCount ?? 0) + 1);
        }
        const isNew = state.status === 'ISOLATED' && before?.status !== 'ISOLATED';
        expect(said.includes('isolate')).toBe(isNew);
        expect(said.includes('alert_architect')).toBe(isNew);
        if (said.includes('reminder')) expect([said, before?.status]).toEqual([['reminder'], 'ISOLATED']);
      }
    });
  });

  it('isolates only after as many restarts as the limit, and until then misses stay below theirs', () => {
    holds((_, climbs, { missesBeforeRestart, restartsBeforeIsolation }) => {
      for (const { state } of climbs) {
        expect(state.restartCount).toBeLessThanOrEqual(restartsBeforeIsolation);
        if (state.status === 'ISOLATED') expect(state.restartCount).toBe(restartsBeforeIsolation);
        else expect(state.missedCount).toBeLessThan(missesBeforeRestart);
      }
    });
  });

  it('ends steady after a long enough quiet time', () => {
    holds((heartbeats, _, limits) => {
      const quiet = '.'.repeat(2 + Math.ceil(limits.forgetRestartsAfterMs / INTERVAL_MS));
      expect(isSteady(endOf(heartbeats + quiet, limits).state)).toBe(true);
    });
  });

  it('knows when a peer was seen last', () => {
    holds((heartbeats, climbs) => {
      for (const [index, { state }] of climbs.entries()) {
        expect(state.lastSeenMs).toBe((heartbeats.slice(0, index + 1).lastIndexOf('.') + 1) * INTERVAL_MS);
      }
    });
  });
});
