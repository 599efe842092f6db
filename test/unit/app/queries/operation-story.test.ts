import { describe, expect, it } from 'vitest';
import { operationStory } from '../../../../functions/app/queries/operation-story.ts';
import { containedMessage } from '../../../../functions/core/operation/escalation-message.ts';
import type { StepId } from '../../../../functions/core/operation/operation.ts';
import { configured, NODE } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { admitted, createWorld, plannedStep, withStore } from '../../../factories/ports/world.ts';

const DEADLINE_MS = NOON + 60_000;

interface Place {
  readonly actions?: readonly object[];
  /** What is on record of the operation besides. */
  readonly operation?: object;
  readonly steps?: readonly object[];
  /** The step that is waited for. */
  readonly pending?: StepId;
  readonly claimedBy?: string;
  readonly hasPlan?: boolean;
}

/** The story of an operation, by its steps. */
async function told({
  actions = [{ type: 'start_component' }],
  operation,
  steps = [],
  pending,
  claimedBy,
  hasPlan = true,
}: Place = {}) {
  const world = createWorld(configured({ strategies: [{ actions }] }));
  const begun = await admitted(world);
  const plan = await world.store.getPlan(begun.planId);
  const step = pending && { stepId: pending, startedAtMs: NOON, deadlineMs: DEADLINE_MS };
  const asked: string[] = [];
  const changed = withStore(world, {
    getOperation: async () => ({ ...begun, ...operation }) as never,
    getPlan: async () => (hasPlan ? plan : undefined),
    listSteps: async () => steps as never,
    getClaim: async (component) => {
      asked.push(component);
      return { operationId: claimedBy ?? begun.operationId, ...(step && { step }) } as never;
    },
  });
  return { world, begun, plan, asked, story: await operationStory(changed, begun.operationId) };
}

const record = (stepId: StepId, more: object = {}) => ({
  ...{ stepId, action: 'start_component', startedAtMs: NOON, ...more },
});

describe('the story of an operation', () => {
  it('has its plan, and what is on record of its steps', async () => {
    const ended = record('heal-0', { outcome: 'SUCCEEDED' });
    const { story, begun, plan } = await told({ steps: [ended] });
    expect(story).toStrictEqual({
      operation: begun,
      plan,
      steps: [
        { stepId: 'heal-0', action: 'start_component', record: ended, isPending: false, startedAtMs: NOON },
      ],
    });
    expect((await told({ hasPlan: false })).story).not.toHaveProperty('plan');
  });

  it('has steps that began at the same moment in the order of their numbers', async () => {
    const steps = [record('heal-2'), record('heal-10'), record('verify-0')];
    for (const listed of [steps, steps.toReversed()]) {
      const { story } = await told({ steps: listed });
      expect(story?.steps.map(({ stepId }) => stepId)).toEqual(['heal-2', 'heal-10', 'verify-0']);
    }
  });

  it('knows the deadline only of the step that is waited for', async () => {
    const [first, second] = [record('heal-0'), record('heal-1')];
    const { story } = await told({ steps: [first, second], pending: 'heal-1' });
    expect(story?.steps).toStrictEqual([
      { stepId: 'heal-0', action: 'start_component', record: first, isPending: false, startedAtMs: NOON },
      {
        ...{ stepId: 'heal-1', action: 'start_component', record: second, isPending: true },
        ...{ startedAtMs: NOON, deadlineMs: DEADLINE_MS },
      },
    ]);
    const over = record('heal-1', { outcome: 'TIMED_OUT' });
    const { story: ended } = await told({ steps: [over], pending: 'heal-1' });
    expect(ended?.steps).toStrictEqual([
      { stepId: 'heal-1', action: 'start_component', record: over, isPending: false, startedAtMs: NOON },
    ]);
  });

  it('names the action of a step that is not on record yet, where it can be known', async () => {
    const pending = { isPending: true, startedAtMs: NOON, deadlineMs: DEADLINE_MS };
    expect((await told({ pending: 'heal-0' })).story?.steps).toStrictEqual([
      { stepId: 'heal-0', action: 'start_component', ...pending },
    ]);
    expect((await told({ pending: 'heal-0', hasPlan: false })).story?.steps).toStrictEqual([
      { stepId: 'heal-0', ...pending },
    ]);
    const { world, begun } = await told();
    const undo = { ...plannedStep(world, begun), stepId: 'rollback-1' };
    const operation = {
      undoSteps: [{ ...undo, stepId: 'rollback-0', action: { type: 'graceful_stop' } }, undo],
    };
    expect((await told({ pending: 'rollback-1', operation })).story?.steps).toStrictEqual([
      { stepId: 'rollback-1', action: 'start_component', ...pending },
    ]);
  });

  it('waits for no step of another operation, nor after its end', async () => {
    expect((await told({ pending: 'heal-0', claimedBy: 'another' })).story?.steps).toEqual([]);
    const { story, asked } = await told({ pending: 'heal-0', operation: { state: 'COMPLETED' } });
    expect(story?.steps).toEqual([]);
    expect(asked).toEqual([]);
    expect((await told()).asked).toEqual(['web']);
  });

  it('has its steps by when they began, then by phase, then by number', async () => {
    const ids: readonly StepId[] = ['rollback-0', 'heal-10', 'heal-2', 'verify-0', 'escalate-0'];
    const steps = [record('heal-3', { startedAtMs: NOON - 1 }), ...ids.map((id) => record(id))];
    const { story } = await told({ steps: steps.toReversed() });
    expect(story?.steps.map(({ stepId }) => stepId)).toEqual([
      ...['heal-3', 'heal-2', 'heal-10', 'verify-0', 'rollback-0', 'escalate-0'],
    ]);
  });

  it('says how what it has contained is lifted', async () => {
    const actions = [{ type: 'isolate_network' }];
    const steps = [record('heal-0', { action: 'isolate_network', targets: [NODE], outcome: 'SUCCEEDED' })];
    const contained = { operation: { state: 'COMPLETED', result: 'CONTAINED' }, actions, steps };
    const { story, plan } = await told(contained);
    expect(story?.containment).toEqual({
      kind: 'isolation',
      message: containedMessage(
        story?.operation as never,
        'isolation',
        steps as never,
        plan?.strategy.actions,
      ),
    });
    expect((await told({ ...contained, hasPlan: false })).story).not.toHaveProperty('containment');
    expect(
      (await told({ ...contained, operation: { state: 'COMPLETED', result: 'SUCCESS' } })).story,
    ).not.toHaveProperty('containment');
  });
});
