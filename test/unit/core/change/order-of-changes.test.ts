import { describe, expect, it } from 'vitest';
import { changesOf, isSameChange } from '../../../../functions/core/change/change.ts';
import { type ChangeEvent, isReversible } from '../../../../functions/core/change/change-event.ts';
import { holdOf } from '../../../../functions/core/change/change-hold.ts';
import { hasAutoScalingGroup, hasEcsService } from '../../../../functions/core/change/change-owners.ts';
import { alertAlone } from '../../../../functions/core/diagnosis/evidence.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';

const HOUR_MS = 3_600_000;
const event = (changeId: string, atMs: number, more: Partial<ChangeEvent> = {}): ChangeEvent => ({
  ...{ component: 'web', source: 'ecs', kind: 'deployment', changeId, resource: 'prod/web' },
  ...{ phase: 'started', atMs, summary: changeId },
  ...more,
});
const changes = (...events: readonly ChangeEvent[]) => changesOf(events, NOON, 3_600);

describe('changes', () => {
  it('are in the order of their ids where they began at the same time', () => {
    const other = (changeId: string) => event(changeId, NOON, { resource: changeId });
    expect(changes(other('b'), other('c'), other('a')).map(({ changeId }) => changeId)).toEqual([
      ...['a', 'b', 'c'],
    ]);
  });

  it('that have ended are never overdue', () => {
    const began = NOON - 10 * HOUR_MS;
    const done = changes(event('a', began), event('a', NOON - 9 * HOUR_MS, { phase: 'finished' }));
    expect(done.map(({ status }) => status)).toEqual(['SUCCEEDED']);
    expect(changes(event('a', began)).map(({ status }) => status)).toEqual(['OVERDUE']);
  });

  it('are replaced by the next of their resource, in whichever order they are reported', () => {
    const [, , first] = changes(event('a', NOON - 30), event('c', NOON - 10), event('b', NOON - 20));
    expect(first).toMatchObject({
      ...{ changeId: 'a', status: 'REPLACED', endedAtMs: NOON - 20, supersededBy: 'b' },
    });
  });

  it('are not replaced by those of another component', () => {
    const [, first] = changes(event('a', NOON - 30), event('b', NOON - 20, { component: 'api' }));
    expect(first).toMatchObject({ changeId: 'a', status: 'IN_PROGRESS' });
    expect(first).not.toHaveProperty('supersededBy');
  });

  it('are the same if source and id are, or both are none', () => {
    const one = { source: 'ecs', changeId: 'a' } as const;
    expect(isSameChange(one, { ...one })).toBe(true);
    expect(isSameChange(one, { ...one, changeId: 'b' })).toBe(false);
    expect(isSameChange(one, { ...one, source: 'codedeploy' })).toBe(false);
    expect(isSameChange(one, undefined)).toBe(false);
    expect(isSameChange(undefined, one)).toBe(false);
    expect(isSameChange(undefined, undefined)).toBe(true);
  });

  it('can be rolled back if they are deployments or configurations', () => {
    const kinds = ['deployment', 'configuration', 'scaling', 'maintenance'] as const;
    expect(kinds.filter((kind) => isReversible({ kind }))).toEqual(['deployment', 'configuration']);
  });

  it('hold nothing back where nothing is known of any component', () => {
    expect(holdOf({ ...alertAlone(alertOf('web')), components: [] })).toBeUndefined();
  });
});

describe('a component with changes', () => {
  const on = (targets: object) => ({ targets }) as never;

  it('has its own service and its own group, and no others', () => {
    const service = on({ ecsService: 'prod/web' });
    const group = on({ autoScalingGroup: 'web' });
    expect(hasEcsService(service, 'prod/web')).toBe(true);
    expect(hasEcsService(service, 'prod/api')).toBe(false);
    expect(hasEcsService(group, 'prod/web')).toBe(false);
    expect(hasAutoScalingGroup(group, 'web')).toBe(true);
    expect(hasAutoScalingGroup(group, 'api')).toBe(false);
    expect(hasAutoScalingGroup(service, 'web')).toBe(false);
  });
});
