import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { matches } from './event-pattern.ts';
import { SAMPLE_CONFIGURATION } from './sample-configuration.ts';
import { alarmEvent, commandEvent, customEvent, executionEvent, MUTED } from './sample-events.ts';
import { asText, type Resource, resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

const templates = synthesizeStacks();
const rules = [...resourcesOf(templates.engine, 'AWS::Events::Rule').values()];
const patterned = rules.filter(({ Properties }) => Properties['EventPattern']);
const heal = 'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:selfheal-heal';

/** Logical ids of what an event would reach. */
function reached(event: object, of: readonly Resource[] = patterned): readonly string[] {
  return of
    .filter(({ Properties }) => matches(withTextArns(Properties['EventPattern']), event))
    .flatMap(({ Properties }) => Properties['Targets'].map((target: { Arn: unknown }) => asText(target.Arn)));
}

/** A state machine's ARN is a join of pseudo parameters in the template. */
function withTextArns(pattern: {
  readonly detail?: { readonly stateMachineArn?: readonly unknown[] };
}): object {
  const { detail } = pattern;
  const arns = detail?.stateMachineArn?.map(asText);
  return arns ? { ...pattern, detail: { ...detail, stateMachineArn: arns } } : pattern;
}

const TRIAGE = [expect.stringMatching(/^<TriageWorkflow/)];

describe('alarms', () => {
  it.each(['selfheal-web-memory-i-0123456789abcdef0', 'selfheal-web-both', 'Orders too many errors'])(
    'start triage when %s goes into ALARM, and when it comes back',
    (alarmName) => {
      expect(reached(alarmEvent(alarmName))).toEqual(TRIAGE);
      expect(reached(alarmEvent(alarmName, { value: 'OK' }))).toEqual(TRIAGE);
    },
  );

  it('start triage without reasonData in the previous state', () => {
    const previousState = { value: 'INSUFFICIENT_DATA', reason: 'Unchecked: Initial alarm creation' };
    expect(reached(alarmEvent('selfheal-web-both', {}, { previousState }))).toEqual(TRIAGE);
  });

  it('start triage when one contributor of theirs goes into ALARM', () => {
    const contributor = (alarmName: string, detail: object = {}) => {
      const event = alarmEvent(alarmName) as { readonly detail: { readonly state: object } };
      const { previousState: _, ...rest } = event.detail as Record<string, unknown>;
      return {
        ...event,
        'detail-type': 'CloudWatch Alarm Contributor State Change',
        detail: { ...rest, alarmContributor: { id: 'a1', attributes: { InstanceId: 'i-1' } }, ...detail },
      };
    };
    expect(reached(contributor('selfheal-web-memory'))).toEqual(TRIAGE);
    expect(reached(contributor('Orders too many errors'))).toEqual(TRIAGE);
    expect(reached(contributor('Orders'))).toEqual([]);
    expect(reached(contributor('selfheal-web-memory', MUTED))).toEqual([]);
  });

  it('do nothing while muted', () => {
    expect(reached(alarmEvent('selfheal-web-both', {}, MUTED))).toEqual([]);
    expect(reached(alarmEvent('Orders too many errors', {}, MUTED))).toEqual([]);
  });

  it('do nothing while their actions are suppressed', () => {
    const suppressed = { actionsSuppressedBy: 'Alarm', actionsSuppressedReason: 'Suppressed' };
    expect(reached(alarmEvent('selfheal-web-both', suppressed))).toEqual([]);
  });

  it('do nothing without enough data', () => {
    expect(reached(alarmEvent('selfheal-web-both', { value: 'INSUFFICIENT_DATA' }))).toEqual([]);
  });

  it('do nothing when they are somebody else’s', () => {
    expect(reached(alarmEvent('Orders'))).toEqual([]);
    expect(reached(alarmEvent('Orders too many errors 2'))).toEqual([]);
  });

  it('do nothing when they watch Selfheal itself', () => {
    const own = [...resourcesOf(templates.monitoring, 'AWS::CloudWatch::Alarm').values()];
    expect(own).not.toHaveLength(0);
    for (const { Properties } of own) expect(reached(alarmEvent(Properties['AlarmName']))).toEqual([]);
  });
});

describe('other signals', () => {
  it.each([
    ['Selfheal Signal', ['selfheal', 'selfheal.monitor', 'selfheal.operator']],
    ['Selfheal Control', ['selfheal.operator']],
    ['Selfheal Approval', ['selfheal.operator']],
  ])('%s starts triage if it comes from a source that may send it', (detailType, sources) => {
    for (const source of sources) expect(reached(customEvent(source, detailType))).toEqual(TRIAGE);
    for (const source of ['me', 'selfheal.cli', 'selfheal.operator2', 'Selfheal.operator', ''])
      expect(reached(customEvent(source, detailType))).toEqual([]);
  });

  it('count from the sources that the configuration names, and from no others', () => {
    const sources = '  sources: { signals: [acme.monitor], controls: [acme.oncall] }\n';
    const { engine } = synthesizeStacks(SAMPLE_CONFIGURATION.replace('settings:\n', `settings:\n${sources}`));
    const own = [...resourcesOf(engine, 'AWS::Events::Rule').values()].filter(
      ({ Properties }) => Properties['EventPattern'],
    );
    const reaches = (source: string, detailType: string) =>
      reached(customEvent(source, detailType), own).length > 0;
    expect(reaches('acme.monitor', 'Selfheal Signal')).toBe(true);
    expect(reaches('acme.oncall', 'Selfheal Control')).toBe(true);
    // The watchdog and the reconciler are always heard.
    expect(reaches('selfheal', 'Selfheal Signal')).toBe(true);
    expect(reaches('acme.oncall', 'Selfheal Signal')).toBe(false);
    expect(reaches('acme.monitor', 'Selfheal Control')).toBe(false);
    expect(reaches('selfheal.operator', 'Selfheal Control')).toBe(false);
  });

  it('have no rule, rather than one for everyone, where no source is named', () => {
    const sources = '  sources: { controls: [] }\n';
    const { engine } = synthesizeStacks(SAMPLE_CONFIGURATION.replace('settings:\n', `settings:\n${sources}`));
    const patterns = [...resourcesOf(engine, 'AWS::Events::Rule').values()].map(
      ({ Properties }) => Properties['EventPattern'],
    );
    expect(JSON.stringify(patterns)).not.toContain('Selfheal Control');
  });

  it('a state change of our own operations starts nothing', () => {
    expect(reached(customEvent('selfheal', 'Selfheal Operation State Change'))).toEqual([]);
  });
});

describe('commands', () => {
  it.each(['Success', 'Failed', 'TimedOut', 'Cancelled', 'Incomplete', 'SomethingNew'])(
    'commands of our documents that are %s reach the status function',
    (status) => {
      const names = [expect.stringMatching(/^<CommandStatusFunction.*\.Arn>$/)];
      expect(reached(commandEvent('selfheal-graceful-stop', status))).toEqual(names);
    },
  );

  it.each(['Pending', 'InProgress', 'Delayed', 'Cancelling'])(
    'commands that are %s reach no function',
    (status) => {
      expect(reached(commandEvent('selfheal-graceful-stop', status))).toEqual([]);
    },
  );

  it('commands of other documents reach no function', () => {
    expect(reached(commandEvent('AWS-RunShellScript', 'Success'))).toEqual([]);
  });
});

describe('executions', () => {
  it.each(['FAILED', 'TIMED_OUT', 'ABORTED'])(
    'executions of heal that are %s reach the recovering function',
    (status) => {
      expect(reached(executionEvent(heal, status))).toEqual([
        expect.stringMatching(/^<ExecutionEndedFunction.*\.Arn>$/),
      ]);
    },
  );

  it('executions that run, succeed, or belong to another machine reach no function', () => {
    expect(reached(executionEvent(heal, 'RUNNING'))).toEqual([]);
    expect(reached(executionEvent(heal, 'SUCCEEDED'))).toEqual([]);
    expect(reached(executionEvent('another', 'FAILED'))).toEqual([]);
  });
});

describe('an event that another account or region forwards to this bus', () => {
  const events = [
    alarmEvent('selfheal-web-memory-i-0123456789abcdef0'),
    alarmEvent('Orders too many errors'),
    customEvent('selfheal', 'Selfheal Signal'),
    customEvent('selfheal.operator', 'Selfheal Control'),
    commandEvent('selfheal-graceful-stop', 'Success'),
    executionEvent(heal, 'FAILED'),
  ];

  it.each([
    ['account', { account: '999999999999' }],
    ['region', { region: 'eu-central-1' }],
  ])('reaches nothing if its %s is not ours', (_what, origin) => {
    for (const event of events) {
      expect(reached(event)).toHaveLength(1);
      expect(reached({ ...event, ...origin })).toEqual([]);
    }
  });

  it('reaches nothing if it does not say where it is from', () => {
    for (const event of events) {
      const { account: _account, ...nameless } = event;
      expect(reached(nameless)).toEqual([]);
    }
  });
});

describe('the event rules', () => {
  it('name the account and region of their stack, and a source, if they have a pattern', () => {
    const all = Object.values(templates).flatMap((template) => [
      ...resourcesOf(template, 'AWS::Events::Rule').values(),
    ]);
    const patterns = all.flatMap(({ Properties }) => Properties['EventPattern'] ?? []);
    expect(patterns.length).toBeGreaterThan(7);
    for (const pattern of patterns) {
      expect(pattern).toMatchObject({
        account: [{ Ref: 'AWS::AccountId' }],
        region: [{ Ref: 'AWS::Region' }],
      });
      expect(pattern.source?.length).toBeGreaterThan(0);
    }
  });

  it('have a bounded retry and a dead-letter queue for each of their targets', () => {
    for (const { Properties } of rules) {
      for (const target of Properties['Targets']) {
        expect(target.RetryPolicy.MaximumEventAgeInSeconds).toBeLessThanOrEqual(3_600);
        expect(target.RetryPolicy.MaximumRetryAttempts).toBeLessThanOrEqual(30);
        expect(asText(target.DeadLetterConfig.Arn)).toMatch(/^<(Signal|Completion)DeadLetters.*\.Arn>$/);
      }
    }
  });

  it.each(['engine', 'watchdog', 'webhook'] as const)(
    'may write to their dead-letter queues, by one statement each, in the %s stack',
    (stack) => {
      const template = templates[stack] as Template;
      const targets = [...resourcesOf(template, 'AWS::Events::Rule').values()].flatMap(
        ({ Properties }) => Properties['Targets'] as readonly { DeadLetterConfig: { Arn: unknown } }[],
      );
      const policies = [...resourcesOf(template, 'AWS::SQS::QueuePolicy').values()];
      const senders = policies
        .flatMap(({ Properties }) => Properties['PolicyDocument'].Statement)
        .filter(({ Principal }) => Principal.Service === 'events.amazonaws.com');
      expect(senders.map(({ Resource }) => asText(Resource)).sort()).toEqual(
        [...new Set(targets.map(({ DeadLetterConfig }) => asText(DeadLetterConfig.Arn)))].sort(),
      );
      const name = { engine: 'SelfhealEngine', watchdog: 'SelfhealWatchdog', webhook: 'SelfhealWebhook' }[
        stack
      ];
      for (const { Effect, Action, Condition } of senders) {
        expect({ Effect, Action }).toEqual({ Effect: 'Allow', Action: 'sqs:SendMessage' });
        // CloudFormation names a rule after its stack.
        expect(asText(Condition.ArnLike['aws:SourceArn'])).toBe(
          `arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:rule/${name}-*`,
        );
      }
      for (const { Properties } of resourcesOf(template, 'AWS::Events::Rule').values()) {
        expect(Properties).not.toHaveProperty('Name');
      }
    },
  );

  it('run the reconciler once a minute', () => {
    const schedules = rules.filter(({ Properties }) => Properties['ScheduleExpression']);
    expect(schedules.map(({ Properties }) => Properties['ScheduleExpression'])).toEqual(['rate(1 minute)']);
  });

  it('have patterns that EventBridge accepts, however many alarms are adopted', () => {
    const names = Array.from({ length: 90 }, (_, index) => `${'Adopted alarm '.repeat(15)}${index}`);
    const alarms = names.map((name, index) => `      a${index}: { adopt: ${name}, metric: error_rate }`);
    const yaml = SAMPLE_CONFIGURATION.replace(/( {6}errors: .*\n)/, `$1${alarms.join('\n')}\n`);
    const { engine } = synthesizeStacks(yaml);
    const many = [...resourcesOf(engine, 'AWS::Events::Rule').values()].filter(
      ({ Properties }) => Properties['EventPattern'],
    );
    for (const { Properties } of many) {
      expect(JSON.stringify(Properties['EventPattern']).length).toBeLessThan(2_048);
    }
    for (const name of names) expect(reached(alarmEvent(name), many)).toHaveLength(1);
  });
});
