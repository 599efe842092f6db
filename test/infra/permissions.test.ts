import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { ENGINE_HANDLERS } from '../../functions/handlers/table/handler-table.ts';
import {
  ALLOWED_ON_ANYTHING,
  EXPECTED_PERMISSIONS,
  EXPECTED_WATCHDOG_PERMISSIONS,
  EXPECTED_WORKFLOW_PERMISSIONS,
} from './expected-permissions.ts';
import { described, permissionsOf, roleOf } from './granted-permissions.ts';
import { allResources, type Resource, resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

const templates = synthesizeStacks();
const functions = [...resourcesOf(templates.engine, 'AWS::Lambda::Function').values()];
const workflows = [...resourcesOf(templates.engine, 'AWS::StepFunctions::StateMachine').values()];
const physicalNames = new Map(
  [...resourcesOf(templates.engine, 'AWS::Lambda::Function')].map(([id, { Properties }]) => [
    id,
    String(Properties['FunctionName']),
  ]),
);

/** Names for the resources that only their logical ids tell apart. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/^<\w+Logs\w{8}\.Arn>$/, 'its log group'],
  [/^<import SelfhealState:\w+Records\w+>$/, 'the table'],
  [/^<TopicsArchitect\w{8}>$/, 'the architect'],
  [/^<TopicsSoc\w{8}>$/, 'the SOC'],
  [/^<TopicsKey\w{8}\.Arn>$/, 'the key'],
  [/^<CompletionDeadLetters\w{8}\.Arn>$/, 'the completions’ dead letters'],
  [/^<WatchdogDeadLetters\w{8}\.Arn>$/, 'the watchdog’s dead letters'],
  [/^<import SelfhealEngine:\w+TopicsArchitect\w+>$/, 'the architect'],
  [/^<import SelfhealEngine:\w+TopicsSoc\w+>$/, 'the SOC'],
  [/^<import SelfhealEngine:\w+TopicsKey\w+>$/, 'the key'],
  [/^<SignalDeadLetters\w{8}\.Arn>$/, 'the signals’ dead letters'],
  [/^<Heal\w{8}>$/, 'selfheal-heal'],
];

function granted(resource: Resource, template = templates.engine): readonly string[] {
  return grantedTo(roleOf(resource), template);
}

function grantedTo(roleId: string, template: Template): readonly string[] {
  return permissionsOf(template, roleId)
    .map((permission) => described({ ...permission, resource: named(permission.resource) }))
    .sort();
}

function named(resource: string): string {
  const lambda = /^<(\w+)\.Arn>(:\$LATEST)?$/.exec(resource);
  const functionName = physicalNames.get(lambda?.[1] ?? '');
  if (functionName) return functionName + (lambda?.[2] ?? '');
  return NAMES.find(([pattern]) => pattern.test(resource))?.[1] ?? resource;
}

describe('each function', () => {
  it.each(ENGINE_HANDLERS)('%s may do what it does, and nothing else', (handler) => {
    const lambda = functions.find(({ Properties }) => Properties['FunctionName'] === `selfheal-${handler}`);
    expect(lambda && granted(lambda)).toEqual(EXPECTED_PERMISSIONS[handler]?.toSorted());
  });

  it('has a role of its own, without managed policies', () => {
    const roles = [...functions, ...workflows].map(roleOf);
    expect(new Set(roles).size).toBe(roles.length);
    for (const { Properties } of resourcesOf(templates.engine, 'AWS::IAM::Role').values()) {
      expect(Properties['ManagedPolicyArns']).toBeUndefined();
      expect(Properties['Policies']).toBeUndefined();
    }
  });

  it('writes the log group that is its own', () => {
    for (const lambda of functions) {
      const logGroup = lambda.Properties['LoggingConfig'].LogGroup.Ref;
      const streams = permissionsOf(templates.engine, roleOf(lambda)).filter(
        ({ action }) => action === 'logs:PutLogEvents',
      );
      expect(streams.map(({ resource }) => resource)).toEqual([`<${logGroup}.Arn>`]);
    }
  });
});

describe('the watchdog', () => {
  const watching = [...resourcesOf(templates.watchdog, 'AWS::Lambda::Function').values()];

  it.each(Object.keys(EXPECTED_WATCHDOG_PERMISSIONS))('%s may do what it does, and nothing else', (name) => {
    const lambda = watching.find(({ Properties }) => Properties['FunctionName'] === `selfheal-${name}`);
    expect(lambda && granted(lambda, templates.watchdog)).toEqual(
      EXPECTED_WATCHDOG_PERMISSIONS[name]?.toSorted(),
    );
  });

  it('has no other function', () => {
    expect(watching).toHaveLength(Object.keys(EXPECTED_WATCHDOG_PERMISSIONS).length);
  });

  it('notifies people by a role that can do nothing else', () => {
    const functionRoles = new Set(watching.map(roleOf));
    const others = [...resourcesOf(templates.watchdog, 'AWS::IAM::Role')].filter(
      ([roleId]) => !functionRoles.has(roleId),
    );
    expect(others.map(([roleId]) => grantedTo(roleId, templates.watchdog))).toEqual([
      [
        'kms:Decrypt on the key',
        'kms:GenerateDataKey on the key',
        'sns:Publish on the SOC',
        'sns:Publish on the architect',
      ],
    ]);
  });
});

describe('each workflow', () => {
  it.each(Object.keys(EXPECTED_WORKFLOW_PERMISSIONS))('%s may do what it does, and nothing else', (name) => {
    const workflow = workflows.find(({ Properties }) => Properties['StateMachineName'] === name);
    expect(workflow && granted(workflow)).toEqual(EXPECTED_WORKFLOW_PERMISSIONS[name]?.toSorted());
  });
});

describe('in all stacks', () => {
  const roles = Object.values(templates).flatMap((template) =>
    [...resourcesOf(template, 'AWS::IAM::Role').keys()].flatMap((roleId) => permissionsOf(template, roleId)),
  );

  it('nothing is allowed on everything but what AWS knows no resource for', () => {
    const unscoped = roles.filter(({ resource }) => resource === '*').map(({ action }) => action);
    const reasons = Object.values(ALLOWED_ON_ANYTHING);
    expect(unscoped.filter((action) => !reasons.some((actions) => actions.test(action)))).toEqual([]);
  });

  it('no action is a wildcard', () => {
    expect(roles.filter(({ action }) => action.includes('*'))).toEqual([]);
  });

  it('commands are our own documents, on nodes with the managed tag', () => {
    const commands = roles.filter(({ action }) => action === 'ssm:SendCommand');
    expect(commands).not.toHaveLength(0);
    for (const { resource, condition } of commands) {
      if (resource.includes(':document/')) expect(resource).toMatch(/:document\/selfheal-[a-z-]+$/);
      else expect(condition).toBe('ssm:resourceTag/heal=please');
    }
  });

  it('no account, region or partition is written down', () => {
    const written = /arn:aws[a-z-]*:|\b\d{12}\b|\b[a-z]{2}-[a-z]+-\d\b/;
    for (const [where, resource] of allResources(templates)) {
      expect(written.exec(JSON.stringify(resource))?.[0], where).toBeUndefined();
    }
  });
});
