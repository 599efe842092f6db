import { describe, expect, it } from 'vitest';
import {
  appConfigEvent,
  automationEvent,
  codeDeployEvent,
  ecsDeploymentEvent,
  ecsServiceAction,
  instanceRefreshEvent,
  stackEvent,
} from '../../../factories/events/change-events.ts';
import { changeOf, ignored, problem, read } from './read-changes.ts';

describe('an event of CodeDeploy', () => {
  const change = (phase: 'started' | 'finished' | 'failed') =>
    changeOf({
      component: 'deployed',
      source: 'codedeploy',
      kind: 'deployment',
      changeId: 'd-123456789',
      resource: 'shop/production',
      phase,
      summary: 'deployment d-123456789 of shop/production',
    });

  it.each([
    ['START', 'started'],
    ['READY', 'started'],
    ['SUCCESS', 'finished'],
    ['FAILURE', 'failed'],
    ['STOP', 'failed'],
  ] as const)('in the state %s says that a deployment has %s', (state, phase) => {
    expect(read(codeDeployEvent(state))).toEqual(change(phase));
  });

  it('says nothing in another state, or of another group', () => {
    expect(read(codeDeployEvent('HALTED'))).toEqual(
      ignored('deployment d-123456789 of shop/production is HALTED'),
    );
    expect(read(codeDeployEvent('START', 'shop', 'staging'))).toEqual(
      ignored('deployment d-123456789 of shop/staging: a change of no watched component'),
    );
  });

  it.each(['deploymentId', 'application', 'deploymentGroup', 'state'])(
    'is not understood without %s',
    (field) => {
      expect(read(codeDeployEvent('START'), { [field]: undefined })).toEqual(
        problem(`${field} missing: a text`),
      );
    },
  );

  it('has texts of 1 to 2,048 characters, and an id of 256 at most', () => {
    const id = (characters: number) =>
      read(codeDeployEvent('START'), { deploymentId: 'd'.repeat(characters) });
    expect(id(0).kind).toBe('not-understood');
    expect(id(1)).toMatchObject({ changes: [{ changeId: 'd' }] });
    expect(id(256)).toMatchObject({ changes: [{ changeId: 'd'.repeat(256) }] });
    expect(id(257)).toMatchObject({ changes: [{ changeId: `${'d'.repeat(255)}…` }] });
    expect(id(2_048)).toMatchObject({
      changes: [{ summary: `deployment ${'d'.repeat(288)}…` }],
    });
    expect(id(2_049).kind).toBe('not-understood');
  });
});

describe('an event of ECS', () => {
  it.each([
    ['SERVICE_DEPLOYMENT_IN_PROGRESS', 'started'],
    ['SERVICE_DEPLOYMENT_COMPLETED', 'finished'],
    ['SERVICE_DEPLOYMENT_FAILED', 'failed'],
  ] as const)('named %s says that a deployment has %s', (name, phase) => {
    expect(read(ecsDeploymentEvent(name))).toEqual(
      changeOf({
        component: 'orders',
        source: 'ecs',
        kind: 'deployment',
        changeId: 'ecs-svc/1234567890123456789',
        resource: 'production/orders',
        phase,
        summary: 'deployment ecs-svc/1234567890123456789 of production/orders',
      }),
    );
  });

  it('reports a changed number of tasks under its own id', () => {
    expect(read(ecsServiceAction('SERVICE_DESIRED_COUNT_UPDATED'))).toEqual(
      changeOf({
        component: 'orders',
        source: 'ecs',
        kind: 'scaling',
        changeId: 'c071190c-41a5-44b8-92b1-b1f0bd1d0b2c',
        phase: 'finished',
        summary: 'the number of tasks of production/orders was changed',
      }),
    );
  });

  it('finds the service among its resources', () => {
    const event = ecsDeploymentEvent('SERVICE_DEPLOYMENT_FAILED');
    const task = 'arn:aws:ecs:eu-west-1:123456789012:task/production/1';
    expect(read(event, {}, [task, ...event.resources]).kind).toBe('changes');
    expect(read(event, {}, [task])).toEqual(problem('resources: the ARN of a service is missing'));
  });

  it('says nothing in another state, and is not understood without the deployment', () => {
    expect(read(ecsServiceAction('SERVICE_STEADY_STATE'))).toEqual(
      ignored('production/orders is SERVICE_STEADY_STATE'),
    );
    expect(read(ecsDeploymentEvent('SERVICE_DEPLOYMENT_COMPLETED'), { deploymentId: undefined })).toEqual(
      problem('detail.deploymentId of SERVICE_DEPLOYMENT_COMPLETED: missing'),
    );
  });
});

describe('an event of CloudFormation', () => {
  const change = (status: string, phase: 'started' | 'finished' | 'failed', changeId: string) =>
    changeOf({
      component: 'stacked',
      source: 'cloudformation',
      kind: 'deployment',
      changeId,
      resource: 'shop-production',
      phase,
      summary: `stack shop-production: ${status}`,
    });
  const TOKEN = 'shop-production/Console-UpdateStack-7f59c3cf';

  it.each([
    ['CREATE_IN_PROGRESS', 'started'],
    ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'started'],
    ['UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', 'started'],
    ['CREATE_COMPLETE', 'finished'],
    ['UPDATE_COMPLETE', 'finished'],
    ['ROLLBACK_COMPLETE', 'failed'],
    ['UPDATE_ROLLBACK_COMPLETE', 'failed'],
    ['UPDATE_ROLLBACK_FAILED', 'failed'],
    ['UPDATE_FAILED', 'failed'],
  ] as const)('with the status %s says that a deployment has %s', (status, phase) => {
    expect(read(stackEvent(status))).toEqual(change(status, phase, TOKEN));
  });

  it.each(['REVIEW_IN_PROGRESS', 'DRIFTED'])('says nothing with the status %s', (status) => {
    expect(read(stackEvent(status))).toEqual(ignored(`stack shop-production is ${status}`));
  });

  it('is named after the stack alone without a token', () => {
    for (const token of ['', undefined])
      expect(read(stackEvent('UPDATE_COMPLETE'), { 'client-request-token': token })).toEqual(
        change('UPDATE_COMPLETE', 'finished', 'shop-production'),
      );
  });

  it('has a token of 128 characters at most', () => {
    const withToken = (length: number) => read(stackEvent('UPDATE_COMPLETE', undefined, 't'.repeat(length)));
    expect(withToken(128)).toEqual(
      change('UPDATE_COMPLETE', 'finished', `shop-production/${'t'.repeat(128)}`),
    );
    expect(withToken(129).kind).toBe('not-understood');
  });

  it('is not understood without the ARN of a stack, or without a status', () => {
    expect(read(stackEvent('UPDATE_COMPLETE'), { 'stack-id': 'shop-production' })).toEqual(
      problem('detail.stack-id "shop-production": not the ARN of a stack'),
    );
    expect(read(stackEvent('UPDATE_COMPLETE'), { 'status-details': {} })).toEqual(
      problem('status-details.status missing: a text'),
    );
  });
});

describe('an event of AppConfig', () => {
  const change = (summary: string, phase: 'started' | 'finished' | 'failed', resource?: string) =>
    changeOf({
      component: 'flagged',
      source: 'appconfig',
      kind: 'configuration',
      changeId: 'ba8toh7/pgil2o7/4',
      ...(resource !== undefined && { resource }),
      phase,
      summary,
    });

  it.each([
    ['On Deployment Start', 'started'],
    ['On Deployment Complete', 'finished'],
    ['On Deployment Rolled Back', 'failed'],
    ['On Deployment Rollback', 'failed'],
  ] as const)('named %s says that a deployment has %s', (detailType, phase) => {
    expect(read(appConfigEvent(detailType))).toEqual(
      change('configuration deployment 4 of limits to shop/production', phase, 'ba8toh7/pgil2o7/ga3tqep'),
    );
  });

  it('shows ids where there are no names', () => {
    const event = appConfigEvent('On Deployment Start');
    expect(read(event, { ConfigurationProfile: { Id: 'ga3tqep' } })).toEqual(
      change(
        'configuration deployment 4 of ga3tqep to shop/production',
        'started',
        'ba8toh7/pgil2o7/ga3tqep',
      ),
    );
    expect(read(event, { ConfigurationProfile: undefined })).toEqual(
      change('configuration deployment 4 to shop/production', 'started'),
    );
    expect(read(event, { Application: { Id: 'a' }, Environment: { Id: 'e' } })).toEqual(
      ignored('configuration deployment 4 of limits to a/e: a change of no watched component'),
    );
  });

  it.each([
    [{ Id: 'shop' }, { Id: 'production' }, 'changes'],
    [{ Id: 'x', Name: 'shop' }, { Id: 'production', Name: 'x' }, 'changes'],
    [{ Id: 'x', Name: 'shop' }, { Id: 'x', Name: 'staging' }, 'ignored'],
    [{ Id: 'x', Name: 'other' }, { Id: 'x', Name: 'production' }, 'ignored'],
  ])('belongs to a component that lists both its places, by id or by name: %j, %j', (app, place, kind) => {
    const event = appConfigEvent('On Deployment Start');
    expect(read(event, { Application: app, Environment: place }).kind).toBe(kind);
  });
});

describe('an event of an instance refresh', () => {
  it.each([
    ['Started', 'started'],
    ['Rollback Started', 'started'],
    ['Succeeded', 'finished'],
    ['Failed', 'failed'],
    ['Cancelled', 'failed'],
    ['Rollback Succeeded', 'failed'],
    ['Rollback Failed', 'failed'],
  ] as const)('%s says that a deployment has %s', (ended, phase) => {
    expect(read(instanceRefreshEvent(ended))).toEqual(
      changeOf({
        component: 'workers',
        source: 'autoscaling',
        kind: 'deployment',
        changeId: 'c613620e-07e2-4ed2-a9e2-ef8258911ade',
        resource: 'web-group',
        phase,
        summary: 'instance refresh c613620e-07e2-4ed2-a9e2-ef8258911ade of web-group',
      }),
    );
  });
});

describe('an event of Systems Manager', () => {
  const STATES = [
    ['Pending', 'started'],
    ['InProgress', 'started'],
    ['Waiting', 'started'],
    ['Success', 'finished'],
    ['Failed', 'failed'],
    ['TimedOut', 'failed'],
    ['Cancelled', 'failed'],
    ['Incomplete', 'failed'],
  ] as const;
  const commandEvent = (document: string, status: string) => ({
    ...automationEvent(document, status),
    'detail-type': 'EC2 Command Status-change Notification',
    detail: { 'command-id': 'c-1', 'document-name': document, status },
  });
  const change = (changeId: string, phase: (typeof STATES)[number][1]) =>
    changeOf({
      ...{ component: 'scripted', source: 'ssm', kind: 'maintenance', changeId, phase },
      summary: `deploy-web (${changeId})`,
    });

  it.each(STATES)('in the state %s says that an automation or a command has %s', (status, phase) => {
    const id = '333ba70b-c4e6-45b9-98c2-5d0b1a16b2d5';
    expect(read(automationEvent('deploy-web', status))).toEqual(change(id, phase));
    expect(read(commandEvent('deploy-web', status))).toEqual(change('c-1', phase));
  });

  it('says nothing in another state, or of another document', () => {
    expect(read(commandEvent('deploy-web', 'Delayed'))).toEqual(ignored('deploy-web is Delayed'));
    expect(read(automationEvent('other', 'Success'))).toEqual(
      ignored('other (333ba70b-c4e6-45b9-98c2-5d0b1a16b2d5): a change of no watched component'),
    );
  });
});

describe('an event of a source or a type that is not read', () => {
  it.each([
    ['aws.batch', 'Batch Job State Change'],
    ['constructor', 'CodeDeploy Deployment State-change Notification'],
    ['aws.codedeploy', 'constructor'],
    ['aws.appconfig', 'On Deployment Baked'],
  ])('is not understood: %s, %s', (source, type) => {
    expect(read({ ...codeDeployEvent('START'), source, 'detail-type': type })).toEqual(
      problem(`source ${source}, detail-type ${type}: not a known signal`),
    );
  });
});
