import { describe, expect, it } from 'vitest';
import type { ActionSubject } from '../../../../functions/app/executors/action-call.ts';
import { fallBack } from '../../../../functions/app/heal/fall-back.ts';
import type { StepRecord } from '../../../../functions/core/operation/operation.ts';
import type { Command, CommandInvocation } from '../../../../functions/ports/runbook-runner.ts';
import { stepOf } from '../../../factories/operations/admissions.ts';
import { admitted, createWorld } from '../../../factories/ports/world.ts';

const [A, B] = ['i-0000000000000000a', 'i-0000000000000000b'];
const REFERENCE = { executor: 'run_command', id: 'command-1' } as const;
const DONE = { status: 'Success', hasBegun: true };
const REFUSED = { status: 'Failed', statusDetails: 'Failed', hasBegun: true, exitCode: 2 };
const DOUBTED = 'its agent may have isolated it, so that EC2 does not';

/** What is done by security groups on A and B, after this record of the agents' step and these ends of its command. */
async function fallenBack(
  record: Partial<StepRecord> | undefined,
  ended: Readonly<Record<string, object>>,
  begun: { readonly outcome?: 'SUCCEEDED'; readonly detail: string } = { detail: 'begun' },
  others: readonly Partial<StepRecord>[] = [],
  isSent = false,
) {
  const world = createWorld();
  const operation = await admitted(world);
  const subject = { operation, fence: operation.fence } as ActionSubject;
  const invocations = Object.entries(ended).map(([instanceId, more]) => ({
    instanceId,
    output: '',
    ...more,
  }));
  const runbooks = {
    ...world.runbooks,
    listInvocations: async () => invocations as unknown as readonly CommandInvocation[],
    findCommand: async (comment: string, sinceMs: number, document?: string) =>
      isSent &&
      comment === `selfheal ${operation.operationId} heal-0` &&
      sinceMs === operation.startedAtMs &&
      document === 'selfheal-isolate-network'
        ? ({ commandId: 'command-1', document } as Command)
        : undefined,
  };
  const records = [...others, ...(record ? [{ stepId: 'heal-0', ...record } as const] : [])];
  const steps = records.map((one) => stepOf(operation, one));
  const on: (readonly string[])[] = [];
  const end = await fallBack({ ...world, runbooks }, subject, 'heal-1', steps, [A, B], async (targets) => {
    on.push(targets);
    return begun as never;
  });
  return { on, end };
}

describe('an isolation by security groups, after one by agents', () => {
  it('begins on all hosts if the agents were asked nothing', async () => {
    expect(await fallenBack(undefined, {})).toStrictEqual({ on: [[A, B]], end: { detail: 'begun' } });
  });

  it('ends as it was done where the agents were asked nothing', async () => {
    const done = { outcome: 'SUCCEEDED', detail: 'cut off' } as const;
    expect(await fallenBack(undefined, {}, done)).toStrictEqual({ on: [[A, B]], end: done });
  });

  it('asks only for the outcome of the step before', async () => {
    const others = [{ stepId: 'heal-4', reference: REFERENCE, targets: [A, B] } as const];
    const ended = { [A]: DONE, [B]: DONE };
    expect(await fallenBack(undefined, ended, undefined, others)).toStrictEqual({
      ...{ on: [[A, B]], end: { detail: 'begun' } },
    });
  });

  it('finds a command of the agents that was sent, and not recorded', async () => {
    expect(await fallenBack(undefined, { [A]: DONE }, undefined, [], true)).toStrictEqual({
      on: [],
      end: { outcome: 'FAILED', detail: `${B} is not listed: ${DOUBTED}` },
    });
  });

  it('has nothing left to do where the agents have isolated all hosts', async () => {
    expect(
      await fallenBack({ reference: REFERENCE, targets: [A, B] }, { [A]: DONE, [B]: DONE }),
    ).toStrictEqual({
      on: [],
      end: { outcome: 'SUCCEEDED', detail: `${A}, ${B}: isolated by the agent` },
    });
  });

  it('begins where an agent has done nothing, or was not asked', async () => {
    const asked = { reference: REFERENCE, targets: [A] };
    expect(await fallenBack(asked, { [A]: REFUSED })).toStrictEqual({
      ...{ on: [[A, B]], end: { detail: 'begun' } },
    });
    expect(await fallenBack(asked, { [A]: DONE })).toStrictEqual({ on: [[B]], end: { detail: 'begun' } });
  });

  it.each([
    ['to which the command was sent', [A, B]],
    ['of a command whose targets are not on record', []],
  ])('does not begin on a host %s, and which is not listed', async (_, targets) => {
    expect(await fallenBack({ reference: REFERENCE, targets }, { [A]: DONE })).toStrictEqual({
      on: [],
      end: { outcome: 'FAILED', detail: `${B} is not listed: ${DOUBTED}` },
    });
  });

  it('names each host that it leaves to doubt, with what is known of its agent', async () => {
    const ended = { [A]: { status: 'InProgress' }, [B]: { status: 'Failed', statusDetails: 'Cancelled' } };
    expect(await fallenBack({ reference: REFERENCE, targets: [A, B] }, ended)).toStrictEqual({
      on: [],
      end: { outcome: 'FAILED', detail: `${A} InProgress: ${DOUBTED}; ${B} Cancelled: ${DOUBTED}` },
    });
  });

  it('fails for hosts in doubt once it is over on the others', async () => {
    const record = { reference: REFERENCE, targets: [A, B] };
    const ended = { [A]: REFUSED, [B]: { status: 'InProgress' } };
    expect(await fallenBack(record, ended)).toStrictEqual({ on: [[A]], end: { detail: 'begun' } });
    expect(await fallenBack(record, ended, { outcome: 'SUCCEEDED', detail: 'cut off' })).toStrictEqual({
      on: [[A]],
      end: { outcome: 'FAILED', detail: `${B} InProgress: ${DOUBTED}; cut off` },
    });
  });
});
