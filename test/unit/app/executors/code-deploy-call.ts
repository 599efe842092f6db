import { begin } from '../../../../functions/app/executors/code-deploy.ts';
import type { CodeDeployment } from '../../../../functions/core/target/code-deployment.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { OPERATION_ID, stepCall } from './step-call.ts';

export const GROUP = 'shop/production';
const s3 = (key: string) => JSON.stringify({ s3Location: { bucket: 'releases', key } });
export const ONE = s3('shop-1.zip');
export const TWO = s3('shop-2.zip');
export const deployment = (id: string, revision: string, createdAtMs: number, more: object = {}) =>
  ({
    ...{ id, group: GROUP, revision, createdAtMs, status: 'Succeeded', platform: 'Server' },
    ...{ creator: 'user', description: '', completedAtMs: createdAtMs },
    ...more,
  }) as CodeDeployment;
export const GOOD = deployment('d-1', ONE, NOON - 900_000, { fileExistsBehavior: 'OVERWRITE' });
export const BAD = deployment('d-2', TWO, NOON - 600_000, { fileExistsBehavior: 'RETAIN' });
export const BACK = `Selfheal ${OPERATION_ID}/heal-0: back from d-2`;
export const FORWARD = `Selfheal ${OPERATION_ID}/rollback-0: forward again to d-2`;
export const OURS = deployment('d-3', ONE, NOON - 60_000, { description: BACK });
export const AGAIN = deployment('d-4', TWO, NOON - 1_000, { description: FORWARD });
export const BY_CODEDEPLOY = deployment('d-5', ONE, NOON - 30_000, {
  creator: 'codeDeployRollback',
  rollsBack: 'd-2',
});
export const THEIRS = deployment('d-6', s3('shop-3.zip'), NOON - 10_000);
export const MANUAL = { status: 'Stopped', error: 'MANUAL_STOP: by user' };

/** What the step has on record. */
export const recorded = (wasInProgress = false) => ({
  before: `{"createdAtMs":${BAD.createdAtMs},"fileExistsBehavior":"RETAIN","id":"d-2","revision":${JSON.stringify(TWO)},"wasInProgress":${wasInProgress}}`,
  intended: `{"description":"${BACK}","fileExistsBehavior":"OVERWRITE","revision":${JSON.stringify(ONE)}}`,
});
export const under = (id: string, more: object = {}) => ({
  reference: { executor: 'resource', id: `codedeploy/${id}` },
  ...more,
});
export const STOPPED = { undo: '"stopped"' };
export const foreign = {
  outcome: 'FAILED',
  failsAs: 'ChangedBySomeoneElse',
  isFinal: true,
  detail:
    'shop/production: d-6 of s3://releases/shop-3.zip is deployed since d-2: someone else has deployed it, and it is left as it is',
};

/** Begins a step on the group, of which CodeDeploy lists these, newest first, and lists what it asks for. */
export async function begun(
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

export const suspecting = (changeId: string) => ({
  operation: { alert: { change: { source: 'codedeploy', changeId } } },
});
