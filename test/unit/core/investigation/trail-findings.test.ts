import { describe, expect, it } from 'vitest';
import { resourceNames } from '../../../../functions/core/investigation/resource-names.ts';
import { trailFindings } from '../../../../functions/core/investigation/trail-findings.ts';
import { principalOf } from '../../../../functions/core/investigation/write-event.ts';
import { configured } from '../../../factories/configuration.ts';
import { HOME } from '../../../factories/events/selfheal-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const MINUTE_MS = 60_000;
const HOST = 'i-0123456789abcdef0';

describe('who made a call', () => {
  it.each([
    // Source: awscli/examples/cloudtrail/lookup-events.rst
    [
      {
        type: 'AssumedRole',
        principalId: 'AROAJIKPFTA72SWU4L7T4:my-session-name',
        arn: 'arn:aws:sts::123456789012:assumed-role/my-role/my-session-name',
        accountId: '123456789012',
        sessionContext: {
          attributes: { mfaAuthenticated: 'false', creationDate: '2016-01-26T21:42:12Z' },
          sessionIssuer: {
            type: 'Role',
            principalId: 'AROAJIKPFTA72SWU4L7T4',
            arn: 'arn:aws:iam::123456789012:role/my-role',
            userName: 'my-role',
          },
        },
      },
      'role my-role as my-session-name',
    ],
    // Source: cloudtrail-event-reference-user-identity.html
    [
      {
        type: 'IAMUser',
        principalId: 'AIDAJ45Q7YFFAREXAMPLE',
        arn: 'arn:aws:iam::123456789012:user/Alice',
        accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
        userName: 'Alice',
      },
      'user Alice',
    ],
    [{ type: 'Root', principalId: '123456789012', arn: 'arn:aws:iam::123456789012:root' }, 'root'],
    [{ type: 'AWSService', invokedBy: 'autoscaling.amazonaws.com' }, 'autoscaling.amazonaws.com'],
    [{ type: 'SAMLUser', principalId: 'x:jane', userName: 'jane' }, 'jane'],
    [{ type: 'FederatedUser', arn: 'arn:aws:sts::123456789012:federated-user/jane' }, 'jane'],
    [{ type: 'IAMUser' }, 'user unknown'],
    [{ type: 'IAMUser', userName: '' }, 'user unknown'],
    [{ principalId: 'AROA', sessionContext: { sessionIssuer: { userName: 'my-role' } } }, 'role my-role'],
    [{ principalId: 17, invokedBy: '', userName: null, arn: {} }, 'unknown'],
    [{ type: 'FederatedUser', arn: 'arn:aws:sts::123456789012:assumed-role/deploy/jane' }, 'jane'],
    [{ principalId: 'AROA', sessionContext: null }, 'unknown'],
    [undefined, 'unknown'],
  ])('%j is named without a key', (identity, principal) => {
    expect(principalOf(identity)).toBe(principal);
  });
});

describe('the names of what a component runs on', () => {
  const namesOf = (more: object, targets: readonly string[] = [], steps: readonly string[] = []) => {
    const { web } = configured({
      components: { web: { alarms: undefined, signals: ['memory'], ...more } },
    }).components;
    const alert = { signalId: 's', origin: 'alarm', component: 'web', metric: 'memory' } as const;
    const about = { ...alert, severity: 'WARNING', occurredAtMs: NOON, reason: 'r', targets } as const;
    return web && resourceNames(web, { alert: about }, [{ targets: steps }], HOME);
  };
  const arnOf = (service: string, resource: string) =>
    `arn:aws:${service}:${HOME.region}:${HOME.account}:${resource}`;

  it.each([
    [{ lambdaAlias: 'orders:live' }, ['orders', arnOf('lambda', 'function:orders')]],
    [{ ecsService: 'prod/orders' }, ['orders', arnOf('ecs', 'service/prod/orders')]],
    [{ dbInstance: 'orders-db' }, ['orders-db', arnOf('rds', 'db:orders-db')]],
    [{ dbCluster: 'shop' }, ['shop', arnOf('rds', 'cluster:shop')]],
    [{ custom: 'orders-queue' }, ['orders-queue']],
  ])('are those of its target %j', (targets, names) => {
    const health = { url: 'https://orders.example.com/' };
    expect(namesOf({ targets, service: undefined, health })).toEqual(names);
  });

  it('include its deployment group, whose deployments change it', () => {
    const targets = { ecsService: 'prod/orders' };
    const health = { url: 'https://orders.example.com/' };
    const codeDeploy = 'orders-app/orders-group';
    expect(namesOf({ targets, service: undefined, health, codeDeploy })).toEqual([
      'orders',
      arnOf('ecs', 'service/prod/orders'),
      'orders-group',
    ]);
  });

  it('are those of its group, then of the hosts that the alert and the steps name, ten at most', () => {
    const targets = { autoScalingGroup: 'web-group' };
    expect(namesOf({ targets }, [HOST], [HOST, 'i-b'])).toEqual(['web-group', HOST, 'i-b']);
    const many = Array.from({ length: 20 }, (_, index) => `i-${String(index).padStart(17, '0')}`);
    expect(namesOf({ targets: { instanceIds: many } }, [HOST])).toEqual([HOST, ...many.slice(0, 9)]);
  });
});

describe('the findings in CloudTrail', () => {
  const range = { fromMs: NOON - 70 * MINUTE_MS, toMs: NOON };
  const event = (minutes: number, more: object = {}) => ({
    id: `event-${minutes}`,
    atMs: NOON - minutes * MINUTE_MS,
    name: 'UpdateFunctionCode',
    service: 'lambda.amazonaws.com',
    principal: 'role deploy as jane',
    ...more,
  });

  it('are the changes, the last first, each once, with who made them', () => {
    const shared = event(20);
    const { outcome, isNews, lines } = trailFindings(range, NOON + 20 * MINUTE_MS, [
      { resource: 'orders', events: [shared, event(40, { error: 'AccessDenied' })] },
      { resource: 'arn', events: [shared] },
    ]);
    expect([outcome, isNews]).toEqual(['SUCCEEDED', true]);
    expect(lines).toEqual([
      '2 calls changed the component’s resources from 2026-11-22T12:20:00Z to the alert',
      '2026-11-22T13:10:00Z UpdateFunctionCode (lambda.amazonaws.com) on arn by role deploy as jane',
      '2026-11-22T12:50:00Z UpdateFunctionCode (lambda.amazonaws.com) on orders by role deploy as jane, refused: AccessDenied',
    ]);
  });

  it('are in the order of their times, whichever resource they are about', () => {
    const { lines } = trailFindings(range, NOON, [
      { resource: 'orders', events: [event(40), event(10)] },
      { resource: 'orders-group', events: [event(30)] },
    ]);
    expect(lines.slice(1).map((line) => line.slice(0, 20))).toEqual([
      '2026-11-22T13:20:00Z',
      '2026-11-22T13:00:00Z',
      '2026-11-22T12:50:00Z',
    ]);
  });

  it('are no news where Selfheal alone has changed something', () => {
    const own = event(20, { principal: 'role SelfhealEngine-ActServiceRole1A2B as selfheal-act' });
    const newsOf = (...events: (typeof own)[]) =>
      trailFindings(range, NOON, [{ resource: 'orders', events }]).isNews;
    expect(newsOf(own)).toBe(false);
    expect(newsOf(own, event(30))).toBe(true);
  });

  it('say what may be missing when they are read soon after the alert', () => {
    const { isNews, lines } = trailFindings(range, NOON + MINUTE_MS, [{ resource: 'orders', events: [] }]);
    expect(isNews).toBe(false);
    expect(lines).toEqual([
      'No call changed the component’s resources from 2026-11-22T12:20:00Z to the alert; CloudTrail may lack those of the last 15 minutes',
    ]);
  });

  it('are complete a quarter of an hour after the alert', () => {
    const events = [event(20)];
    const headlineAt = (nowMs: number) =>
      trailFindings(range, nowMs, [{ resource: 'orders', events }]).lines[0];
    const complete = '1 call changed the component’s resources from 2026-11-22T12:20:00Z to the alert';
    expect(headlineAt(range.toMs + 15 * MINUTE_MS)).toBe(complete);
    expect(headlineAt(range.toMs + 15 * MINUTE_MS - 1)).toBe(
      `${complete}; CloudTrail may lack those of the last 15 minutes`,
    );
  });

  it('are all shown if they are eight', () => {
    const events = Array.from({ length: 8 }, (_, index) => event(index + 1));
    const { lines } = trailFindings(range, NOON, [{ resource: 'orders', events }]);
    expect(lines).toHaveLength(9);
    expect(lines.at(-1)).toMatch(/^2026-11-22T13:22:00Z UpdateFunctionCode /);
  });

  it('are eight at most, and name what could not be read', () => {
    const events = Array.from({ length: 10 }, (_, index) => event(index + 1));
    const { lines } = trailFindings(range, NOON, [{ resource: 'orders', events, problem: 'there are more' }]);
    expect(lines).toHaveLength(11);
    expect(lines.slice(-2)).toEqual(['and 2 more before these', 'orders: there are more']);
    expect(trailFindings(range, NOON, [{ resource: 'orders', problem: 'not read: x' }])).toEqual({
      ...{ outcome: 'FAILED', isNews: false, lines: ['orders: not read: x'] },
    });
  });
});
