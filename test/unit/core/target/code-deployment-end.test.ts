import { describe, expect, it } from 'vitest';
import {
  type CodeDeployment,
  deploymentEnd,
  describeDeployment,
  isStoppedOnRequest,
  newestOf,
  staysAsItIs,
} from '../../../../functions/core/target/code-deployment.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const S3 = { s3Location: { bucket: 'releases', key: 'shop-42.zip' } };
const deployment = (fields: Partial<CodeDeployment> = {}): CodeDeployment => ({
  ...{ id: 'd-1', group: 'shop/production', status: 'Succeeded', platform: 'Server', creator: 'user' },
  ...{ description: '', createdAtMs: NOON, revision: JSON.stringify(S3), ...fields },
});

describe('a deployment of CodeDeploy', () => {
  it.each([
    [S3, 's3://releases/shop-42.zip'],
    [{ s3Location: { ...S3.s3Location, version: 'v7' } }, 's3://releases/shop-42.zip (version v7)'],
    [{ gitHubLocation: { repository: 'acme/shop', commitId: '0a1b' } }, 'acme/shop@0a1b'],
    [{ appSpecContent: { sha256: '0123456789abcdef' } }, 'the AppSpec 0123456789ab'],
    [{ string: { sha256: 'fedcba9876543210' } }, 'the AppSpec fedcba987654'],
    [{ string: { content: '{}' } }, 'the AppSpec that it carries'],
    [{ revisionType: 'New' }, '{"revisionType":"New"}'],
  ])('is described by where its revision is: %j', (revision, where) => {
    expect(describeDeployment({ id: 'd-1', revision: JSON.stringify(revision) })).toBe(`d-1 of ${where}`);
  });

  it.each([
    ['Succeeded', undefined, 'SUCCEEDED', 'Succeeded'],
    ['Failed', 'HEALTH_CONSTRAINTS: too many', 'FAILED', 'Failed: HEALTH_CONSTRAINTS: too many'],
    ['Stopped', undefined, 'FAILED', 'Stopped'],
  ] as const)('has ended when it is %s (%s)', (status, error, outcome, said) => {
    expect(deploymentEnd(deployment({ status, ...(error && { error }) }))).toEqual({
      ...{ outcome, detail: `d-1 of s3://releases/shop-42.zip: ${said}` },
    });
  });

  it.each(['Created', 'Queued', 'InProgress', 'Baking', 'Ready', 'Pondering'])(
    'goes on while it is %s',
    (status) => {
      expect(deploymentEnd(deployment({ status }))).toBeUndefined();
    },
  );

  it('was stopped on request only if CodeDeploy says so', () => {
    const error = 'MANUAL_STOP: stopped by a user';
    expect(isStoppedOnRequest(deployment({ status: 'Stopped', error }))).toBe(true);
    expect(isStoppedOnRequest(deployment({ status: 'Failed', error }))).toBe(false);
    expect(isStoppedOnRequest(deployment({ status: 'Stopped', error: 'ALARM_ACTIVE: web' }))).toBe(false);
    expect(isStoppedOnRequest(deployment({ status: 'Stopped', error: 'no MANUAL_STOP: web' }))).toBe(false);
    expect(isStoppedOnRequest(deployment({ status: 'Stopped' }))).toBe(false);
  });

  it('stays as it is where CodeDeploy has not begun to go back from it within five minutes', () => {
    const stays = (fields: Partial<CodeDeployment>, minutes: number, ms = 0) =>
      staysAsItIs(deployment({ completedAtMs: NOON, ...fields }), NOON + minutes * 60_000 + ms);
    for (const status of ['Failed', 'Stopped']) {
      expect(stays({ status }, 5)).toBe(false);
      expect(stays({ status }, 5, 1)).toBe(true);
      expect(stays({ status, rolledBackBy: 'd-2' }, 60)).toBe(false);
    }
    expect(stays({ status: 'Succeeded' }, 60)).toBe(false);
    const { completedAtMs: _, ...running } = deployment({ status: 'Failed' });
    expect(staysAsItIs(running, NOON + 3_600_000)).toBe(false);
  });

  it('to single instances is not the newest of its group', () => {
    const history = ['autoscaling', 'autoscalingTermination', 'CodeDeployAutoUpdate', 'user', 'user'].map(
      (creator, index) => deployment({ id: `d-${9 - index}`, creator }),
    );
    expect(newestOf(history)?.id).toBe('d-6');
    expect(newestOf(history.slice(0, 3))).toBeUndefined();
  });
});
