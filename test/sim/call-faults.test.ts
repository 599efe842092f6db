import { expect, it } from 'vitest';
import { createVirtualClock } from '../../local/embedded/clock/virtual-clock.ts';
import { createLambdaService } from '../../local/embedded/lambda/lambda-service.ts';
import { createIds, createSeededRandom } from '../../local/embedded/random/seeded-random.ts';
import { callFaults } from './faults/call-faults.ts';
import { createOutages } from './faults/outages.ts';
import { createRevocations } from './faults/revocations.ts';

/** A function whose only call is struck by a fault. */
async function struckBy(fault: string) {
  const clock = createVirtualClock(0);
  const random = createSeededRandom(1);
  const written: string[] = [];
  const answers: unknown[] = [];
  const faulty = callFaults({
    injector: { strike: () => fault as never, isPlanned: () => false, draw: () => 1, end: () => undefined },
    clock,
    outages: createOutages(),
    revocations: createRevocations(),
    isCutOff: () => false,
    stopperOf: () => undefined,
    operationOfInvocation: () => '',
    changerOf: () => undefined,
  });
  const lambda = createLambdaService({
    clock,
    random,
    newId: createIds(random),
    onDefect: (error) => answers.push(error),
    interceptCall: async (call, proceed, crash) => {
      const answer = await faulty(call, proceed, crash);
      answers.push(answer);
      return answer;
    },
  });
  lambda.createFunction({
    functionName: 'work',
    timeoutSeconds: 60,
    memoryMiB: 128,
    createHandler: (sandbox) => {
      const { store } = sandbox.guard({ store: { write: async (text: string) => written.push(text) } });
      return () => store.write('effect');
    },
  });
  const invoked = lambda.invoke('work', {});
  await clock.advance(60 * 60_000);
  const { functionError } = await invoked;
  return { written, answers, errorType: functionError?.errorType };
}

it.each([
  ['hang-before', []],
  ['hang-after', ['effect']],
])('answers a call with %s not even after the time-out of its function', async (fault, written) => {
  expect(await struckBy(fault)).toEqual({ written, answers: [], errorType: 'Sandbox.Timedout' });
});

it('answers a slow call in time', async () => {
  expect(await struckBy('slow-call')).toEqual({ written: ['effect'], answers: [1], errorType: undefined });
});
