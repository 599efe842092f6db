import { describe, expect, it } from 'vitest';
import { automationInspection } from '../../../../functions/core/operation/automation-outcome.ts';
import { doneTargets, type Inspection, outcomeOn } from '../../../../functions/core/operation/inspection.ts';

const [A, B] = ['i-0a', 'i-0b'] as const;
const seen = (fields: Partial<Inspection>): Inspection => ({
  ...{ detail: 'the command', targets: [], targetCount: 2 },
  ...fields,
});
const done = (id: string) => ({ id, outcome: 'SUCCEEDED' as const, detail: `${id} Success` });
const failed = (id: string) => ({ id, outcome: 'FAILED' as const, detail: `${id} Failed` });
const running = (id: string) => ({ id, detail: `${id} InProgress` });

describe('the outcome of an action on its targets', () => {
  it('is not known while the action runs, though a target has failed', () => {
    expect(outcomeOn(seen({ targets: [failed(A), running(B)] }), [A, B])).toBeUndefined();
  });

  it('is success once every target has succeeded, and says so of each', () => {
    const targets = [done(A), done(B)];
    expect(outcomeOn(seen({ outcome: 'SUCCEEDED', targets }), [A, B])).toEqual({
      outcome: 'SUCCEEDED',
      detail: 'i-0a Success; i-0b Success',
    });
  });

  it.each<[string, Partial<Inspection>, readonly string[]]>([
    ['a target is not listed yet', { targets: [done(A)] }, [A, B]],
    ['a target still runs', { targets: [done(A), running(B)] }, [A, B]],
    ['there is no target at all', { targets: [] }, []],
  ])('is not known to be success while %s', (_, fields, targets) => {
    expect(outcomeOn(seen({ outcome: 'SUCCEEDED', ...fields }), targets)).toBeUndefined();
  });

  it('is the failure of a target, though the action as a whole succeeded', () => {
    const targets = [done(A), { id: B, outcome: 'TIMED_OUT' as const, detail: 'i-0b TimedOut' }];
    expect(outcomeOn(seen({ outcome: 'SUCCEEDED', targets }), [A, B])).toEqual({
      outcome: 'TIMED_OUT',
      detail: 'i-0b TimedOut',
    });
  });

  it('is the failure of the action, explained by a target that failed, if there is one', () => {
    const outcome = 'CANCELLED';
    expect(outcomeOn(seen({ outcome, targets: [running(A), failed(B)] }), [A, B])).toEqual({
      ...{ outcome, detail: 'i-0b Failed' },
    });
    expect(outcomeOn(seen({ outcome, targets: [done(A), running(B)] }), [A, B])).toEqual({
      ...{ outcome, detail: 'the command' },
    });
  });

  it('holds for all targets where the service knows none', () => {
    for (const outcome of ['SUCCEEDED', 'FAILED'] as const) {
      const whole = seen({ isWhole: true, outcome });
      expect(outcomeOn(whole, [A, B])).toEqual({ outcome, detail: 'the command' });
      expect([...doneTargets(whole, [A, B])]).toEqual(outcome === 'SUCCEEDED' ? [A, B] : []);
      expect([...doneTargets(whole)]).toEqual([]);
    }
  });

  it('is done on the targets that have succeeded, whatever the whole has come to', () => {
    const targets = [done(A), failed(B), running('i-0c')];
    expect([...doneTargets(seen({ outcome: 'FAILED', targets }), [A, B, 'i-0c'])]).toEqual([A]);
  });
});

describe('an execution of Automation', () => {
  const document = 'Acme-ScaleCluster';

  it('is seen as one action for all targets', () => {
    expect(automationInspection({ document, status: 'InProgress' })).toEqual({
      ...{ detail: 'Acme-ScaleCluster is InProgress', isWhole: true, targets: [], targetCount: 0 },
    });
    expect(automationInspection({ document, status: 'Failed', failureMessage: 'no capacity' })).toEqual({
      ...{ outcome: 'FAILED', detail: 'Acme-ScaleCluster ended as Failed: no capacity' },
      ...{ isWhole: true, targets: [], targetCount: 0 },
    });
  });
});
