import { describe, expect, it } from 'vitest';
import {
  type Ec2Instance,
  powerState,
  rebootProblem,
  stopProblem,
} from '../../../../functions/core/target/ec2-instance.ts';

const instance = (fields: Partial<Ec2Instance> = {}): Ec2Instance => ({
  ...{
    id: 'i-0a',
    state: 'running',
    type: 'm5d.large',
    rootDevice: 'ebs',
    isSpot: false,
    isMonitored: false,
  },
  ...fields,
});

describe('an instance of EC2', () => {
  it.each([
    ['pending', 'running'],
    ['running', 'running'],
    ['stopping', 'stopped'],
    ['stopped', 'stopped'],
    ['shutting-down', 'gone'],
    ['terminated', 'gone'],
    ['hibernating', undefined],
  ])('that is %s counts as %s', (state, power) => {
    expect(powerState(state)).toBe(power);
  });

  it('can be rebooted only while it runs', () => {
    expect(rebootProblem(instance())).toBeUndefined();
    for (const state of ['pending', 'stopped', 'terminated'])
      expect(rebootProblem(instance({ state }))).toBe(
        `it is ${state}, and only a running instance can be rebooted`,
      );
  });

  it.each<[string, Ec2Instance, boolean, boolean, string | undefined]>([
    ['on a volume of its own', instance(), false, false, undefined],
    ['that is stopped already', instance({ state: 'stopped' }), false, false, undefined],
    [
      'that is gone',
      instance({ state: 'terminated' }),
      false,
      false,
      'it is terminated, and can be neither stopped nor started',
    ],
    [
      'in a state that is not known',
      instance({ state: 'odd' }),
      false,
      false,
      'it is odd, and can be neither stopped nor started',
    ],
    [
      'of a group',
      instance({ autoScalingGroup: 'web' }),
      false,
      false,
      'Auto Scaling group web would terminate and replace it as soon as it stops',
    ],
    [
      'on instance store',
      instance({ rootDevice: 'instance-store' }),
      true,
      true,
      'its root volume is instance store, and would be lost',
    ],
    [
      'on the Spot market',
      instance({ isSpot: true }),
      false,
      true,
      'it is a Spot instance, which EC2 need not start again',
    ],
    [
      'with disks of its own',
      instance(),
      true,
      false,
      'instances of type m5d.large have instance store, whose data would be lost; allow it with `loseInstanceStore: true`',
    ],
    ['with disks that it may lose', instance(), true, true, undefined],
  ])('%s can be stopped, or says why not', (_, one, hasInstanceStore, mayLose, problem) => {
    expect(stopProblem(one, hasInstanceStore, mayLose)).toBe(problem);
  });
});
