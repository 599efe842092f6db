import { describe, expect, it } from 'vitest';
import { coursesOf, deploymentDescription } from '../../../../functions/core/target/deployment-course.ts';

type Delivered = Parameters<typeof coursesOf>[0][number];
type Listed = readonly [id: string, revision: string, more?: Partial<Delivered>];

/** Deployments by their ids and revisions, oldest first, as `coursesOf` is given them. */
const history = (...deployments: readonly Listed[]) =>
  deployments
    .map(([id, revision, more]): Delivered => ({ id, revision, description: '', ...more }))
    .toReversed();
const courses = (...deployments: readonly Listed[]) => {
  const found = coursesOf(history(...deployments));
  return found && { of: found.of, rolledBack: [...found.rolledBack] };
};

const back = (id: string) => ({
  description: deploymentDescription('op', 'heal-0', { backFrom: id }),
});
const forward = (id: string) => ({
  description: deploymentDescription('op', 'rollback-0', { forwardTo: id }),
});

describe('the deployments of Selfheal', () => {
  it('say in their descriptions what they are for', () => {
    expect([back('d-1').description, forward('d-1').description]).toEqual([
      'Selfheal op/heal-0: back from d-1',
      'Selfheal op/rollback-0: forward again to d-1',
    ]);
  });

  it.each([
    'Selfheal op/heal-0: back from d-2, as agreed',
    'As Selfheal op/heal-0: back from d-2',
    'Selfheal op heal-0: back from d-2',
  ])('are not those that people describe otherwise: %s', (description) => {
    const found = courses(['d-1', 'a'], ['d-2', 'b'], ['d-3', 'a', { description }]);
    expect(found?.of('d-3')).toEqual({});
    expect(found?.rolledBack).toEqual([]);
  });
});

describe('the course of deployments', () => {
  it('leads nowhere in particular for one that was made for its own sake', () => {
    const found = courses(['d-1', 'a'], ['d-2', 'b']);
    expect([found?.of('d-2'), found?.of('d-9'), found?.rolledBack]).toEqual([{}, {}, []]);
  });

  it('goes back with the rollbacks of CodeDeploy and of Selfheal', () => {
    for (const more of [{ rollsBack: 'd-2' }, back('d-2')]) {
      const found = courses(['d-1', 'a'], ['d-2', 'b'], ['d-3', 'a', more]);
      expect(found?.of('d-3')).toEqual({ backFrom: 'd-2' });
      expect(found?.rolledBack).toEqual(['b']);
    }
  });

  it('brings again what it had gone back from, with an undo or a rollback of the rollback', () => {
    for (const more of [{ rollsBack: 'd-3' }, forward('d-2')]) {
      const found = courses(['d-1', 'a'], ['d-2', 'b'], ['d-3', 'a', back('d-2')], ['d-4', 'b', more]);
      expect(found?.of('d-4')).toEqual({ again: 'd-2' });
      expect(found?.rolledBack).toEqual([]);
    }
  });

  it('goes back from a rollback to another revision than the one that was bad', () => {
    const found = courses(
      ['d-1', 'a'],
      ['d-2', 'b'],
      ['d-3', 'a', back('d-2')],
      ['d-4', 'c', { rollsBack: 'd-3' }],
    );
    expect(found?.of('d-4')).toEqual({ backFrom: 'd-3' });
    expect(found?.rolledBack).toEqual(['b', 'a']);
  });

  it('goes back from the original, after one that brought it again', () => {
    const found = courses(
      ['d-1', 'a'],
      ['d-2', 'b'],
      ['d-3', 'a', back('d-2')],
      ['d-4', 'b', forward('d-2')],
      ['d-5', 'a', back('d-4')],
    );
    expect(found?.of('d-5')).toEqual({ backFrom: 'd-2' });
    expect(found?.rolledBack).toEqual(['b']);
  });

  it('rolls no revision back where the same one was deployed again', () => {
    const found = courses(['d-1', 'a'], ['d-2', 'a'], ['d-3', 'a', { rollsBack: 'd-2' }]);
    expect(found?.rolledBack).toEqual([]);
  });

  it('is unknown where a deployment that is gone back from is not listed', () => {
    expect(courses(['d-2', 'a', { rollsBack: 'd-1' }])).toBeUndefined();
  });
});
