import { describe, expect, it } from 'vitest';
import {
  checkFunctions,
  checkOwnAlarms,
  checkQueues,
  checkRules,
  checkStacks,
  checkTopics,
} from '../../../../functions/app/doctor/stack-checks.ts';
import type { AlarmState } from '../../../../functions/core/verification/alarm-observation.ts';
import type { Deployment } from '../../../../functions/ports/deployment.ts';
import { DEPLOY, depsOf, one, stackOf } from './doctor-faults.ts';

const ARN = 'arn:aws:sns:us-east-1:1:selfheal-architect';

describe('the faults of stacks say what to do', () => {
  it('about functions', async () => {
    const stacks = stackOf('AWS::Lambda::Function', 'act');
    const found = (state: string | undefined) =>
      checkFunctions(depsOf({ functionState: async () => state }), stacks);
    expect(await found(undefined)).toEqual(one('function act', 'was deleted', DEPLOY));
    expect(await found('Inactive')).toEqual(
      one(
        'function act',
        'is Inactive, not Active',
        'Look at its state reason in the Lambda console; a function that was idle for weeks may need a minute.',
      ),
    );
  });

  it('about rules', async () => {
    const found = (rule: Awaited<ReturnType<Deployment['rule']>>) =>
      checkRules(depsOf({ rule: async () => rule }), stackOf('AWS::Events::Rule', 'signals'));
    expect(await found(undefined)).toEqual(one('rule signals', 'was deleted: its events go nowhere', DEPLOY));
    expect(await found({ isEnabled: false, targets: 1 })).toEqual(
      one(
        'rule signals',
        'is disabled: its events go nowhere',
        'Enable it: `aws events enable-rule --name signals`.',
      ),
    );
    expect(await found({ isEnabled: true, targets: 0 })).toEqual(
      one('rule signals', 'has no target: its events go nowhere', DEPLOY),
    );
  });

  it('about dead letters', async () => {
    const found = (waiting: number | undefined) =>
      checkQueues(
        depsOf({ waitingMessages: async () => waiting }),
        stackOf('AWS::SQS::Queue', 'https://sqs/1/dead'),
      );
    expect(await found(undefined)).toEqual(one('queue dead', 'was deleted', DEPLOY));
    const remedy =
      'Read them, fix the cause, send again what still matters, then purge the queue: docs/operating.md, “Dead-letter queues”.';
    expect(await found(1)).toEqual(
      one('queue dead', 'holds 1 dead letter: events that could not be handled', remedy),
    );
    expect(await found(2)).toEqual(
      one('queue dead', 'holds 2 dead letters: events that could not be handled', remedy),
    );
  });

  it('about topics that nobody reads', async () => {
    const nobody = {
      subject: 'topic selfheal-architect',
      problem: 'has no confirmed subscription: nobody is notified',
      remedy: 'Add e-mail addresses under `settings.notify`, deploy, and confirm the subscription.',
    };
    const unconfirmed = {
      subject: 'topic selfheal-architect',
      problem: 'the email subscription of ada@example.com is not confirmed',
      remedy: `Follow the link in the mail that AWS sent. It is valid for two days; after that, have another one sent: \`aws sns subscribe --topic-arn ${ARN} --protocol email --notification-endpoint ada@example.com\`.`,
    };
    const found = (arn: string, subscriptions: Awaited<ReturnType<Deployment['subscriptions']>>) =>
      checkTopics(depsOf({ subscriptions: async () => subscriptions }), stackOf('AWS::SNS::Topic', arn));
    const ada = { protocol: 'email', endpoint: 'ada@example.com' };
    expect(await found(ARN, undefined)).toEqual(one('topic selfheal-architect', 'was deleted', DEPLOY));
    expect((await found(ARN, [])).faults).toEqual([nobody]);
    expect((await found(ARN, [{ ...ada, isConfirmed: false }])).faults).toEqual([unconfirmed, nobody]);
    const both = [
      { ...ada, isConfirmed: false },
      { ...ada, isConfirmed: true },
    ];
    expect((await found(ARN, both)).faults).toEqual([unconfirmed]);
    expect((await found('arn:aws:sns:us-east-1:1:selfheal-soc', [])).faults).toEqual([]);
  });

  it('about Selfheal’s own alarms', async () => {
    const found = (...states: readonly (readonly [string, AlarmState])[]) =>
      checkOwnAlarms(
        depsOf({ alarmStates: async () => new Map(states) }),
        stackOf('AWS::CloudWatch::Alarm', 'silent'),
      );
    expect(await found()).toEqual(one('alarm silent', 'was deleted', DEPLOY));
    expect((await found(['silent', 'OK'])).faults).toEqual([]);
    expect(await found(['silent', 'ALARM'])).toEqual(
      one(
        'alarm silent',
        'is in ALARM: Selfheal itself is in trouble',
        'docs/operating.md, “Selfheal’s own alarms”, says what to look at.',
      ),
    );
  });

  it('about stacks', async () => {
    const types: Readonly<Record<string, string>> = {
      SelfhealApprovals: 'AWS::Lambda::Function',
      SelfhealAnalysis: 'AWS::CDK::Metadata',
    };
    const deps = depsOf({
      stackResources: async (name) => (types[name] ? [{ type: types[name], id: 'x' }] : undefined),
    });
    const { faults } = await checkStacks(deps, ['SelfhealState', 'SelfhealEngine'], stackOf('x', 'y'));
    expect(faults).toEqual([
      {
        subject: 'stack SelfhealState',
        problem: 'is not deployed, and this configuration needs it',
        remedy: DEPLOY,
      },
      {
        subject: 'stack SelfhealApprovals',
        problem: 'is still at work, although this configuration does not use it',
        remedy: `${DEPLOY} It is then empty.`,
      },
    ]);
  });
});
