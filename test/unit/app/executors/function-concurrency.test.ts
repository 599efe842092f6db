import { describe, expect, it } from 'vitest';
import { orders, RESERVE } from './alias-operation.ts';

describe('concurrency that is reserved for a function', () => {
  it('goes to the count, and away again where none was reserved', async () => {
    const own = { type: 'scale_resources', params: { phase: 'undo' } };
    const { step, undoSteps, reserved } = await orders([RESERVE], { actions: [own] });
    await step('heal-0');
    expect(await reserved()).toBe(50);
    for (const one of await undoSteps()) await step(one.stepId, one);
    expect(await reserved()).toBeNull();
  });

  it('cannot grow from nothing, which would limit the function', async () => {
    const { step, record, reserved } = await orders([
      { type: 'scale_resources', params: { add: 10, atMost: 100 } },
    ]);
    await step('heal-0');
    expect(await record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('none is reserved'),
    });
    expect(await reserved()).toBeNull();
  });

  it('cannot exceed what the account has, as Lambda says', async () => {
    const { step, record } = await orders([{ type: 'scale_resources', params: { to: 950 } }]);
    await step('heal-0');
    expect(await record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('UnreservedConcurrentExecution below its minimum value'),
    });
  });
});
