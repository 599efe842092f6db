import { describe, expect, it } from 'vitest';
import { foreignProblem } from '../../../../functions/core/signal/home.ts';

const home = { account: '111122223333', region: 'us-east-1' };
const elsewhere = (place: string) =>
  `the event is from ${place}, and Selfheal acts only on those from account 111122223333, region us-east-1; stop forwarding it here`;
const alarm = (region: string, account: string) => `arn:aws:cloudwatch:${region}:${account}:alarm:web-cpu`;

describe('the origin of an event', () => {
  it('is no problem in the account and region that Selfheal is in', () => {
    expect(foreignProblem(home, home)).toBeUndefined();
  });

  it.each([
    ['of another account', { ...home, account: '999999999999' }, 'account 999999999999, region us-east-1'],
    ['of another region', { ...home, region: 'eu-west-1' }, 'account 111122223333, region eu-west-1'],
    ['without an account', { region: 'us-east-1' }, 'account (none), region us-east-1'],
    ['that is no object', 'text', 'account (none), region (none)'],
    ['that is null', null, 'account (none), region (none)'],
    [
      'with a name beyond all length',
      { ...home, account: 'x'.repeat(33) },
      `account ${'x'.repeat(32)}, region us-east-1`,
    ],
  ])('is a problem %s', (_, event, place) => {
    expect(foreignProblem(event, home)).toBe(elsewhere(place));
  });

  const cloudWatch = { ...home, source: 'aws.cloudwatch' };
  const watching = (...metrics: readonly object[]) => ({
    ...cloudWatch,
    detail: {
      alarmName: 'web-cpu',
      state: { value: 'ALARM', timestamp: '2026-11-30T12:00:00.000+0000' },
      configuration: { metrics: [{ id: 'e1', expression: 'm1', accountId: null }, ...metrics] },
    },
  });

  it('is a problem where the alarm watches a metric of another account', () => {
    const metrics = [{ accountId: home.account }, { accountId: '999999999999' }];
    expect(foreignProblem(watching(...metrics), home)).toBe(
      'the alarm watches a metric of account 999999999999, and Selfheal acts only in account 111122223333; deploy Selfheal in that account, too',
    );
  });

  it.each([
    ['names the account of its metric', watching({ accountId: home.account })],
    ['names no account', watching()],
    ['is not of CloudWatch', { ...watching({ accountId: '999999999999' }), source: 'shop' }],
  ])('is no problem where the alarm %s', (_, event) => {
    expect(foreignProblem(event, home)).toBeUndefined();
  });

  it.each([
    ['another account', alarm('us-east-1', '999999999999'), 'account 999999999999, region us-east-1'],
    ['another region', alarm('eu-west-1', home.account), 'account 111122223333, region eu-west-1'],
  ])('is a problem where one of its alarms is of %s', (_, arn, place) => {
    const resources = [alarm(home.region, home.account), arn];
    expect(foreignProblem({ ...cloudWatch, resources }, home)).toBe(elsewhere(place));
  });

  it.each([
    ['its own alarms', { resources: [alarm(home.region, home.account)] }],
    ['resources that are no alarms', { resources: ['arn:aws:sns:eu-west-1:999999999999:alarm:topic', 7] }],
    ['a text that only contains an alarm', { resources: [`of ${alarm('eu-west-1', '999999999999')}`] }],
    ['no list of resources', { resources: alarm('eu-west-1', home.account) }],
    [
      'an alarm of another account, from a sender that is not CloudWatch',
      { source: 'shop', resources: [alarm('us-east-1', '999999999999')] },
    ],
  ])('is no problem with %s', (_, more) => {
    expect(foreignProblem({ ...cloudWatch, ...more }, home)).toBeUndefined();
  });
});
