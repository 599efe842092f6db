import { describe, expect, it } from 'vitest';
import { DATABASE_EVENT_IDS } from '../../../../functions/core/change/database-changes.ts';
import { parseChange } from '../../../../functions/core/change/parse-change.ts';
import { parseSignal } from '../../../../functions/core/signal/parse-signal.ts';
import { configured } from '../../../factories/configuration.ts';
import {
  appConfigEvent,
  automationEvent,
  changeReport,
  codeDeployEvent,
  databaseEvent,
  ecsDeploymentEvent,
  ecsServiceAction,
  instanceRefreshEvent,
  lambdaCall,
  stackEvent,
} from '../../../factories/events/change-events.ts';
import { HOME } from '../../../infra/sample-events.ts';

const NOW_MS = Date.parse('2026-11-22T13:00:05Z');
const changes = (more: object = {}) => ({ changes: more });

const CONFIGURATION = configured({
  components: {
    web: changes({
      codeDeploy: ['shop/production'],
      stacks: ['shop-production'],
      appConfig: ['shop/pgil2o7'],
      databases: ['orders-db'],
      documents: ['deploy-web'],
    }),
    ui: changes({ stacks: ['shop-production'] }),
    unwatched: {},
    orders: { targets: { ecsService: 'production/orders' }, ...changes() },
    resize: { targets: { lambdaAlias: 'resize:live' }, ...changes() },
    store: { targets: { dbCluster: 'store' }, ...changes() },
    workers: { targets: { autoScalingGroup: 'web-group' }, ...changes() },
  },
  strategies: [{ components: ['web'] }],
});

const parse = (event: unknown) => {
  const parsed = parseSignal(event, CONFIGURATION, NOW_MS);
  return parsed.kind === 'change-report' ? parseChange(parsed.report, CONFIGURATION) : parsed;
};
const changed = (event: unknown) => {
  const parsed = parse(event);
  if (parsed.kind !== 'changes') throw new Error(JSON.stringify(parsed));
  return parsed.changes;
};

describe('a deployment event of CodeDeploy', () => {
  it.each([
    ['START', 'started'],
    ['SUCCESS', 'finished'],
    ['FAILURE', 'failed'],
    ['STOP', 'failed'],
  ])('in state %s means that the deployment has %s', (state, phase) => {
    expect(changed(codeDeployEvent(state))).toMatchObject([
      { component: 'web', source: 'codedeploy', kind: 'deployment', changeId: 'd-123456789', phase },
    ]);
  });

  it('does not count if it is from another deployment group', () => {
    expect(parse(codeDeployEvent('START', 'shop', 'staging'))).toMatchObject({ kind: 'ignored' });
  });

  it('decides nothing in an unknown state', () => {
    expect(parse(codeDeployEvent('HALTED'))).toMatchObject({ kind: 'ignored' });
  });
});

describe('an event of ECS', () => {
  it.each([
    ['SERVICE_DEPLOYMENT_IN_PROGRESS', 'started'],
    ['SERVICE_DEPLOYMENT_COMPLETED', 'finished'],
    ['SERVICE_DEPLOYMENT_FAILED', 'failed'],
  ])('named %s means that the deployment has %s', (name, phase) => {
    expect(changed(ecsDeploymentEvent(name))).toMatchObject([
      { component: 'orders', source: 'ecs', changeId: 'ecs-svc/1234567890123456789', phase },
    ]);
  });

  it('does not count for a service of the same name in another cluster', () => {
    const event = ecsDeploymentEvent('SERVICE_DEPLOYMENT_IN_PROGRESS', 'staging/orders');
    expect(parse(event)).toMatchObject({ kind: 'ignored' });
  });

  it('reports a changed number of tasks as a change of its own', () => {
    expect(changed(ecsServiceAction('SERVICE_DESIRED_COUNT_UPDATED'))).toMatchObject([
      { component: 'orders', kind: 'scaling', phase: 'finished' },
    ]);
  });

  it('reports no change for a steady state', () => {
    expect(parse(ecsServiceAction('SERVICE_STEADY_STATE'))).toMatchObject({ kind: 'ignored' });
  });

  it('counts as not understood if it names no service', () => {
    const event = { ...ecsDeploymentEvent('SERVICE_DEPLOYMENT_IN_PROGRESS'), resources: 'all' };
    expect(parse(event)).toMatchObject({
      kind: 'not-understood',
      problem: expect.stringContaining('resources'),
    });
  });
});

describe('a call of Lambda’s API', () => {
  const ARN = `arn:aws:lambda:${HOME.region}:${HOME.account}:function:resize`;
  it.each(['resize', ARN, `${HOME.account}:function:resize`, `${ARN}:live`])(
    'counts as a deployment if it moves the alias of %s',
    (functionName) => {
      expect(changed(lambdaCall('UpdateAlias20150331', { functionName, name: 'live' }))).toMatchObject([
        { component: 'resize', source: 'lambda', kind: 'deployment', phase: 'finished' },
      ]);
    },
  );

  it('changes nothing of the component if it moves another alias', () => {
    const event = lambdaCall('UpdateAlias20150331', { functionName: 'resize', name: 'beta' });
    expect(parse(event)).toMatchObject({ kind: 'ignored' });
  });

  it('counts as a change of configuration if it changes the concurrency', () => {
    const event = lambdaCall('PutFunctionConcurrency20171031', { functionName: 'resize' });
    expect(changed(event)).toMatchObject([{ component: 'resize', kind: 'configuration' }]);
  });

  it('changes nothing if it was refused', () => {
    const event = lambdaCall(
      'UpdateAlias20150331',
      { functionName: 'resize', name: 'live' },
      { errorCode: 'AccessDenied' },
    );
    expect(parse(event)).toMatchObject({ kind: 'ignored', detail: expect.stringContaining('refused') });
  });

  it('does not count if Selfheal made it', () => {
    const arn = `arn:aws:sts::${HOME.account}:assumed-role/SelfhealEngine-ActRole/selfheal-act`;
    const event = lambdaCall(
      'UpdateAlias20150331',
      { functionName: 'resize', name: 'live' },
      { userIdentity: { arn } },
    );
    expect(parse(event)).toMatchObject({ kind: 'ignored' });
  });
});

describe('a stack event of CloudFormation', () => {
  it.each([
    ['UPDATE_IN_PROGRESS', 'started'],
    ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'started'],
    ['UPDATE_COMPLETE', 'finished'],
    ['CREATE_COMPLETE', 'finished'],
    ['UPDATE_ROLLBACK_IN_PROGRESS', 'started'],
    ['UPDATE_ROLLBACK_COMPLETE', 'failed'],
    ['UPDATE_ROLLBACK_FAILED', 'failed'],
    ['CREATE_FAILED', 'failed'],
  ])('with status %s means that the stack has %s, for each component that names it', (status, phase) => {
    expect(changed(stackEvent(status))).toMatchObject([
      { component: 'web', changeId: 'shop-production/Console-UpdateStack-7f59c3cf', phase },
      { component: 'ui', phase },
    ]);
  });

  it('reports no change when a change set was created for it', () => {
    expect(parse(stackEvent('REVIEW_IN_PROGRESS'))).toMatchObject({ kind: 'ignored' });
  });

  it('does not count if the stack’s name only begins like the configured one', () => {
    expect(parse(stackEvent('UPDATE_COMPLETE', 'shop-production-2'))).toMatchObject({ kind: 'ignored' });
  });
});

describe('a deployment by the service that delivers to a component', () => {
  it('counts as a change of the component, though `changes` does not list it', () => {
    const configuration = configured({
      components: {
        web: { codeDeploy: 'shop/production', ...changes() },
        flags: { appConfig: 'ba8toh7/pgil2o7/ga3tqep', ...changes() },
        others: { appConfig: 'ba8toh7/pgil2o7/other01', ...changes() },
      },
    });
    const owners = (event: unknown) => {
      const signal = parseSignal(event, configuration, NOW_MS);
      if (signal.kind !== 'change-report') throw new Error(signal.kind);
      const parsed = parseChange(signal.report, configuration);
      return parsed.kind === 'changes' ? parsed.changes.map(({ component }) => component) : parsed.kind;
    };
    expect(owners(codeDeployEvent('START'))).toEqual(['web']);
    expect(owners(appConfigEvent('On Deployment Start'))).toEqual(['flags']);
  });
});

describe('other services', () => {
  it.each([
    ['On Deployment Start', 'started'],
    ['On Deployment Complete', 'finished'],
    ['On Deployment Rolled Back', 'failed'],
    ['On Deployment Rollback', 'failed'],
  ])('report AppConfig’s event %s as %s', (detailType, phase) => {
    expect(changed(appConfigEvent(detailType))).toMatchObject([
      { component: 'web', source: 'appconfig', kind: 'configuration', changeId: 'ba8toh7/pgil2o7/4', phase },
    ]);
  });

  it.each([
    ['Started', 'started'],
    ['Succeeded', 'finished'],
    ['Failed', 'failed'],
    ['Cancelled', 'failed'],
    ['Rollback Started', 'started'],
  ])('report an instance refresh in state %s as %s', (ended, phase) => {
    expect(changed(instanceRefreshEvent(ended))).toMatchObject([{ component: 'workers', phase }]);
  });

  it('report the beginning and the end of a database’s modification under one id', () => {
    const begun = changed(
      databaseEvent('RDS-EVENT-0012', 'Applying modification to database instance class'),
    );
    const over = changed(databaseEvent('RDS-EVENT-0014', 'Finished applying modification'));
    expect(begun).toMatchObject([{ component: 'web', source: 'rds', kind: 'scaling', phase: 'started' }]);
    expect(over).toMatchObject([{ changeId: begun[0]?.changeId, phase: 'finished' }]);
  });

  it('report the beginning and the end of a cluster’s failover under one id', () => {
    const event = (id: string) => databaseEvent(id, 'failover to DB instance', 'store', 'cluster');
    const begun = changed(event('RDS-EVENT-0073'));
    expect(begun).toMatchObject([
      { component: 'store', source: 'rds', kind: 'maintenance', phase: 'started' },
    ]);
    expect(changed(event('RDS-EVENT-0071'))).toMatchObject([
      { changeId: begun[0]?.changeId, phase: 'finished' },
    ]);
    expect(parse(databaseEvent('RDS-EVENT-0013', 'failover', 'store'))).toMatchObject({ kind: 'ignored' });
  });

  it('report no change for a backup of a database', () => {
    expect(DATABASE_EVENT_IDS).not.toContain('RDS-EVENT-0001');
    expect(parse(databaseEvent('RDS-EVENT-0001', 'Backing up DB instance'))).toMatchObject({
      kind: 'ignored',
    });
  });

  it.each([
    ['InProgress', 'started'],
    ['Success', 'finished'],
    ['TimedOut', 'failed'],
  ])('report an automation in state %s as %s', (status, phase) => {
    expect(changed(automationEvent('deploy-web', status))).toMatchObject([{ component: 'web', phase }]);
  });
});

describe('a Selfheal Change', () => {
  const REPORT = { component: 'web', id: 'github/shop/8421', status: 'started' };

  it('names its component, its id and its phase', () => {
    expect(changed(changeReport({ ...REPORT, summary: 'v42', link: 'https://ci.example.com/8421' }))).toEqual(
      [
        {
          component: 'web',
          source: 'pipeline',
          kind: 'deployment',
          changeId: 'github/shop/8421',
          phase: 'started',
          atMs: Date.parse('2026-11-22T13:00:00Z'),
          summary: 'v42',
          link: 'https://ci.example.com/8421',
        },
      ],
    );
  });

  it('has its long summary shortened and a link that is not one removed', () => {
    const [change] = changed(
      changeReport({ ...REPORT, summary: 'x'.repeat(5_000), link: 'javascript:alert(1)' }),
    );
    expect(change?.summary.length).toBeLessThanOrEqual(300);
    expect(change).not.toHaveProperty('link');
  });

  it('may have the number of a run as its id', () => {
    expect(changed(changeReport({ ...REPORT, id: 8421 }))).toMatchObject([
      { changeId: '8421', summary: 'deployment 8421' },
    ]);
  });

  it.each([
    ['with other characters', 'build #42'],
    ['with a tilde', 'v1~rc1'],
    ['with parts of a path', '../../etc passwd'],
    ['of 300 characters', 'x'.repeat(300)],
    ['with half a surrogate pair', 'v\ud800'],
  ])('is not lost for an id %s, which is hashed, and people read as it is', (_, id) => {
    const [begun, ended] = ['started', 'finished'].flatMap((status) =>
      changed(changeReport({ ...REPORT, id, status })),
    );
    expect(begun?.changeId).toMatch(/^[0-9a-f]{64}$/);
    expect(ended?.changeId).toBe(begun?.changeId);
    expect(begun?.summary).toBe(
      `deployment ${id.toWellFormed()}`.slice(0, 299) + (id.length > 288 ? '…' : ''),
    );
    const [other] = changed(changeReport({ ...REPORT, id: `${id}!` }));
    expect(other?.changeId).not.toBe(begun?.changeId);
  });

  it.each([
    [{ ...REPORT, status: 'done' }, 'status "done": one of started, finished, failed'],
    [{ ...REPORT, id: '' }, 'id ""'],
    [{ ...REPORT, id: ['8421'] }, 'id a list'],
    [{ ...REPORT, id: undefined }, 'id missing'],
    [{ ...REPORT, comment: 'no' }, '"comment"'],
    [{ ...REPORT, component: 'unwatched' }, 'write `changes: {}` under the component'],
  ])('has its problem named, instead of guessing what it means: %j', (detail, problem) => {
    expect(parse(changeReport(detail))).toMatchObject({
      kind: 'not-understood',
      problem: expect.stringContaining(problem),
    });
  });

  it('does not count for a component that does not exist', () => {
    expect(parse(changeReport({ ...REPORT, component: 'api' }))).toEqual({
      kind: 'unknown-component',
      name: 'api',
    });
  });

  it('does not count from a source that may not report changes', () => {
    expect(parse(changeReport(REPORT, 'selfheal.monitor'))).toMatchObject({
      kind: 'unknown-source',
      problem: expect.stringContaining('accepted from selfheal.pipeline'),
    });
  });
});

describe('a change of a resource that has one change at a time', () => {
  it.each([
    ['CodeDeploy', codeDeployEvent('START'), 'shop/production'],
    ['ECS', ecsDeploymentEvent('SERVICE_DEPLOYMENT_IN_PROGRESS'), 'production/orders'],
    ['CloudFormation', stackEvent('UPDATE_IN_PROGRESS'), 'shop-production'],
    ['Auto Scaling', instanceRefreshEvent('Started'), 'web-group'],
    ['Lambda', lambdaCall('UpdateAlias20150331', { functionName: 'resize', name: 'live' }), 'resize:live'],
    ['AppConfig', appConfigEvent('On Deployment Start'), expect.stringMatching(/^[^/]+\/[^/]+\/[^/]+$/)],
  ])('names the resource: %s', (_, event, resource) => {
    expect(changed(event)[0]).toMatchObject({ resource });
  });

  it('names no resource for the number of tasks of a service, which changes beside its deployments', () => {
    expect(changed(ecsServiceAction('SERVICE_DESIRED_COUNT_UPDATED'))[0]).not.toHaveProperty('resource');
  });
});
