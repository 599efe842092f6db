import { describe, expect, it } from 'vitest';
import type { OperationStory, StoryStep } from '../../../../functions/app/queries/operation-story.ts';
import { recentOperations } from '../../../../functions/app/queries/recent-operations.ts';
import { timelineOf } from '../../../../functions/app/queries/timeline.ts';
import type { Operation, StepId, StepRecord } from '../../../../functions/core/operation/operation.ts';
import { NODE } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { admitted, createWorld, plannedStep } from '../../../factories/ports/world.ts';

const FAILURE = { error: 'ActionFailed', cause: 'exit 1' };

async function storyOf(more: Partial<Operation> = {}, steps: readonly StoryStep[] = []) {
  const world = createWorld();
  const operation = await admitted(world, { current: 97, threshold: 90, reason: 'leaks' });
  const undoSteps = [plannedStep(world, operation)];
  return { story: { operation: { ...operation, ...more }, steps } satisfies OperationStory, undoSteps };
}

const step = (stepId: StepId, secondsLater: number, record?: Partial<StepRecord>): StoryStep => ({
  ...{ stepId, isPending: false, startedAtMs: NOON + secondsLater * 1_000 },
  ...(record && { record: record as StepRecord }),
});

describe('the timeline of an operation', () => {
  it('begins with what was reported, who was admitted, and what diagnosis found', async () => {
    const { story } = await storyOf();
    const { operation } = story;
    expect(timelineOf(story)).toStrictEqual([
      {
        ...{ kind: 'signal', atMs: NOON, origin: operation.alert.origin, metric: 'memory' },
        ...{ severity: 'CRITICAL', reason: 'leaks', errorType: 'MEMORY_LEAK', current: 97, threshold: 90 },
      },
      {
        ...{ kind: 'admission', atMs: NOON, strategyId: 'restart', attempt: 1 },
        ...{ fence: operation.fence, deadlineMs: operation.deadlineMs },
      },
      { kind: 'diagnosis', atMs: NOON, ...operation.diagnosis },
    ]);
  });

  it('names the alarm, and no value that the signal did not have', async () => {
    const { story } = await storyOf();
    const { current: _, threshold: __, ...alert } = story.operation.alert;
    const operation = { ...story.operation, alert: { ...alert, alarmName: 'web-memory' } };
    const [signal] = timelineOf({ ...story, operation });
    expect(signal).toMatchObject({ alarmName: 'web-memory' });
    expect(signal).not.toHaveProperty('current');
    expect(signal).not.toHaveProperty('threshold');
    expect(timelineOf(story)[0]).not.toHaveProperty('alarmName');
  });

  it('shows the batches, and why there are none', async () => {
    const layout = { batches: [[NODE], ['i-2']], skipped: { 'i-3': 'offline' } } as const;
    const { story } = await storyOf({ layout: layout as never });
    expect(timelineOf(story)[3]).toStrictEqual({ kind: 'batches', atMs: NOON, ...layout });
    const problem = { error: 'TooFewHealthy', detail: 'one of two is healthy' };
    const stopped = await storyOf({ layout: { ...layout, problem } as never });
    expect(timelineOf(stopped.story)[3]).toMatchObject({ problem: 'one of two is healthy' });
  });

  it('has all that is known of a step, and no more', async () => {
    const record = {
      ...({ outcome: 'SUCCEEDED', completedAtMs: NOON + 5_000, targets: [NODE] } as const),
      ...{ detail: 'active', reference: { executor: 'run_command', id: 'c-1' }, unreached: ['i-2'] },
      skipped: { 'i-3': 'offline' },
    } as unknown as StepRecord;
    const { story } = await storyOf({}, [
      { ...step('heal-0', 1, record), action: 'start_component', deadlineMs: NOON + 60_000 },
      step('verify-0', 6, {}),
      { ...step('heal-1', 7), isPending: true, deadlineMs: NOON + 90_000 },
      { ...step('heal-2', 8), isPending: true },
    ]);
    expect(timelineOf(story).slice(3)).toStrictEqual([
      {
        ...{ kind: 'step', atMs: NOON + 1_000, stepId: 'heal-0', phase: 'heal', action: 'start_component' },
        ...{ outcome: 'SUCCEEDED', tookMs: 4_000, targets: [NODE], skipped: { 'i-3': 'offline' } },
        ...{ unreached: ['i-2'], detail: 'active', reference: 'c-1' },
      },
      {
        ...{ kind: 'step', atMs: NOON + 6_000, stepId: 'verify-0', phase: 'verify' },
        ...{ outcome: 'ABANDONED', targets: [] },
      },
      {
        ...{ kind: 'step', atMs: NOON + 7_000, stepId: 'heal-1', phase: 'heal' },
        ...{ outcome: 'RUNNING', deadlineMs: NOON + 90_000, targets: [] },
      },
      {
        ...{ kind: 'step', atMs: NOON + 8_000, stepId: 'heal-2', phase: 'heal' },
        ...{ outcome: 'RUNNING', targets: [] },
      },
    ]);
  });

  it('shows the failure where the undoing begins, with the number of steps that it takes', async () => {
    const failed = { state: 'ROLLING_BACK', failure: FAILURE } as const;
    const steps = [step('heal-0', 1), step('rollback-0', 9), step('escalate-0', 12)];
    const { undoSteps } = await storyOf();
    const { story } = await storyOf({ ...failed, undoSteps }, steps);
    const kinds = timelineOf(story).map((entry) => (entry.kind === 'step' ? entry.stepId : entry.kind));
    expect(kinds.slice(3)).toStrictEqual(['heal-0', 'rollback', 'rollback-0', 'escalate-0']);
    expect(timelineOf(story)[4]).toStrictEqual({
      ...{ kind: 'rollback', atMs: NOON + 9_000, undoSteps: 1 },
      ...FAILURE,
    });
    const unbegun = await storyOf(failed, [step('heal-0', 1)]);
    expect(timelineOf(unbegun.story).at(-1)).toStrictEqual({ kind: 'rollback', undoSteps: 0, ...FAILURE });
  });

  it('shows it at the point of the call for people, where there was nothing to undo', async () => {
    const { story } = await storyOf({ state: 'ROLLING_BACK', failure: FAILURE, undoSteps: [] }, [
      step('heal-0', 1),
      step('escalate-0', 3),
    ]);
    expect(timelineOf(story).slice(4)).toMatchObject([
      { kind: 'rollback', atMs: NOON + 3_000, undoSteps: 0 },
      { kind: 'step', stepId: 'escalate-0' },
    ]);
  });

  it('ends with how it ended, which shows the failure only once if nothing was undone', async () => {
    const ended = {
      state: 'FAILED',
      result: 'FAILED',
      failure: FAILURE,
      completedAtMs: NOON + 30_000,
    } as const;
    const { story, undoSteps } = await storyOf({ ...ended, warnings: ['no mail was sent'] });
    const end = {
      ...{ kind: 'end', atMs: NOON + 30_000, tookMs: 30_000, state: 'FAILED', result: 'FAILED' },
      ...{ failure: FAILURE, warnings: ['no mail was sent'] },
    };
    expect(timelineOf(story).slice(3)).toStrictEqual([end]);
    const undone = await storyOf({ ...ended, undoSteps });
    expect(timelineOf(undone.story).slice(3)).toMatchObject([
      { kind: 'rollback', undoSteps: 1 },
      { kind: 'end' },
    ]);
    const good = await storyOf({ state: 'COMPLETED', completedAtMs: NOON + 1_000, undoSteps });
    expect(timelineOf(good.story).slice(3)).toStrictEqual([
      { kind: 'end', atMs: NOON + 1_000, tookMs: 1_000, state: 'COMPLETED' },
    ]);
    const untimed = await storyOf({ state: 'COMPLETED' });
    expect(timelineOf(untimed.story).slice(3)).toEqual([]);
  });
});

describe('a search among the last operations', () => {
  it('is cut only where there are more than it looks through, and it has not found enough', async () => {
    const operation = await admitted(createWorld());
    const isCut = async (available: number, limit: number, component: string) => {
      const store = {
        listOperations: async (most: number) =>
          Array.from({ length: Math.min(most, available) }, () => operation),
      };
      return (await recentOperations({ store }, { limit, component })).isCut;
    };
    expect(await isCut(1_000, 5, 'api')).toBe(true);
    expect(await isCut(999, 5, 'api')).toBe(false);
    expect(await isCut(5_000, 5, 'web')).toBe(false);
    expect(await isCut(5_000, 1_000, 'web')).toBe(false);
    expect(await isCut(5_000, 2_000, 'web')).toBe(false);
  });

  it('returns as many as were asked for, and says how many were looked through', async () => {
    const operation = await admitted(createWorld());
    const asked: number[] = [];
    const store = {
      listOperations: async (most: number) => {
        asked.push(most);
        return Array.from({ length: most }, () => operation);
      },
    };
    const found = await recentOperations({ store }, { limit: 3, component: 'web' });
    expect([found.operations.length, found.searched]).toStrictEqual([3, 1_000]);
    await recentOperations({ store }, { limit: 2_000, state: 'HEALING' });
    await recentOperations({ store }, { limit: 3 });
    expect(asked).toStrictEqual([1_000, 2_000, 3]);
  });
});
