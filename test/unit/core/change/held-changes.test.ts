import { describe, expect, it } from 'vitest';
import type { RolledBackChange } from '../../../../functions/core/admission/records.ts';
import type { Change } from '../../../../functions/core/change/change.ts';
import { holdOf } from '../../../../functions/core/change/change-hold.ts';
import { withSharedRollbacks } from '../../../../functions/core/change/shared-rollback.ts';
import { alertAlone, type ComponentEvidence } from '../../../../functions/core/diagnosis/evidence.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const alert = {
  ...({ signalId: 's-1', origin: 'alarm', component: 'web', metric: 'memory' } as const),
  ...({ severity: 'CRITICAL', occurredAtMs: NOON, reason: 'memory', targets: [] } as const),
};

const deployed = (more: Partial<Change> = {}): Change => ({
  ...({ component: 'web', source: 'pipeline', kind: 'deployment', changeId: 'run-1' } as const),
  ...({ summary: 'run 1', status: 'IN_PROGRESS', startedAtMs: NOON - 60_000 } as const),
  ...more,
});

const undone = (more: Partial<RolledBackChange> = {}): RolledBackChange => ({
  ...({ source: 'pipeline', changeId: 'run-1', startedUpToMs: NOON - 60_000 } as const),
  ...more,
});

const WATCHED = { holdMs: 600_000, suspectMs: 0, graceMs: 0 };

const evidence = (own: Partial<ComponentEvidence>, dependency: Partial<ComponentEvidence> = {}) => ({
  ...alertAlone(alert),
  components: [
    { component: 'web', redAlarms: [], silentPeers: [], watched: WATCHED, ...own },
    { component: 'db', redAlarms: [], silentPeers: [], watched: WATCHED, ...dependency },
  ],
});

describe('a change in progress', () => {
  it('holds healing back until its end is overdue', () => {
    const change = deployed();
    expect(holdOf(evidence({ changes: [change] }))).toEqual({
      ...{ change, untilMs: NOON + 540_000, isOwn: true },
    });
  });

  it('holds healing back for no time where changes are not watched', () => {
    const { watched: _not, ...own } = { ...evidence({}).components[0], changes: [deployed()] };
    expect(holdOf({ ...evidence({}), components: [own as ComponentEvidence] })?.untilMs).toBe(NOON - 60_000);
  });

  it.each([
    ['has ended', { status: 'SUCCEEDED' as const }],
    ['is Selfheal’s own', { operationId: 'op-1' }],
    ['was rolled back for another component', { rolledBackFor: 'orders' }],
  ])('holds nothing back if it %s', (_, more) => {
    expect(holdOf(evidence({ changes: [deployed(more)] }))).toBeUndefined();
  });

  it.each([
    ['it was rolled back', undone(), false],
    ['it began after the rollback', undone({ startedUpToMs: NOON - 60_001 }), true],
    ['another change was rolled back', undone({ changeId: 'run-0' }), true],
    ['a change of another source was rolled back', undone({ source: 'cloudformation' }), true],
  ])('holds nothing back once it was undone: %s', (_, rolledBack, isHeld) => {
    expect(holdOf(evidence({ changes: [deployed()], rolledBack })) !== undefined).toBe(isHeld);
  });

  it('holds healing back if the component’s own, though it began after the trouble', () => {
    const change = deployed({ startedAtMs: NOON + 1 });
    expect(holdOf(evidence({ changes: [change] }))?.change).toBe(change);
  });

  it('of a dependency holds healing back only if it began with the trouble or before', () => {
    const change = deployed({ component: 'db', startedAtMs: NOON });
    expect(holdOf(evidence({}, { changes: [change] }))).toEqual({
      ...{ change, untilMs: NOON + 600_000, isOwn: false },
    });
    const later = { ...change, startedAtMs: NOON + 1 };
    expect(holdOf(evidence({}, { changes: [later] }))).toBeUndefined();
  });

  it('of the component itself comes before that of a dependency', () => {
    const own = deployed();
    const other = deployed({ component: 'db', changeId: 'run-2', startedAtMs: NOON - 120_000 });
    expect(holdOf(evidence({ changes: [own] }, { changes: [other] }))?.change).toBe(own);
  });
});

describe('a change of several components', () => {
  const [whole, earlier] = [undone({ isWhole: true }), undone({ changeId: 'run-0', isWhole: true })];

  it('is marked with the first other component that it was rolled back for', () => {
    const [change, other] = [deployed(), deployed({ changeId: 'run-2' })];
    const others = [
      { component: 'db' },
      { component: 'orders', rolledBack: { ...earlier, earlier: [whole] } },
      { component: 'search', rolledBack: whole },
    ];
    expect(withSharedRollbacks([change, other], others)).toEqual([
      { ...change, rolledBackFor: 'orders' },
      other,
    ]);
  });

  it.each([
    ['was undone on the other component alone', undone()],
    ['is of another source', undone({ isWhole: true, source: 'cloudformation' })],
    ['has another id', earlier],
    ['began after the rollback', undone({ isWhole: true, startedUpToMs: NOON - 60_001 })],
  ])('is not marked if it %s', (_, rolledBack) => {
    const changes = [deployed()];
    expect(withSharedRollbacks(changes, [{ component: 'orders', rolledBack }])).toEqual(changes);
  });
});
