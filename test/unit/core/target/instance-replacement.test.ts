import { describe, expect, it } from 'vitest';
import {
  groupProblem,
  isMember,
  memberProblem,
  replacementProgress,
  sizeProblem,
} from '../../../../functions/core/target/instance-replacement.ts';
import type { GroupInstance, ScalingGroup } from '../../../../functions/core/target/scaling-group.ts';

const instance = (id: string, fields: Partial<GroupInstance> = {}): GroupInstance => ({
  ...{ id, lifecycle: 'InService', isHealthy: true, isProtectedFromScaleIn: false, weight: 1 },
  ...fields,
});
const group = (desired: number, instances: readonly GroupInstance[]): ScalingGroup => ({
  ...{ desired, minimum: 0, maximum: 20, instances },
  ...{ suspended: [], targetGroups: [], isBeingDeleted: false },
});
const ready = () => undefined;

describe('the size of a group', () => {
  it('counts instances by their weights', () => {
    const weighted = [instance('i-a', { weight: 4 }), instance('i-b', { weight: 2 })];
    expect(sizeProblem(group(6, weighted))).toBeUndefined();
    expect(sizeProblem(group(7, weighted))).toContain('6 of 7');
  });

  it('does not count instances that are terminated or launched', () => {
    const some = [instance('i-a'), instance('i-b', { lifecycle: 'Pending:Wait' })];
    expect(sizeProblem(group(2, [...some, instance('i-c', { lifecycle: 'Terminating' })]))).toContain(
      '1 of 2',
    );
  });
});

describe('a group', () => {
  const ARN = 'arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/web/0a1b';
  const resume = (names: string) =>
    `someone has suspended ${names} of the group: resume it before instances are replaced`;

  it.each(['Launch', 'Terminate', 'ReplaceUnhealthy'])('replaces nothing while %s is suspended', (name) => {
    expect(groupProblem({ ...group(2, []), suspended: ['AZRebalance', name] }, undefined)).toBe(resume(name));
  });

  it('names all that is suspended', () => {
    const suspended = ['Terminate', 'Launch'];
    expect(groupProblem({ ...group(2, []), suspended }, undefined)).toBe(resume('Launch, Terminate'));
  });

  it('has to register new instances only where they are in a target group', () => {
    const suspended = { ...group(2, []), suspended: ['AddToLoadBalancer'], targetGroups: [ARN] };
    expect(groupProblem(suspended, undefined)).toBeUndefined();
    expect(groupProblem(suspended, ARN)).toBe(resume('AddToLoadBalancer'));
    expect(groupProblem(group(2, []), ARN)).toBe(
      `the group does not register its instances in ${ARN}: attach the target group to it`,
    );
    expect(groupProblem({ ...group(2, []), targetGroups: [ARN] }, ARN)).toBeUndefined();
  });

  it('replaces nothing while it is being deleted', () => {
    expect(groupProblem({ ...group(2, []), isBeingDeleted: true }, undefined)).toBe(
      'the group is being deleted',
    );
  });
});

describe('a replacement', () => {
  const known = ['i-a', 'i-b'];
  const leaving = instance('i-a', { lifecycle: 'Terminating:Wait' });

  it.each<[string, GroupInstance, (id: string) => string | undefined]>([
    ['i-c is Pending', instance('i-c', { lifecycle: 'Pending' }), ready],
    ['i-c is unhealthy to Auto Scaling', instance('i-c', { isHealthy: false }), ready],
    ['i-c is initial on 80', instance('i-c'), (id) => `${id} is initial on 80`],
  ])('goes on while %s', (why, fresh, unready) => {
    const present = group(2, [leaving, instance('i-b'), fresh]);
    expect(replacementProgress(['i-a'], known, present, unready)).toEqual({
      isDone: false,
      successors: [],
      detail: `i-a: terminated; 1 of 2 instances can serve; ${why}`,
    });
  });

  it('ends although the old instance still ends its connections', () => {
    const present = group(2, [leaving, instance('i-b'), instance('i-c')]);
    expect(replacementProgress(['i-a'], known, present, ready)).toMatchObject({
      isDone: true,
      successors: ['i-c'],
    });
  });

  it('needs only one large instance in place of two small ones', () => {
    const present = group(4, [instance('i-c', { weight: 4 })]);
    expect(replacementProgress(['i-a', 'i-b'], known, present, ready)).toMatchObject({
      isDone: true,
      successors: ['i-c'],
    });
  });

  it('has not begun while the old instance is in service', () => {
    const present = group(1, [instance('i-a'), instance('i-c')]);
    expect(replacementProgress(['i-a'], known, present, ready)).toEqual({
      isDone: false,
      successors: [],
      detail: 'i-a: still in service',
    });
  });
});

describe('an instance of a group', () => {
  const some = group(3, [
    instance('i-a'),
    instance('i-b', { lifecycle: 'Standby' }),
    instance('i-c', { isProtectedFromScaleIn: true }),
  ]);

  it.each([
    ['i-a', undefined],
    ['i-b', 'i-b is Standby, and not in service'],
    ['i-c', 'i-c is protected from scale-in: remove the protection before it is replaced'],
    ['i-d', 'i-d does not belong to the group'],
  ])('may be terminated unless something speaks against it: %s, %s', (id, problem) => {
    expect(memberProblem(some, id)).toBe(problem);
  });

  it('is a member while it is in service', () => {
    expect(['i-a', 'i-b', 'i-c', 'i-d'].filter((id) => isMember(some, id))).toEqual(['i-a', 'i-c']);
  });
});

describe('what a replacement says of several instances', () => {
  const ids = ['i-a', 'i-b'];
  const detail = (desired: number, ...instances: readonly GroupInstance[]) =>
    replacementProgress(ids, [...ids, 'i-c'], group(desired, instances), ready).detail;

  it('names those that are still in service, and those that have taken their place', () => {
    expect(detail(3, instance('i-a'), instance('i-b'))).toBe('i-a, i-b: still in service');
    expect(detail(3, instance('i-e'), instance('i-d'), instance('i-c'))).toBe(
      'i-a, i-b: replaced by i-d, i-e',
    );
  });

  it('says what is missing, or that the group is smaller now', () => {
    const launched = (id: string) => instance(id, { lifecycle: 'Pending' });
    expect(detail(3, instance('i-c'))).toBe(
      'i-a, i-b: terminated; 1 of 3 instances can serve; no new instance yet',
    );
    expect(detail(3, instance('i-c'), launched('i-d'), launched('i-e'))).toBe(
      'i-a, i-b: terminated; 1 of 3 instances can serve; i-d is Pending, i-e is Pending',
    );
    expect(detail(4, instance('i-c'), instance('i-d'), launched('i-e'))).toBe(
      'i-a, i-b: terminated; 2 of 4 instances can serve; i-e is Pending',
    );
    expect(detail(1, instance('i-c'))).toBe(
      'i-a, i-b: terminated; the group wants 1 instances, and has them',
    );
  });
});
