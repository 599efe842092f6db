import { describe, expect, it } from 'vitest';
import { unreadyState } from '../../../../functions/core/target/function-state.ts';
import {
  describeStates,
  groupProblem,
  inService,
  isRegistered,
  type RegisteredTarget,
  registeredPorts,
} from '../../../../functions/core/target/registered-target.ts';
import { registrationProgress } from '../../../../functions/core/target/registration-reference.ts';
import { isGreater, nextSize } from '../../../../functions/core/target/size-ladder.ts';

const at = (port: number, state: string, reason?: string, id = 'i-0a'): RegisteredTarget => ({
  ...{ id, port, state },
  ...(reason !== undefined && { reason }),
});

describe('the targets of a group', () => {
  it('are registered unless they leave, or were never in it', () => {
    expect([at(80, 'healthy'), at(80, 'unhealthy'), at(80, 'initial')].map(isRegistered)).toEqual([
      true,
      true,
      true,
    ]);
    expect(isRegistered(at(80, 'draining'))).toBe(false);
    expect(isRegistered(at(80, 'unused', 'Target.NotRegistered'))).toBe(false);
  });

  it('are registered on ports in the order of their numbers', () => {
    const targets = [
      at(8080, 'healthy'),
      at(80, 'initial'),
      at(9, 'draining'),
      at(7, 'healthy', undefined, 'i-0b'),
    ];
    expect(registeredPorts(targets, 'i-0a')).toBe('80,8080');
    expect(registeredPorts(targets, 'i-0c')).toBe('');
  });

  it('are in service if they are healthy on every port', () => {
    const targets = [at(80, 'healthy'), at(81, 'unhealthy'), at(80, 'healthy', undefined, 'i-0b')];
    expect([...inService(targets)]).toEqual(['i-0b']);
  });

  it('can only be found by their ids if all are instances', () => {
    expect(groupProblem([at(80, 'healthy')])).toBeUndefined();
    expect(groupProblem([at(80, 'healthy'), at(80, 'healthy', undefined, '10.0.0.7')])).toBe(
      'it lists 10.0.0.7, which is no instance id: only target groups of the type `instance` can be drained',
    );
  });

  it('are described by their states, with reasons', () => {
    const targets = [
      at(80, 'healthy'),
      at(81, 'unhealthy', 'Target.Timeout'),
      at(80, 'healthy', undefined, 'i-0b'),
    ];
    expect(describeStates(targets, 'i-0a')).toBe('healthy on 80, unhealthy on 81 (Target.Timeout)');
    expect(describeStates(targets, 'i-0c')).toBe('not in the target group');
  });
});

describe('an instance on its way', () => {
  it.each([
    ['deregistration', [at(80, 'draining')], undefined, 'i-0a is draining on 80'],
    [
      'deregistration',
      [at(80, 'draining'), at(81, 'unused', 'Target.NotRegistered')],
      undefined,
      'i-0a is draining on 80, unused on 81 (Target.NotRegistered)',
    ],
    ['deregistration', [], 'SUCCEEDED', 'i-0a is drained'],
    ['deregistration', [at(80, 'unused', 'Target.NotRegistered')], 'SUCCEEDED', 'i-0a is drained'],
    [
      'deregistration',
      [at(80, 'draining'), at(81, 'healthy')],
      'FAILED',
      'i-0a is draining on 80, healthy on 81: someone else has registered it again',
    ],
    ['registration', [], undefined, 'i-0a is not in the target group'],
    [
      'registration',
      [at(80, 'healthy'), at(81, 'initial')],
      undefined,
      'i-0a is healthy on 80, initial on 81',
    ],
    ['registration', [at(80, 'healthy')], 'SUCCEEDED', 'i-0a is healthy on 80'],
    [
      'registration',
      [at(80, 'unused', 'Target.NotInUse')],
      'SUCCEEDED',
      'i-0a is unused on 80 (Target.NotInUse)',
    ],
  ] as const)(
    'out of or into its group is judged by all of its ports: %s of %o',
    (change, own, outcome, detail) => {
      const progress = registrationProgress(change, 'i-0a', [...own, at(80, 'initial', undefined, 'i-0b')]);
      expect(progress).toEqual({ ...(outcome && { outcome }), detail });
    },
  );
});

describe('a version of a function', () => {
  it('serves while it is active, and says otherwise why it does not', () => {
    expect(unreadyState({ state: 'Active', reason: 'r' })).toBeUndefined();
    expect(unreadyState({ state: 'Pending' })).toBe('is Pending');
    expect(unreadyState({ state: 'Failed', reason: 'no subnet' })).toBe('is Failed: no subnet');
    expect(unreadyState({ state: 'Inactive' })).toBe(
      'is Inactive; requests to it fail until Lambda has prepared it again, which the first of them begins',
    );
  });
});

describe('a ladder of sizes', () => {
  const size = (memoryMiB: number, cpuUnits: number) => ({ memoryMiB, cpuUnits });

  it('goes up in something, and down in nothing', () => {
    expect(isGreater(size(512, 256), size(512, 256))).toBe(false);
    expect(isGreater(size(513, 256), size(512, 256))).toBe(true);
    expect(isGreater(size(1_024, 128), size(512, 256))).toBe(false);
    expect(isGreater({ memoryMiB: 1_024 }, size(512, 256))).toBe(true);
    expect(isGreater(size(1_024, 256), { memoryMiB: 512 })).toBe(true);
    expect(isGreater({ cpuPercent: 50 }, size(512, 256))).toBe(false);
  });

  it('leads to the first size that is greater, or says that there is none', () => {
    const ladder = [size(512, 256), size(1_024, 256), size(2_048, 512)];
    expect(nextSize(size(512, 256), ladder)).toEqual(size(1_024, 256));
    expect(nextSize(size(2_048, 512), ladder)).toEqual({
      problem: 'it has 2048 MiB and 512 CPU units, and the ladder has no greater size',
    });
    expect(nextSize({ cpuPercent: 50 }, [])).toEqual({
      problem: 'it has 50 % of a CPU, and the ladder has no greater size',
    });
  });
});
