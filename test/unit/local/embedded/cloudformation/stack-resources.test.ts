import { describe, expect, it } from 'vitest';
import { readStackResources } from '../../../../../local/embedded/cloudformation/stack-resources.ts';
import type { TemplateResource } from '../../../../../local/embedded/cloudformation/synthesize.ts';
import { loadFunctions } from '../../../../../local/embedded/functions.ts';

const read = (Resources: Readonly<Record<string, TemplateResource>>) => readStackResources({ Resources });

const work: TemplateResource = {
  Type: 'AWS::Lambda::Function',
  Properties: { FunctionName: 'work', Timeout: 30 },
};
const rule = (properties: Readonly<Record<string, unknown>> = {}, target: object = {}): TemplateResource => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    EventPattern: { source: ['test'] },
    State: 'ENABLED',
    Targets: [{ Id: 'Target0', Arn: { 'Fn::GetAtt': ['Work', 'Arn'] }, ...target }],
    ...properties,
  },
});

const invoking = (properties: object): TemplateResource => ({
  Type: 'AWS::Lambda::EventInvokeConfig',
  Properties: { FunctionName: 'work', Qualifier: '$LATEST', ...properties },
});
const source = (properties: object): TemplateResource => ({
  Type: 'AWS::Lambda::EventSourceMapping',
  Properties: {
    ...{ EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:Work', FunctionName: 'work', BatchSize: 1 },
    ScalingConfig: { MaximumConcurrency: 2 },
    ...properties,
  },
});
const machine = (definition: string): TemplateResource => ({
  Type: 'AWS::StepFunctions::StateMachine',
  Properties: {
    StateMachineName: 'machine',
    DefinitionString: definition,
    DefinitionSubstitutions: { Function: { 'Fn::GetAtt': ['Work', 'Arn'] } },
  },
});

describe("the engine's template", () => {
  it('has its references resolved', () => {
    const { functions, rules, queues } = read({
      Work: work,
      Letters: { Type: 'AWS::SQS::Queue' },
      Rule: rule({}, { DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['Letters', 'Arn'] } } }),
      Role: { Type: 'AWS::IAM::Role', Properties: { Anything: { 'Fn::ImportValue': 'not there' } } },
    });
    expect(functions).toMatchObject([{ FunctionName: 'work', Timeout: 30, MemorySize: 128 }]);
    expect(rules).toMatchObject([
      {
        name: 'Rule',
        Targets: [
          {
            Arn: 'arn:aws:lambda:us-east-1:000000000000:function:work',
            DeadLetterConfig: { Arn: queues[0]?.arn },
          },
        ],
      },
    ]);
  });

  it('has substitutions filled into its state machines', () => {
    const { stateMachines } = read({ Work: work, Machine: machine(`{"Resource":"\${Function}"}`) });
    expect(stateMachines).toEqual([
      {
        name: 'machine',
        type: 'STANDARD',
        definition: '{"Resource":"arn:aws:lambda:us-east-1:000000000000:function:work"}',
      },
    ]);
  });

  it.each<[string, TemplateResource]>([
    ['a header of an API destination', rule({}, { HttpParameters: { HeaderParameters: { A: 'b' } } })],
    ['a dashboard', { Type: 'AWS::CloudWatch::Dashboard' }],
    ['a rule that is switched off', rule({ State: 'DISABLED' })],
    ['another bus', rule({ EventBusName: 'other' })],
    ['a rule with neither pattern nor schedule', rule({ EventPattern: undefined })],
    ['six targets', rule({ Targets: Array.from({ length: 6 }, (_, n) => ({ Id: `${n}`, Arn: 'arn' })) })],
    ['events that age too little', rule({}, { RetryPolicy: { MaximumEventAgeInSeconds: 59 } })],
    ['too many retries', rule({}, { RetryPolicy: { MaximumRetryAttempts: 186 } })],
    ['a queue whose messages come in batches', source({ BatchSize: 2 })],
    [
      'a queue whose messages a function may work on one at a time',
      source({ ScalingConfig: { MaximumConcurrency: 1 } }),
    ],
    ['a third retry of a function', invoking({ MaximumRetryAttempts: 3 })],
    ['events that age too long', invoking({ MaximumEventAgeInSeconds: 21_601 })],
    ['a condition', { ...rule(), Condition: 'Sometimes' } as TemplateResource],
    [
      'a condition on what is not looked at',
      { Type: 'AWS::IAM::Role', Condition: 'Sometimes' } as TemplateResource,
    ],
    ['a policy of its creation', { ...rule(), CreationPolicy: {} } as TemplateResource],
  ])('is refused with %s, which is not known here', (_, resource) => {
    expect(() => read({ Work: work, Rule: resource })).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_RESOURCE', message: expect.stringContaining('Rule') }),
    );
  });

  it.each(['Other', 'toString', 'with space', ''])(
    'is refused with a placeholder that nothing replaces: %o',
    (name) => {
      expect(() => read({ Work: work, Machine: machine(`{"Resource":"\${${name}}"}`) })).toThrow(
        expect.objectContaining({ code: 'UNKNOWN_RESOURCE' }),
      );
    },
  );

  it.each<[string, object]>([
    ['conditions', { Conditions: { Sometimes: {} } }],
    ['mappings', { Mappings: {} }],
    ['a transform', { Transform: 'AWS::Serverless-2016-10-31' }],
    ['a parameter of its own', { Parameters: { Mode: { Type: 'String' } } }],
    ['a rule of its own', { Rules: { Mode: {} } }],
  ])('is refused with %s', (_, more) => {
    expect(() => readStackResources({ Resources: { Work: work }, ...more })).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_RESOURCE' }),
    );
  });

  it('is refused with a function for which the table has no handler', async () => {
    const functionOf = await loadFunctions();
    expect(() => functionOf('selfheal-unheard-of')).toThrow('selfheal-unheard-of: no handler of this name');
    expect(() => functionOf('selfheal-act-outside')).toThrow('no handler of this name');
  });
});
