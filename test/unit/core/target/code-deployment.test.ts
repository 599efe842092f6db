import { describe, expect, it } from 'vitest';
import type { SuspectedChange } from '../../../../functions/core/diagnosis/cause.ts';
import {
  type CodeDeployment,
  wayBack as wayBackOf,
} from '../../../../functions/core/target/code-deployment.ts';
import { deploymentDescription } from '../../../../functions/core/target/deployment-course.ts';

const at = (key: string) => JSON.stringify({ revisionType: 'S3', s3Location: { bucket: 'releases', key } });

/** Deployments by their ids and revisions, oldest first, as `wayBack` is given them. */
function history(...deployments: readonly (Partial<CodeDeployment> & { readonly id: string })[]) {
  return deployments
    .map(
      (one, index): CodeDeployment => ({
        ...{ group: 'shop/production', status: 'Succeeded', platform: 'Server', creator: 'user' },
        ...{ description: '', createdAtMs: index * 1_000, revision: at(one.id) },
        ...one,
      }),
    )
    .toReversed();
}

const suspect = (changeId: string, isInProgress = false): SuspectedChange => ({
  ...{ changeId, isInProgress, source: 'codedeploy', kind: 'deployment', summary: '', startedAtMs: 0 },
});

const wayBack = (deployed: readonly CodeDeployment[], change: SuspectedChange | undefined) =>
  wayBackOf(deployed, change, 'host');

const ids = (found: ReturnType<typeof wayBack>) =>
  found && 'good' in found ? [found.from.id, found.good.id] : found;

describe('a rollback of a deployment group', () => {
  it('goes to the last revision before that was deployed successfully', () => {
    const deployed = history({ id: 'd-1' }, { id: 'd-2', status: 'Failed' }, { id: 'd-3' });
    expect(ids(wayBack(deployed, undefined))).toEqual(['d-3', 'd-1']);
    expect(ids(wayBack(deployed, suspect('d-3')))).toEqual(['d-3', 'd-1']);
  });

  it('passes over deployments of the revision that is there already', () => {
    const deployed = history(
      { id: 'd-1' },
      { id: 'd-2', revision: at('bad') },
      { id: 'd-3', revision: at('bad') },
    );
    expect(ids(wayBack(deployed, undefined))).toEqual(['d-3', 'd-1']);
  });

  it('passes over what CodeDeploy or Selfheal has gone back from', () => {
    const description = deploymentDescription('op', 'heal-0', { backFrom: 'd-4' });
    const deployed = history(
      { id: 'd-1', revision: at('good') },
      { id: 'd-2' },
      { id: 'd-3', revision: at('good'), creator: 'codeDeployRollback', rollsBack: 'd-2' },
      { id: 'd-4' },
      { id: 'd-5', revision: at('good'), description },
      { id: 'd-6', revision: at('new') },
    );
    expect(ids(wayBack(deployed, undefined))).toEqual(['d-6', 'd-5']);
    const again = history(...deployed.toReversed(), { id: 'd-7', revision: at('good') });
    expect(
      wayBack(
        again.filter(({ id }) => id !== 'd-6'),
        undefined,
      ),
    ).toBeUndefined();
  });

  it('has nowhere to go where no other revision was deployed, or none at all', () => {
    expect(wayBack([], undefined)).toBeUndefined();
    expect(wayBack(history({ id: 'd-1' }), undefined)).toBeUndefined();
    expect(wayBack(history({ id: 'd-1', status: 'Failed' }, { id: 'd-2' }), undefined)).toBeUndefined();
  });

  it.each([
    ['CodeDeploy', { creator: 'codeDeployRollback', rollsBack: 'd-2' }],
    ['Selfheal', { description: deploymentDescription('op', 'heal-0', { backFrom: 'd-2' }) }],
  ])('ends where %s has gone back already', (_, more) => {
    const back = (status: string, change: SuspectedChange | null = suspect('d-2')) =>
      wayBack(
        history({ id: 'd-1' }, { id: 'd-2' }, { id: 'd-3', revision: at('d-1'), status, ...more }),
        change ?? undefined,
      );
    expect(back('Succeeded')).toEqual({
      problem: 'd-3 of s3://releases/d-1 has gone back from d-2 already',
    });
    expect(back('InProgress')).toEqual({
      problem: 'd-3 of s3://releases/d-1 is going back from d-2 already',
    });
    // A rollback that failed is tried again.
    expect(ids(back('Failed'))).toEqual(['d-3', 'd-1']);
    expect(ids(back('Failed', null))).toEqual(['d-3', 'd-1']);
  });

  it('goes back again from a deployment that an undo has brought back', () => {
    const deployed = history(
      { id: 'd-1' },
      { id: 'd-2' },
      {
        id: 'd-3',
        revision: at('d-1'),
        description: deploymentDescription('op', 'heal-0', { backFrom: 'd-2' }),
      },
      {
        id: 'd-4',
        revision: at('d-2'),
        description: deploymentDescription('op', 'rollback-0', { forwardTo: 'd-2' }),
      },
    );
    for (const change of [undefined, suspect('d-2'), suspect('d-4')])
      expect(ids(wayBack(deployed, change))).toEqual(['d-4', 'd-3']);
    // Its rollback did not help: it is good enough to go back to.
    const later = history(...deployed.toReversed(), { id: 'd-5' });
    expect(ids(wayBack(later, undefined))).toEqual(['d-5', 'd-4']);
  });

  it('goes back again where CodeDeploy has brought the bad revision back from a rollback', () => {
    const deployed = history(
      { id: 'd-1' },
      { id: 'd-2' },
      {
        id: 'd-3',
        revision: at('d-1'),
        description: deploymentDescription('op', 'heal-0', { backFrom: 'd-2' }),
      },
      { id: 'd-4', revision: at('d-2'), creator: 'codeDeployRollback', rollsBack: 'd-3' },
    );
    for (const change of [undefined, suspect('d-2'), suspect('d-4')])
      expect(ids(wayBack(deployed, change))).toEqual(['d-4', 'd-3']);
  });

  it('passes over every deployment of a revision that was rolled back', () => {
    const deployed = history(
      { id: 'd-1' },
      { id: 'd-2', revision: at('bad') },
      { id: 'd-3', revision: at('bad') },
      { id: 'd-4', revision: at('d-1'), creator: 'codeDeployRollback', rollsBack: 'd-3' },
      { id: 'd-5' },
    );
    expect(
      ids(
        wayBack(
          deployed.filter(({ id }) => id !== 'd-1'),
          undefined,
        ),
      ),
    ).toEqual(['d-5', 'd-4']);
    const failed = deployed.map((one) => (one.id === 'd-4' ? { ...one, status: 'Failed' } : one));
    expect(ids(wayBack(failed, undefined))).toEqual(['d-5', 'd-1']);
  });

  it('looks further back where an earlier rollback undid a deployment that is not listed', () => {
    const deployed = history({ id: 'd-2' }, { id: 'd-3', rollsBack: 'd-1' }, { id: 'd-4' });
    expect(wayBack(deployed, undefined)).toBeUndefined();
  });

  it('begins at a deployment in progress only if that is the suspect', () => {
    const deployed = history({ id: 'd-1' }, { id: 'd-2', status: 'InProgress' });
    expect(ids(wayBack(deployed, suspect('d-2', true)))).toEqual(['d-2', 'd-1']);
    for (const other of [undefined, suspect('d-1'), { ...suspect('d-2'), source: 'pipeline' } as const])
      expect(wayBack(deployed, other)).toMatchObject({ isTheirs: true });
    const unknown = history({ id: 'd-1' }, { id: 'd-2', status: 'Pondering' });
    expect(wayBack(unknown, undefined)).toEqual({
      problem: 'd-2 of s3://releases/d-2 is in progress, and is not the change to be rolled back',
      isTheirs: true,
    });
  });

  it('does not begin where someone has deployed since the suspect', () => {
    const deployed = history({ id: 'd-1' }, { id: 'd-2' }, { id: 'd-3' });
    expect(wayBack(deployed, suspect('d-2'))).toEqual({
      problem: 'its last deployment is d-3 of s3://releases/d-3, and not d-2, which is suspected',
      isTheirs: true,
    });
  });

  it('does not take a deployment to an instance before the last one for the suspect', () => {
    const deployed = history(
      { id: 'd-1' },
      { id: 'd-2', revision: at('d-1'), creator: 'autoscaling' },
      { id: 'd-3' },
    );
    expect(wayBack(deployed, suspect('d-2'))).toMatchObject({ isTheirs: true });
    const [last, ...older] = history({ id: 'd-1' }, { id: 'd-2' });
    const same = { id: 'd-3', creator: 'autoscaling', createdAtMs: last?.createdAtMs ?? 0 };
    const [instance] = history(same);
    expect(instance && last && ids(wayBack([instance, last, ...older], suspect('d-3')))).toEqual([
      'd-2',
      'd-1',
    ]);
  });

  it('does not take another deployment for the suspect because an instance was deployed to since', () => {
    const instance = { id: 'd-3', revision: at('d-2'), creator: 'autoscaling' };
    const deployed = history({ id: 'd-1' }, { id: 'd-2' }, instance);
    for (const changeId of ['d-1', 'd-9'])
      expect(wayBack(deployed, suspect(changeId))).toEqual({
        problem: `its last deployment is d-2 of s3://releases/d-2, and not ${changeId}, which is suspected`,
        isTheirs: true,
      });
    const atOnce = history({ id: 'd-1' }, { id: 'd-2', createdAtMs: 2_000 }, { id: 'd-3' });
    expect(wayBack(atOnce, suspect('d-2'))).toMatchObject({ isTheirs: true });
  });

  it('passes over a deployment to a new instance, though it may be the suspect', () => {
    const deployed = history(
      { id: 'd-1' },
      { id: 'd-2' },
      { id: 'd-3', revision: at('d-2'), creator: 'autoscaling', status: 'InProgress' },
    );
    expect(ids(wayBack(deployed, suspect('d-3')))).toEqual(['d-2', 'd-1']);
  });

  it('refuses to undo a blue/green deployment', () => {
    const deployed = history({ id: 'd-1' }, { id: 'd-2', isBlueGreen: true });
    expect(wayBack(deployed, undefined)).toEqual({
      problem:
        'd-2 of s3://releases/d-2 is a blue/green deployment, which replaces instances: have CodeDeploy go back itself',
    });
  });

  it.each([
    ['host', 'ECS', 'hosts'],
    ['lambda_alias', 'Server', 'an alias'],
    ['ecs_service', 'Lambda', 'a service'],
    ['db_instance', 'Server', 'anything of this kind'],
  ] as const)(
    'is of what the group deploys to: not to %s where that is of the platform %s',
    (kind, platform, what) => {
      const deployed = history({ id: 'd-1', platform }, { id: 'd-2', platform });
      expect(wayBackOf(deployed, undefined, kind)).toEqual({
        problem: `d-2 of s3://releases/d-2 is a deployment of the platform ${platform}, and not to ${what}`,
      });
    },
  );

  it('deploys the last good AppSpec of a service again, though each such deployment is blue/green', () => {
    const ecs = { platform: 'ECS', isBlueGreen: true };
    const deployed = history({ id: 'd-1', ...ecs }, { id: 'd-2', ...ecs });
    expect(ids(wayBackOf(deployed, undefined, 'ecs_service'))).toEqual(['d-2', 'd-1']);
  });

  it('turns the last deployment of an alias round, which needs no earlier one', () => {
    const lambda = { platform: 'Lambda', isBlueGreen: true };
    const of = (status: string) =>
      wayBackOf(history({ id: 'd-1', status, ...lambda }), undefined, 'lambda_alias');
    expect(of('Succeeded')).toMatchObject({
      ...{ from: { id: 'd-1' }, good: { id: 'd-1' } },
      isTurnedRound: true,
    });
    // It may have left the alias between two versions.
    for (const status of ['Stopped', 'Failed'])
      expect(of(status)).toEqual({
        problem: `d-1 of s3://releases/d-1: ${status}, so that the alias may still share its requests between two versions, and CodeDeploy deploys nothing to it: use \`rollback_deployment\` without \`by\``,
      });
  });
});
