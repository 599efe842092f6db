import { describe, expect, it } from 'vitest';
import { completeStep } from '../../../../functions/app/heal/complete-step.ts';
import { recordingTokens } from '../../../factories/ports/recording-ports.ts';
import { admitted, createWorld } from '../../../factories/ports/world.ts';

/** A step that has ended, and what is pending under the claim of its component. */
async function ended(
  pendingOperation: string | undefined,
  pendingStep: 'heal-0' | 'heal-1' | 'keep-0' | undefined,
  more: Partial<Parameters<typeof completeStep>[1]> = {},
) {
  const operation = await admitted(createWorld());
  const tokens = recordingTokens();
  const step = pendingStep && {
    stepId: pendingStep,
    taskToken: 'token',
    startedAtMs: 0,
    deadlineMs: 1,
    order: 1,
  };
  const claim = pendingOperation && { operationId: pendingOperation, ...(step && { step }) };
  const store = { getClaim: async () => claim } as unknown as Parameters<typeof completeStep>[0]['store'];
  await completeStep(
    { store, tokens },
    {
      ...{ operationId: operation.operationId, component: 'web', stepId: 'heal-0', action: 'graceful_stop' },
      ...{ onError: 'abort', startedAtMs: 0, targets: [], outcome: 'SUCCEEDED' },
      ...more,
    },
  );
  return tokens.completed;
}

describe('the end of a step', () => {
  it('completes the task that waits for it', async () => {
    const { operationId } = await admitted(createWorld());
    const output = { stepId: 'heal-0', action: 'graceful_stop', outcome: 'SUCCEEDED' };
    expect(await ended(operationId, 'heal-0')).toStrictEqual([{ taskToken: 'token', output }]);
  });

  it('fails the task if the step failed', async () => {
    const { operationId } = await admitted(createWorld());
    const failed = { outcome: 'FAILED', detail: 'it hangs' } as const;
    expect(await ended(operationId, 'heal-0', failed)).toStrictEqual([
      { taskToken: 'token', error: 'ActionFailed', cause: 'heal-0 graceful_stop FAILED: it hangs' },
    ]);
  });

  it('leaves a task alone that waits for no such step', async () => {
    const { operationId } = await admitted(createWorld());
    expect(await ended(operationId, 'keep-0', { stepId: 'keep-0' })).toStrictEqual([]);
  });

  it.each([
    ['another operation, though its step has the same id', 'another', 'heal-0'],
    ['another operation and step', 'another', 'heal-1'],
    ['nobody', undefined, undefined],
  ] as const)('completes no task of %s', async (_, operationId, stepId) => {
    expect(await ended(operationId, stepId)).toEqual([]);
  });

  it('completes no task of another step of its operation, nor one that is done', async () => {
    const { operationId } = await admitted(createWorld());
    expect(await ended(operationId, 'heal-1')).toEqual([]);
    expect(await ended(operationId, undefined)).toEqual([]);
  });
});
