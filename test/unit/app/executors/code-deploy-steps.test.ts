import { describe, expect, it } from 'vitest';
import type { CodeDeployment } from '../../../../functions/core/target/code-deployment.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import {
  BACK,
  BAD,
  BY_CODEDEPLOY,
  begun,
  foreign,
  GOOD,
  GROUP,
  MANUAL,
  ONE,
  OURS,
  recorded,
  STOPPED,
  suspecting,
  THEIRS,
  under,
} from './code-deploy-call.ts';

describe('a rollback by CodeDeploy', () => {
  const created = ['create', GROUP, { revision: ONE, description: BACK, fileExistsBehavior: 'OVERWRITE' }];

  it.each([
    ['hosts', { instanceIds: ['i-0123456789abcdef0'] }, 'Server'],
    ['a service of ECS', { ecsService: 'prod/orders' }, 'ECS'],
  ])('has on record what it goes back from, on %s', async (_, targets, platform) => {
    const history = [BAD, GOOD].map((one) => ({ ...one, platform }));
    const { answer, asked, kept } = await begun(history, {}, { targets });
    expect(answer).toStrictEqual(under('d-9'));
    expect(asked).toEqual([created]);
    expect(kept).toEqual([recorded()]);
  });

  it('says why there is nothing to go back to, and why something is left alone', async () => {
    expect(await begun([BAD], {})).toStrictEqual({
      answer: {
        outcome: 'FAILED',
        detail: 'shop/production: no earlier revision was deployed successfully within 500 days',
      },
      ...{ asked: [], kept: [] },
    });
    expect((await begun([BAD, GOOD], suspecting('d-0'))).answer).toStrictEqual({
      ...{ outcome: 'FAILED', failsAs: 'ChangedBySomeoneElse', isFinal: true },
      detail:
        'shop/production: its last deployment is d-2 of s3://releases/shop-2.zip, and not d-0, which is suspected: it is left as it is',
    });
  });

  it('stops the suspect while it is in progress, and has CodeDeploy go back', async () => {
    const running = { ...BAD, status: 'InProgress' };
    const { answer, asked, kept } = await begun([running, GOOD], suspecting('d-2'));
    expect(answer).toStrictEqual(under('d-2/stopped', STOPPED));
    expect(asked).toEqual([['stop', 'd-2', true]]);
    expect(kept).toEqual([recorded(true)]);
    const late = await begun([running, GOOD], suspecting('d-2'), { isStopping: false });
    expect(late.answer).toBeInstanceOf(ServiceUnavailable);
    expect(late.answer).toMatchObject({
      message: 'd-2 of s3://releases/shop-2.zip ended before it could be stopped: it is read again',
    });
  });

  const stoppedNow = { ...BAD, ...MANUAL, completedAtMs: NOON - 300_000 };
  const stoppedLongAgo = { ...BAD, ...MANUAL, completedAtMs: NOON - 300_001 };
  it.each<[string, readonly CodeDeployment[], boolean, object]>([
    ['its own deployment', [OURS, BAD], false, under('d-3')],
    ['its own deployment after a stop', [OURS, stoppedLongAgo], true, under('d-3', STOPPED)],
    ['its own deployment, where CodeDeploy no longer lists what was stopped', [OURS], true, under('d-3')],
    [
      'its own deployment, though someone had stopped a later try',
      [OURS, stoppedLongAgo],
      false,
      under('d-3'),
    ],
    [
      'CodeDeploy’s rollback from what it has stopped',
      [BY_CODEDEPLOY, stoppedNow],
      true,
      under('d-5', STOPPED),
    ],
    [
      'CodeDeploy’s rollback from what an alarm has stopped',
      [BY_CODEDEPLOY, { ...stoppedNow, error: 'ALARM_ACTIVE: web' }],
      true,
      under('d-5'),
    ],
    [
      'the rollback that CodeDeploy has named, and does not list yet',
      [{ ...stoppedNow, rolledBackBy: 'd-5' }],
      true,
      under('d-5', STOPPED),
    ],
    ['what was stopped minutes ago at most', [stoppedNow], true, under('d-2/stopped', STOPPED)],
    [
      'what an alarm stopped minutes ago at most',
      [{ ...stoppedNow, error: 'ALARM_ACTIVE: web' }],
      true,
      under('d-2/stopped'),
    ],
    ['nothing where someone else has deployed', [THEIRS, BAD], false, foreign],
    ['nothing where someone else has deployed after its own', [THEIRS, OURS, BAD], false, foreign],
  ])('follows, when it is repeated, %s', async (_, history, wasInProgress, answer) => {
    const found = await begun(history, { changes: { earlier: recorded(wasInProgress) } });
    expect(found).toStrictEqual({ answer, asked: [], kept: [] });
  });

  it.each<[string, CodeDeployment, boolean]>([
    ['was stopped by someone else', stoppedNow, false],
    ['has failed', { ...BAD, status: 'Failed', completedAtMs: NOON }, true],
    ['has stayed stopped for minutes', stoppedLongAgo, true],
  ])(
    'deploys the revision before when it is repeated, and the deployment %s',
    async (_, last, wasInProgress) => {
      const { answer, asked } = await begun([last], { changes: { earlier: recorded(wasInProgress) } });
      expect(answer).toStrictEqual(under('d-9'));
      expect(asked).toEqual([created]);
    },
  );

  it('waits where CodeDeploy no longer lists what is on record', async () => {
    const { answer } = await begun([], { changes: { earlier: recorded() } });
    expect(answer).toBeInstanceOf(ServiceUnavailable);
    expect(answer).toMatchObject({
      message: 'CodeDeploy does not list the deployment d-2 to shop/production',
    });
  });
});
