import { describe, expect, it } from 'vitest';
import {
  availability,
  chooseTargets,
  type ManagedNode,
} from '../../../../functions/core/operation/target-availability.ts';

const node = (instanceId: string, facts: Partial<ManagedNode> = {}): ManagedNode => ({
  instanceId,
  online: true,
  platform: 'Linux',
  ...facts,
});
const NODES = [
  node('i-b'),
  node('i-a'),
  node('i-off', { online: false }),
  node('i-win', { platform: 'Windows' }),
];

describe('the availability of targets', () => {
  it('says why a runbook cannot be sent to a target', () => {
    expect(availability(['i-a', 'i-off', 'i-win', 'i-x'], NODES, 'gone')).toEqual([
      { instanceId: 'i-a' },
      { instanceId: 'i-off', unavailable: 'offline' },
      { instanceId: 'i-win', unavailable: 'not-linux' },
      { instanceId: 'i-x', unavailable: 'gone' },
    ]);
  });
});

describe('the targets of one command', () => {
  it('include all nodes of the component, sorted, if none is named', () => {
    expect(chooseTargets('web', [node('i-b'), node('i-a')], [], [])).toEqual({
      fit: ['i-a', 'i-b'],
      unfit: [],
    });
  });

  it('include only the nodes that are named', () => {
    expect(chooseTargets('web', NODES, ['i-a'], ['i-a', 'i-b']).fit).toEqual(['i-a']);
  });

  it('lack a configured one that Systems Manager does not know', () => {
    const chosen = chooseTargets('web', [node('i-a')], [], ['i-a', 'i-x']);
    expect(chosen).toEqual({
      fit: ['i-a'],
      unfit: ['i-x'],
      problem: 'i-x: no managed node of web (SSM does not know it)',
    });
  });

  it('lack one that is offline or not a Linux node', () => {
    const { fit, unfit, problem } = chooseTargets('web', NODES, [], []);
    expect({ fit, unfit }).toEqual({ fit: ['i-a', 'i-b'], unfit: ['i-off', 'i-win'] });
    expect(problem).toBe('i-off (offline), i-win (Windows): not an online Linux node');
  });

  it('have a problem if there are none, or more than one command takes', () => {
    expect(chooseTargets('web', [], [], []).problem).toBe('web: its targets select no managed node');
    const many = Array.from({ length: 51 }, (_, index) => node(`i-${String(index).padStart(2, '0')}`));
    expect(chooseTargets('web', many.slice(0, 50), [], []).problem).toBeUndefined();
    const { fit, unfit, problem } = chooseTargets('web', many, [], []);
    expect({ count: fit.length, unfit, problem }).toEqual({
      count: 50,
      unfit: ['i-50'],
      problem: 'web: 51 targets, 50 at most',
    });
  });
});
