import { describe, expect, it } from 'vitest';
import { lambdaCall } from '../../../factories/events/change-events.ts';
import { HOME } from '../../../infra/sample-events.ts';
import { changeOf, ignored, problem, read } from './read-changes.ts';

const ARN = `arn:aws:lambda:${HOME.region}:${HOME.account}:function:resize`;
const LIVE = { functionName: 'resize', name: 'live' };
const PIPELINE = `arn:aws:sts::${HOME.account}:assumed-role/pipeline/deploy`;
const BY = ` by ${PIPELINE}`;

const moved = (by = BY) =>
  changeOf({
    component: 'resize',
    source: 'lambda',
    kind: 'deployment',
    changeId: 'c071190c-41a5-44b8-92b1-b1f0bd1d0b2c',
    resource: 'resize:live',
    phase: 'finished',
    summary: `alias resize:live was changed${by}`,
  });
const limited = changeOf({
  component: 'resize',
  source: 'lambda',
  kind: 'configuration',
  changeId: 'c071190c-41a5-44b8-92b1-b1f0bd1d0b2c',
  phase: 'finished',
  summary: `the concurrency of resize was changed${BY}`,
});

describe('a call of Lambda’s API', () => {
  it.each(['UpdateAlias', 'UpdateAlias20150331', 'UpdateAlias20150331v2'])(
    'named %s deploys what an alias points to',
    (name) => {
      expect(read(lambdaCall(name, LIVE))).toEqual(moved());
    },
  );

  it.each(['PutFunctionConcurrency', 'PutFunctionConcurrency20171031', 'DeleteFunctionConcurrency20171031'])(
    'named %s changes the configuration of a function',
    (name) => {
      expect(read(lambdaCall(name, { functionName: 'resize' }))).toEqual(limited);
    },
  );

  it.each([
    'UpdateFunctionCode20150331v2',
    'UpdateAlias2015033',
    'UpdateAlias20150331v',
    'UpdateAlias20150331v22',
    'OldUpdateAlias20150331',
  ])('named %s says nothing', (name) => {
    expect(read(lambdaCall(name, LIVE))).toEqual(ignored(`a call of Lambda’s API is ${name}`));
  });

  it.each(['resize', ARN, `${HOME.account}:function:resize`, `${ARN}:live`, 'resize:live'])(
    'names its function as %s',
    (functionName) => {
      expect(read(lambdaCall('UpdateAlias20150331', { ...LIVE, functionName }))).toEqual(moved());
    },
  );

  it.each([
    [{ ...LIVE, functionName: 're size' }, 're size:live'],
    [{ ...LIVE, functionName: 'resize:live:' }, 'resize:live::live'],
    [{ ...LIVE, functionName: 'resiz' }, 'resiz:live'],
    [{ ...LIVE, name: 'beta' }, 'resize:beta'],
  ])('belongs to no component that has another alias: %j', (parameters, alias) => {
    expect(read(lambdaCall('UpdateAlias20150331', parameters))).toEqual(
      ignored(`alias ${alias} was changed${BY}: a change of no watched component`),
    );
  });

  it('belongs to no component whose function only begins with the same name', () => {
    expect(read(lambdaCall('PutFunctionConcurrency20171031', { functionName: 'resiz' }))).toEqual(
      ignored(`the concurrency of resiz was changed${BY}: a change of no watched component`),
    );
  });

  it('is not understood without what it changes', () => {
    const missing = (name: string) =>
      problem(`detail.requestParameters of ${name}: functionName or name is missing`);
    const update = 'UpdateAlias20150331';
    const put = 'PutFunctionConcurrency20171031';
    expect(read(lambdaCall(update, { functionName: 'resize' }))).toEqual(missing(update));
    expect(read(lambdaCall(update, { name: 'live' }))).toEqual(missing(update));
    expect(read(lambdaCall(put, {}))).toEqual(missing(put));
    expect(read(lambdaCall(put, {}, { requestParameters: null }))).toEqual(missing(put));
  });

  it('changes nothing if AWS refused it', () => {
    const event = lambdaCall('UpdateAlias20150331', LIVE);
    expect(read(event, { errorCode: 'AccessDenied' })).toEqual(ignored('UpdateAlias20150331 was refused'));
    expect(read(event, { errorCode: null })).toEqual(moved());
  });

  it('does not count if Selfheal made it, and counts for every session of another name', () => {
    const by = (arn: string) => read(lambdaCall('UpdateAlias20150331', LIVE), { userIdentity: { arn } });
    const own = `arn:aws:sts::${HOME.account}:assumed-role/SelfhealEngine-ActRole/selfheal-act`;
    expect(by(own)).toEqual(ignored('UpdateAlias20150331 is Selfheal’s own'));
    for (const arn of [
      `${own}2`,
      `arn:aws:sts::${HOME.account}:assumed-role/a/b/selfheal-act`,
      `arn:aws:sts::${HOME.account}:assumed-role//selfheal-act`,
      `arn:aws:iam::${HOME.account}:user/selfheal-act`,
    ])
      expect(by(arn)).toEqual(moved(` by ${arn}`));
  });

  it('names nobody where CloudTrail does not say who made it', () => {
    const event = lambdaCall('UpdateAlias20150331', LIVE);
    expect(read(event, { userIdentity: undefined })).toEqual(moved(''));
    expect(read(event, { userIdentity: { type: 'AWSService' } })).toEqual(moved(''));
  });
});
