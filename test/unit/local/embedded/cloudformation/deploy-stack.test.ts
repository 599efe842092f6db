import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../../../local/embedded/clock/virtual-clock.ts';
import { deployStack } from '../../../../../local/embedded/cloudformation/deploy-stack.ts';
import { readStackResources } from '../../../../../local/embedded/cloudformation/stack-resources.ts';
import type { TemplateResource } from '../../../../../local/embedded/cloudformation/synthesize.ts';
import { EventBus } from '../../../../../local/embedded/event-bridge/event-bus.ts';
import { createLambdaService } from '../../../../../local/embedded/lambda/lambda-service.ts';
import { createIds, createSeededRandom } from '../../../../../local/embedded/random/seeded-random.ts';
import { createTopicService } from '../../../../../local/embedded/sns/topic-service.ts';
import { createQueueService } from '../../../../../local/embedded/sqs/queue-service.ts';
import { StepFunctionsService } from '../../../../../local/embedded/step-functions/step-functions-service.ts';

const GONE = 'arn:aws:sqs:us-east-1:000000000000:Gone';
const LETTERS = { 'Fn::GetAtt': ['Letters', 'Arn'] };

/** Deploys a function, a queue and a topic that is not there, with a rule and a configuration between them. */
function deployed(deadLetters: unknown, onFailure: unknown) {
  const clock = createVirtualClock(0);
  const random = createSeededRandom(1);
  const newId = createIds(random);
  const onDefect = (error: unknown) => {
    throw error;
  };
  const queues = createQueueService({ clock, newId });
  const topics = createTopicService({ nowMs: clock.nowMs });
  const lambda = createLambdaService({ clock, random, newId, onDefect });
  const services = { lambda, queues };
  const stepFunctions = new StepFunctionsService({
    ...{ clock, random, newId, services, onDefect },
    publishStatus: () => {},
  });
  const bus = new EventBus({ clock, random, newId });
  const Resources: Readonly<Record<string, TemplateResource>> = {
    Work: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'work' } },
    Letters: { Type: 'AWS::SQS::Queue' },
    Invoking: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: {
        FunctionName: 'work',
        Qualifier: '$LATEST',
        DestinationConfig: { OnFailure: { Destination: onFailure } },
      },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: { source: ['test'] },
        State: 'ENABLED',
        Targets: [
          {
            Id: 'Target0',
            Arn: 'arn:aws:sns:us-east-1:000000000000:gone',
            DeadLetterConfig: { Arn: deadLetters },
          },
        ],
      },
    },
  };
  const createHandler = () => () => () => null;
  const resources = readStackResources({ Resources });
  deployStack(resources, {
    ...{ clock, onDefect, lambda, stepFunctions, bus, queues, topics },
    createHandler,
  });
  return { clock, bus, queues, url: resources.queues[0]?.url ?? '' };
}

describe('a stack', () => {
  it('keeps an event whose target is gone in its dead-letter queue, with the reason as attributes', async () => {
    const { clock, bus, queues, url } = deployed(LETTERS, LETTERS);
    bus.putEvent({ source: 'test', detailType: 'Test', detail: { n: 1 } });
    await clock.runUntilIdle(1_000);
    const [letter] = queues.messages(url);
    expect(JSON.parse(letter?.body ?? '')).toEqual(bus.log[0]);
    expect(letter?.attributes).toMatchObject({ ERROR_CODE: 'NO_RESOURCE', RETRY_ATTEMPTS: '0' });
  });

  it.each([
    ['dead letters', GONE, LETTERS],
    ['failures', LETTERS, GONE],
    ['failures', LETTERS, { 'Fn::GetAtt': ['Work', 'Arn'] }],
  ])('is refused with a destination of %s that is not an existing queue', (_, deadLetters, onFailure) => {
    expect(() => deployed(deadLetters, onFailure)).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_RESOURCE', message: expect.stringContaining('is no queue') }),
    );
  });
});
