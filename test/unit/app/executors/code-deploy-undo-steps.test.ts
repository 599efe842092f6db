import { describe, expect, it } from 'vitest';
import type { CodeDeployment } from '../../../../functions/core/target/code-deployment.ts';
import { TargetBusy } from '../../../../functions/ports/errors.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import {
  AGAIN,
  BAD,
  BY_CODEDEPLOY,
  begun,
  deployment,
  FORWARD,
  foreign,
  GROUP,
  MANUAL,
  OURS,
  recorded,
  THEIRS,
  TWO,
  under,
} from './code-deploy-call.ts';

describe('the undo of a rollback by CodeDeploy', () => {
  const undo = (wasInProgress = false, kept?: string) => ({
    ...{ stepId: 'rollback-0' as const, params: { phase: 'undo' } },
    changes: { undone: recorded(wasInProgress) },
    ...(kept !== undefined && { undo: kept }),
  });
  const succeeded = (detail: string) => ({ outcome: 'SUCCEEDED', detail });
  const stopped = { ...BAD, ...MANUAL, completedAtMs: NOON - 300_001 };
  const running = { status: 'InProgress' };

  it('deploys what was gone back from, as it was deployed', async () => {
    const { answer, asked } = await begun([OURS, BAD], undo());
    expect(answer).toStrictEqual(under('d-9'));
    expect(asked).toEqual([
      ['create', GROUP, { revision: TWO, description: FORWARD, fileExistsBehavior: 'RETAIN' }],
    ]);
  });

  it('deploys it also where CodeDeploy went back since Selfheal had stopped it', async () => {
    expect((await begun([BY_CODEDEPLOY, stopped], undo(true, '"stopped"'))).answer).toStrictEqual(
      under('d-9'),
    );
  });

  const bringsBack = deployment('d-7', TWO, NOON);
  it.each<[string, readonly CodeDeployment[], Parameters<typeof undo>, object]>([
    ['its own deployment', [AGAIN, OURS, BAD], [], under('d-4')],
    ['a deployment that brings the revision', [{ ...bringsBack, ...running }, OURS, BAD], [], under('d-7')],
    [
      'what has brought the revision',
      [bringsBack, OURS, BAD],
      [],
      succeeded('d-7 of s3://releases/shop-2.zip is there again'),
    ],
    [
      'nothing where CodeDeploy went back by itself',
      [BY_CODEDEPLOY, stopped],
      [true],
      succeeded('d-5 of s3://releases/shop-1.zip is CodeDeploy’s own rollback from d-2: it is left as it is'),
    ],
    ['nothing where someone else has deployed', [THEIRS, OURS, BAD], [], foreign],
    ['nothing where someone else has deployed, and nothing of ours is listed', [THEIRS, BAD], [], foreign],
    [
      'nothing where someone else has deployed since CodeDeploy went back',
      [THEIRS, BY_CODEDEPLOY, stopped],
      [true, '"stopped"'],
      foreign,
    ],
    ['nothing where hosts went back from its own', [{ ...THEIRS, rollsBack: 'd-3' }, OURS, BAD], [], foreign],
    [
      'nothing where the revision was brought in vain',
      [{ ...bringsBack, status: 'Failed' }, OURS, BAD],
      [],
      {
        ...foreign,
        detail: foreign.detail.replace('d-6 of s3://releases/shop-3.zip', 'd-7 of s3://releases/shop-2.zip'),
      },
    ],
    [
      'nothing where nothing was begun',
      [BAD],
      [],
      succeeded('d-2 of s3://releases/shop-2.zip is still the last deployment'),
    ],
    [
      'nothing where the suspect has succeeded',
      [BAD],
      [true],
      succeeded('d-2 of s3://releases/shop-2.zip is still the last deployment'),
    ],
    [
      'nothing where someone stopped what was complete',
      [stopped],
      [false],
      succeeded('d-2 of s3://releases/shop-2.zip is still the last deployment'),
    ],
    [
      'nothing where CodeDeploy stays',
      [stopped],
      [true],
      {
        outcome: 'FAILED',
        detail:
          'd-2 of s3://releases/shop-2.zip: Stopped, and CodeDeploy has not gone back from it: it does not say why; it is left as it is',
      },
    ],
    [
      'nothing where CodeDeploy stays, and says why',
      [{ ...stopped, rollbackMessage: 'none is good' }],
      [true],
      {
        outcome: 'FAILED',
        detail:
          'd-2 of s3://releases/shop-2.zip: Stopped, and CodeDeploy has not gone back from it: none is good; it is left as it is',
      },
    ],
  ])('follows %s', async (_, history, given, answer) => {
    expect(await begun(history, undo(...given))).toStrictEqual({ answer, asked: [], kept: [] });
  });

  it.each<[string, CodeDeployment]>([
    ['is in progress', { ...BAD, ...running }],
    ['has just been stopped', { ...stopped, completedAtMs: NOON }],
    ['is being gone back from', { ...BAD, status: 'Failed', rolledBackBy: 'd-5' }],
  ])('waits while the suspect %s', async (_, last) => {
    const { answer, asked } = await begun([last], undo(true));
    expect(answer).toBeInstanceOf(TargetBusy);
    expect(answer).toMatchObject({
      message: 'd-2 of s3://releases/shop-2.zip may be about to be rolled back: nothing is deployed before',
    });
    expect(asked).toEqual([]);
  });

  it('stops its rollback first, after which CodeDeploy is not to go back on hosts', async () => {
    const { answer, asked } = await begun([{ ...OURS, ...running }, BAD], undo());
    expect(answer).toMatchObject({
      name: 'TargetBusy',
      message: 'd-3 of s3://releases/shop-1.zip is being stopped, to deploy d-2 again',
    });
    expect(asked).toEqual([['stop', 'd-3', false]]);
  });

  describe('on an alias', () => {
    const onAlias = { targets: { lambdaAlias: 'orders:live' } };
    const byItself = { ...THEIRS, rollsBack: 'd-3' };

    it('follows CodeDeploy where that goes back from its own', async () => {
      const { answer, asked } = await begun([byItself, OURS, BAD], undo(), onAlias);
      expect(answer).toStrictEqual(under('d-6'));
      expect(asked).toEqual([]);
    });

    it('leaves what someone else has deployed', async () => {
      for (const history of [
        [THEIRS, OURS, BAD],
        [THEIRS, BAD],
      ])
        expect((await begun(history, undo(), onAlias)).answer).toStrictEqual(foreign);
    });

    it('waits while CodeDeploy is about to go back from its own, which was stopped', async () => {
      const justNow = { ...OURS, ...MANUAL, completedAtMs: NOON - 300_000 };
      const { answer, asked } = await begun([justNow, BAD], undo(), onAlias);
      expect(answer).toMatchObject({
        name: 'TargetBusy',
        message: 'CodeDeploy is about to go back from d-3 of s3://releases/shop-1.zip',
      });
      expect(asked).toEqual([]);
    });
  });
});
