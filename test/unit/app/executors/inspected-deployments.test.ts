import { describe, expect, it } from 'vitest';
import { NOON } from '../../../factories/operations/admissions.ts';
import { forAll, inspected, whole } from './inspection.ts';

describe('what is found of a deployment of AppConfig', () => {
  const DEPLOYMENT = { number: 3, profile: 'flags01', version: '2', description: '', strategy: 'linear' };
  const PLACE = 'abc1234/def5678/flags01';

  it.each<readonly [string, object, string, 'SUCCEEDED' | undefined]>([
    [
      '',
      { state: 'DEPLOYING', percent: 50 },
      'deployment 3 to abc1234/def5678 of AppConfig: DEPLOYING, 50 % of the clients',
      undefined,
    ],
    [
      '',
      { state: 'VALIDATING' },
      'deployment 3 to abc1234/def5678 of AppConfig: VALIDATING, 0 % of the clients',
      undefined,
    ],
    ['', { state: 'BAKING' }, 'deployment 3 of version 2: BAKING', 'SUCCEEDED'],
    [
      '/withdrawn',
      { state: 'ROLLING_BACK', percent: 20 },
      'rollback of deployment 3 to abc1234/def5678 of AppConfig: ROLLING_BACK, 20 % of the clients',
      undefined,
    ],
    ['/withdrawn', { state: 'ROLLED_BACK' }, 'deployment 3 of version 2: ROLLED_BACK', 'SUCCEEDED'],
  ])('says how far it has come%s: %o', async (suffix, state, detail, outcome) => {
    const configDeployments = { read: async () => ({ ...DEPLOYMENT, ...state }) };
    expect(await inspected(`appconfig/abc1234/def5678/3${suffix}`, { configDeployments })).toStrictEqual(
      forAll(PLACE, detail, outcome),
    );
  });
});

describe('what is found of a deployment of CodeDeploy', () => {
  const GROUP = 'shop/production';
  const S3 = '{"s3Location":{"bucket":"releases","key":"shop-2.zip"}}';
  const found = (id: string, deployments: Readonly<Record<string, object>>) => {
    const read = async (one: string) => ({ id: one, group: GROUP, revision: S3, ...deployments[one] });
    return inspected(`codedeploy/${id}`, { codeDeployments: { read } });
  };

  it.each<readonly [object, string, 'SUCCEEDED' | 'FAILED' | undefined]>([
    [{ status: 'Created' }, 'd-1 of s3://releases/shop-2.zip: Created', undefined],
    [
      { status: 'InProgress', progress: '1 instance succeeded' },
      'd-1 of s3://releases/shop-2.zip: InProgress; 1 instance succeeded',
      undefined,
    ],
    [
      { status: 'InProgress', progress: '1 pending', rollbackMessage: 'going back' },
      'd-1 of s3://releases/shop-2.zip: InProgress; going back',
      undefined,
    ],
    [{ status: 'Succeeded' }, 'd-1 of s3://releases/shop-2.zip: Succeeded', 'SUCCEEDED'],
    [
      { status: 'Failed', error: 'HEALTH_CONSTRAINTS' },
      'd-1 of s3://releases/shop-2.zip: Failed: HEALTH_CONSTRAINTS',
      'FAILED',
    ],
  ])('says how far it has come: %o', async (deployment, detail, outcome) => {
    expect(await found('d-1', { 'd-1': deployment })).toStrictEqual(forAll(GROUP, detail, outcome));
  });

  it.each<readonly [object, string, 'FAILED' | undefined]>([
    [{ status: 'InProgress' }, 'CodeDeploy’s rollback of deployment d-1: InProgress', undefined],
    [
      { status: 'Stopped', completedAtMs: NOON - 300_000 },
      'CodeDeploy’s rollback of deployment d-1: Stopped',
      undefined,
    ],
    [
      { status: 'Succeeded' },
      'd-1 of s3://releases/shop-2.zip succeeded before it could be stopped',
      'FAILED',
    ],
    [
      { status: 'Stopped', completedAtMs: NOON - 300_001 },
      'd-1 of s3://releases/shop-2.zip Stopped, and CodeDeploy has not gone back from it: it does not say why',
      'FAILED',
    ],
    [
      { status: 'Stopped', completedAtMs: NOON - 300_001, rollbackMessage: 'no earlier one' },
      'd-1 of s3://releases/shop-2.zip Stopped, and CodeDeploy has not gone back from it: no earlier one',
      'FAILED',
    ],
  ])('says whether CodeDeploy goes back where it was stopped: %o', async (deployment, detail, outcome) => {
    expect(await found('d-1/stopped', { 'd-1': deployment })).toStrictEqual(forAll(GROUP, detail, outcome));
  });

  it('is that of the deployment with which CodeDeploy goes back, once there is one', async () => {
    const deployments = {
      'd-1': { status: 'Stopped', completedAtMs: 0, rolledBackBy: 'd-2' },
      'd-2': { status: 'InProgress', progress: '2 pending' },
    };
    expect(await found('d-1/stopped', deployments)).toStrictEqual(
      forAll(GROUP, 'd-2 of s3://releases/shop-2.zip: InProgress; 2 pending'),
    );
  });
});

describe('what is found of a service of ECS', () => {
  const PRIMARY = {
    id: 'ecs-svc/1',
    isPrimary: true,
    taskDefinition: 'arn:aws:ecs:x:1:task-definition/orders:2',
  };

  it.each<readonly [string, 'SUCCEEDED' | 'FAILED' | undefined, string]>([
    ['IN_PROGRESS', undefined, 'prod/orders: the deployment is in progress'],
    ['COMPLETED', 'SUCCEEDED', 'prod/orders: deployment ecs-svc/1 of orders:2 has reached a steady state'],
    ['FAILED', 'FAILED', 'prod/orders: deployment ecs-svc/1 of orders:2 failed'],
  ])('says how far its deployment has come: %s', async (rollout, outcome, detail) => {
    const asked: unknown[] = [];
    const read = async (name: unknown) => {
      asked.push(name);
      return { deployments: [{ ...PRIMARY, rollout }], desiredCount: 2, runningCount: 2 };
    };
    expect(await inspected('prod/orders/ecs-svc/1', { services: { read } })).toStrictEqual(
      whole('prod/orders', detail, outcome),
    );
    expect(asked).toEqual([{ cluster: 'prod', service: 'orders' }]);
  });

  it.each<readonly [string, 'SUCCEEDED' | 'FAILED' | undefined, string]>([
    [
      'ROLLBACK_IN_PROGRESS',
      undefined,
      'prod/orders: the rollback from service deployment abc of prod/orders: ROLLBACK_IN_PROGRESS',
    ],
    ['ROLLBACK_SUCCESSFUL', 'SUCCEEDED', 'prod/orders: ECS has gone back from service deployment abc'],
    ['STOPPED', 'FAILED', 'prod/orders: ECS has not gone back from service deployment abc: STOPPED'],
  ])('says how far ECS has gone back: %s', async (status, outcome, detail) => {
    const arn = 'arn:aws:ecs:us-east-1:000000000000:service-deployment/prod/orders/abc';
    const course = async () => ({ status, replaces: [] });
    expect(await inspected(`prod/orders/${arn}`, { services: { course } })).toStrictEqual(
      whole('prod/orders', detail, outcome),
    );
  });
});

it.each<readonly [object, 'SUCCEEDED' | undefined, string]>([
  [
    { 2: 1 },
    undefined,
    'move of alias orders:live to version 1: version 2 still gets all requests until provisioned concurrency is ready on version 1',
  ],
  [{}, 'SUCCEEDED', 'move of alias orders:live to version 1: it serves version 1'],
])(
  'what is found of an alias says which version serves, with weights %o',
  async (weights, outcome, detail) => {
    const aliases = {
      read: async () => ({ pointer: { version: '1', weights }, revision: 'one' }),
      provisioned: async () => ({ requested: 5, status: 'IN_PROGRESS' }),
    };
    expect(await inspected('lambda:1:orders:live', { aliases })).toStrictEqual(
      whole('orders:live', detail, outcome),
    );
  },
);
