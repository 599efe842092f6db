import { describe, expect, it } from 'vitest';
import { begin } from '../../../../functions/app/executors/code-deploy.ts';
import type { CodeDeployment } from '../../../../functions/core/target/code-deployment.ts';
import { ServiceUnavailable, TargetBusy } from '../../../../functions/ports/errors.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { OPERATION_ID, stepCall } from './step-call.ts';

const GROUP = 'shop/production';
const s3 = (key: string) => JSON.stringify({ s3Location: { bucket: 'releases', key } });
const [ONE, TWO, THREE] = ['shop-1.zip', 'shop-2.zip', 'shop-3.zip'].map(s3) as [string, string, string];
const deployment = (id: string, revision: string, createdAtMs: number, more: object = {}) =>
  ({
    ...{ id, group: GROUP, revision, createdAtMs, status: 'Succeeded', platform: 'Server' },
    ...{ creator: 'user', description: '', completedAtMs: createdAtMs },
    ...more,
  }) as CodeDeployment;
const GOOD = deployment('d-1', ONE, NOON - 900_000, { fileExistsBehavior: 'OVERWRITE' });
const BAD = deployment('d-2', TWO, NOON - 600_000, { fileExistsBehavior: 'RETAIN' });
const BACK = `Selfheal ${OPERATION_ID}/heal-0: back from d-2`;
const FORWARD = `Selfheal ${OPERATION_ID}/rollback-0: forward again to d-2`;
const OURS = deployment('d-3', ONE, NOON - 60_000, { description: BACK });
const AGAIN = deployment('d-4', TWO, NOON - 1_000, { description: FORWARD });
const BY_CODEDEPLOY = deployment('d-5', ONE, NOON - 30_000, {
  creator: 'codeDeployRollback',
  rollsBack: 'd-2',
});
const THEIRS = deployment('d-6', THREE, NOON - 10_000);
const MANUAL = { status: 'Stopped', error: 'MANUAL_STOP: by user' };

/** What the step has on record. */
const recorded = (wasInProgress = false) => ({
  before: `{"createdAtMs":${BAD.createdAtMs},"fileExistsBehavior":"RETAIN","id":"d-2","revision":${JSON.stringify(TWO)},"wasInProgress":${wasInProgress}}`,
  intended: `{"description":"${BACK}","fileExistsBehavior":"OVERWRITE","revision":${JSON.stringify(ONE)}}`,
});
const under = (id: string, more: object = {}) => ({
  reference: { executor: 'resource', id: `codedeploy/${id}` },
  ...more,
});
const STOPPED = { undo: '"stopped"' };
const foreign = {
  outcome: 'FAILED',
  failsAs: 'ChangedBySomeoneElse',
  isFinal: true,
  detail:
    'shop/production: d-6 of s3://releases/shop-3.zip is deployed since d-2: someone else has deployed it, and it is left as it is',
};

/** Begins a step on the group, of which CodeDeploy lists these, newest first, and lists what it asks for. */
async function begun(
  history: readonly CodeDeployment[],
  given: Parameters<typeof stepCall>[0],
  { isStopping = true, targets = { instanceIds: ['i-0123456789abcdef0'] } as object } = {},
) {
  const asked: unknown[] = [];
  const codeDeployments = {
    since: async (_: string, sinceMs: number) => history.filter(({ createdAtMs }) => createdAtMs >= sinceMs),
    withAppSpec: async (_: string, revision: string) => revision,
    create: async (...values: readonly unknown[]) => {
      asked.push(['create', ...values]);
      return 'd-9';
    },
    stop: async (...values: readonly unknown[]) => {
      asked.push(['stop', ...values]);
      return isStopping;
    },
  };
  const clock = { nowMs: () => NOON, sleep: async () => undefined };
  const { call, kept } = stepCall({ component: { codeDeploy: GROUP, targets }, ...given });
  const answer = await begin({ codeDeployments, clock } as never, call).catch((error: Error) => error);
  return { answer, asked, kept };
}

const suspecting = (changeId: string) => ({
  operation: { alert: { change: { source: 'codedeploy', changeId } } },
});

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
});
