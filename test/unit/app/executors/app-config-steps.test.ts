import { describe, expect, it } from 'vitest';
import { begin } from '../../../../functions/app/executors/app-config.ts';
import { RequestRefused, ServiceUnavailable, TargetBusy } from '../../../../functions/ports/errors.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { OPERATION_ID, stepCall } from './step-call.ts';

const [ENVIRONMENT, PROFILE] = ['abc1234/def5678', 'flags01'];
const PLACE = { application: 'abc1234', environment: 'def5678', profile: PROFILE };
const HOUR_MS = 3_600_000;
const deployment = (number: number, version: string, more: object = {}) => ({
  ...{ number, version, profile: PROFILE, state: 'COMPLETE', completedAtMs: NOON - 100 * HOUR_MS },
  ...{ description: '', strategy: 'linear', kmsKey: 'key-1' },
  ...more,
});
const ROLLBACK = `Selfheal ${OPERATION_ID}/heal-0`;
const FORWARD = `Selfheal ${OPERATION_ID}/rollback-0: forward again to 3`;
const FROM = '{"kmsKey":"key-1","newest":3,"number":3,"strategy":"linear","version":"2"}';
const DEPLOYED = { before: FROM, intended: `{"description":"${ROLLBACK}","version":"1"}` };
const WITHDRAWN = { before: FROM, intended: `{"description":"${ROLLBACK}"}` };
const referenceTo = (id: string) => ({
  reference: { executor: 'resource', id: `appconfig/${ENVIRONMENT}/${id}` },
});
const theirs = (detail: string) => ({
  ...{ outcome: 'FAILED', detail, failsAs: 'ChangedBySomeoneElse', isFinal: true },
});
const OLD = deployment(1, '1');
const LAST = deployment(3, '2');
/** To another profile of the same environment. */
const OTHER = deployment(5, '8', { profile: 'other01' });
const NOT_LISTED = `AppConfig does not list the deployment 3 of ${ENVIRONMENT}/${PROFILE}`;

/** Begins a step on an environment, and lists what it asks AppConfig for. */
async function begun(deployments: readonly object[], given: Parameters<typeof stepCall>[0], refusal?: Error) {
  const asked: unknown[] = [];
  const configDeployments = {
    list: async () => deployments,
    read: async (_: unknown, number: number) =>
      deployments.find((one) => 'number' in one && one.number === number),
    start: async (...values: readonly unknown[]) => {
      asked.push(['start', ...values]);
      return 6;
    },
    withdraw: async (_: unknown, number: number) => {
      asked.push(['withdraw', number]);
      if (refusal) throw refusal;
    },
  };
  const clock = { nowMs: () => NOON, sleep: async () => undefined };
  const { call, kept } = stepCall({ component: { appConfig: `${ENVIRONMENT}/${PROFILE}` }, ...given });
  const answer = await begin({ configDeployments, clock } as never, call).catch((error: Error) => error);
  return { answer, asked, kept };
}

describe('a rollback by AppConfig', () => {
  it.each(['key-1', undefined])(
    'deploys the version before with the strategy and the key of the present one: %s',
    async (kmsKey) => {
      const { answer, asked, kept } = await begun([OLD, { ...LAST, kmsKey }, OTHER], {});
      expect(answer).toStrictEqual(referenceTo('6'));
      expect(asked).toEqual([
        [
          'start',
          PLACE,
          { version: '1', description: ROLLBACK, strategy: 'linear', kmsKey, latestNumber: 5 },
        ],
      ]);
      const before = kmsKey ? FROM : FROM.replace('"kmsKey":"key-1",', '');
      expect(kept).toEqual([{ ...DEPLOYED, before }]);
    },
  );

  it('withdraws what is not complete for three days, and keeps that it has', async () => {
    const recent = deployment(3, '2', { completedAtMs: NOON - HOUR_MS });
    const { answer, asked, kept } = await begun([OLD, recent], {});
    expect(answer).toStrictEqual({ ...referenceTo('3/withdrawn'), undo: '"withdrawn"' });
    expect(asked).toEqual([['withdraw', 3]]);
    expect(kept).toEqual([WITHDRAWN]);
  });

  it('says why there is nothing to go back to, and why something is left alone', async () => {
    expect(await begun([LAST], {})).toStrictEqual({
      ...{ asked: [], kept: [] },
      answer: {
        outcome: 'FAILED',
        detail: `${ENVIRONMENT}/${PROFILE}: no version was deployed before deployment 3 of version 2`,
      },
    });
    const managed = { ...LAST, isManaged: true };
    expect((await begun([OLD, managed], {})).answer).toStrictEqual(
      theirs(
        `${ENVIRONMENT}/${PROFILE}: deployment 3 of version 2 belongs to an experiment of AppConfig: end the experiment instead: it is left as it is`,
      ),
    );
  });

  it('finds its own deployment when it is repeated, and leaves that of someone else', async () => {
    const changes = { earlier: DEPLOYED };
    const ours = deployment(7, '1', { description: ROLLBACK });
    expect(await begun([OLD, LAST, ours], { changes })).toStrictEqual({
      ...{ answer: referenceTo('7'), asked: [], kept: [] },
    });
    const { answer, asked } = await begun([OLD, LAST, { ...ours, version: '9', description: 'v9' }], {
      changes,
    });
    expect(answer).toStrictEqual(
      theirs(
        `${ENVIRONMENT}/${PROFILE}: deployment 7 of version 9 was begun since 3: someone else has deployed it, and it is left as it is`,
      ),
    );
    expect(asked).toEqual([]);
  });

  it.each([[[]], [[OLD]]])('waits where AppConfig no longer lists what is on record: %o', async (listed) => {
    const { answer, asked } = await begun(listed, { changes: { earlier: DEPLOYED } });
    expect(answer).toBeInstanceOf(ServiceUnavailable);
    expect(answer).toMatchObject({ message: NOT_LISTED });
    expect(asked).toEqual([]);
  });

  it.each([
    ['USER', { undo: '"withdrawn"' }],
    ['CLOUDWATCH_ALARM', {}],
  ])('withdraws nothing twice, and counts a withdrawal by %s as %o when it is repeated', async (by, kept) => {
    const leaving = { ...LAST, state: 'ROLLING_BACK', withdrawal: { by, description: '' } };
    const { answer, asked } = await begun([OLD, leaving], { changes: { earlier: WITHDRAWN } });
    expect(answer).toStrictEqual({ ...referenceTo('3/withdrawn'), ...kept });
    expect(asked).toEqual([]);
  });

  it.each([new RequestRefused('cannot be stopped'), new ServiceUnavailable('throttled')])(
    'fails as AppConfig does while the deployment stays: $name',
    async (error) => {
      expect((await begun([OLD, LAST], { changes: { earlier: WITHDRAWN } }, error)).answer).toBe(error);
    },
  );
});

describe('the undo of a rollback by AppConfig', () => {
  const undo = (undone: typeof DEPLOYED | undefined, kept?: string) => ({
    ...{ stepId: 'rollback-0' as const, params: { phase: 'undo' } },
    changes: { undone },
    ...(kept !== undefined && { undo: kept }),
  });
  const withdrawnBy = (by: string) => ({
    ...LAST,
    state: 'ROLLED_BACK',
    withdrawal: { by, description: 'arn' },
  });

  it('deploys what Selfheal has withdrawn, as it was deployed', async () => {
    const { answer, asked } = await begun([OLD, withdrawnBy('USER'), OTHER], undo(WITHDRAWN, '"withdrawn"'));
    expect(answer).toStrictEqual(referenceTo('6'));
    expect(asked).toEqual([
      [
        'start',
        PLACE,
        { version: '2', description: FORWARD, strategy: 'linear', kmsKey: 'key-1', latestNumber: 5 },
      ],
    ]);
  });

  it.each<[string, object, string | undefined, string]>([
    ['is still there', LAST, undefined, 'is still the last one'],
    [
      'someone has withdrawn',
      withdrawnBy('USER'),
      undefined,
      'was withdrawn by USER: arn: it is not deployed again',
    ],
    [
      'an alarm has withdrawn first',
      withdrawnBy('CLOUDWATCH_ALARM'),
      '"withdrawn"',
      'was withdrawn by CLOUDWATCH_ALARM: arn: it is not deployed again',
    ],
    [
      'was withdrawn without a reason on record',
      { ...LAST, state: 'ROLLED_BACK' },
      '"withdrawn"',
      'was withdrawn by someone else: it is not deployed again',
    ],
  ])('deploys nothing that %s', async (_, last, kept, detail) => {
    expect(await begun([OLD, last], undo(WITHDRAWN, kept))).toStrictEqual({
      answer: { outcome: 'SUCCEEDED', detail: `deployment 3 of version 2 ${detail}` },
      ...{ asked: [], kept: [] },
    });
  });

  it('waits while the deployment is being rolled back', async () => {
    const leaving = { ...LAST, state: 'ROLLING_BACK' };
    const { answer, asked } = await begun([OLD, leaving], undo(WITHDRAWN, '"withdrawn"'));
    expect(answer).toBeInstanceOf(TargetBusy);
    expect(answer).toMatchObject({ message: 'deployment 3 of version 2 is being rolled back' });
    expect(asked).toEqual([]);
  });

  it('withdraws the deployment of the version before', async () => {
    const ours = deployment(7, '1', { description: ROLLBACK });
    const { answer, asked } = await begun([OLD, LAST, ours], undo(DEPLOYED));
    expect(answer).toStrictEqual({ ...referenceTo('7/withdrawn'), undo: '"withdrawn"' });
    expect(asked).toEqual([['withdraw', 7]]);
  });

  it('finds its own deployment when it is repeated, and leaves that of someone else', async () => {
    const found = await begun([LAST, deployment(7, '2', { description: FORWARD })], undo(WITHDRAWN));
    expect(found).toStrictEqual({ answer: referenceTo('7'), asked: [], kept: [] });
    expect(await begun([LAST, deployment(7, '9', { description: 'v9' })], undo(WITHDRAWN))).toStrictEqual({
      answer: theirs(
        `${ENVIRONMENT}/${PROFILE}: deployment 7 of version 9 was begun since 3: someone else has deployed it, and it is left as it is`,
      ),
      ...{ asked: [], kept: [] },
    });
  });

  it.each([[[]], [[OLD]]])('waits where AppConfig no longer lists what is on record: %o', async (listed) => {
    const { answer } = await begun(listed, undo(WITHDRAWN, '"withdrawn"'));
    expect(answer).toBeInstanceOf(ServiceUnavailable);
    expect(answer).toMatchObject({ message: NOT_LISTED });
  });

  it('has nothing to do where nothing is on record', async () => {
    expect(await begun([OLD, LAST], undo(undefined))).toStrictEqual({
      answer: { outcome: 'SUCCEEDED', detail: 'no configuration was deployed' },
      ...{ asked: [], kept: [] },
    });
  });
});
