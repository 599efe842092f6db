import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../../../local/embedded/clock/virtual-clock.ts';
import { createLambdaService } from '../../../../../local/embedded/lambda/lambda-service.ts';
import { connectQueue } from '../../../../../local/embedded/lambda/queue-source.ts';
import { createIds, createSeededRandom } from '../../../../../local/embedded/random/seeded-random.ts';
import { createQueueService } from '../../../../../local/embedded/sqs/queue-service.ts';

const URL = 'https://sqs.us-east-1.amazonaws.com/000000000000/Waiting';
const MINUTE_MS = 60_000;
const AN_HOUR = 3_600;

/** A queue with a function of which two may run at a time, each for as long as it takes. */
function lab(work: (body: string) => { readonly takesMs: number; readonly fails?: boolean }) {
  const clock = createVirtualClock(0);
  const random = createSeededRandom(1);
  const newId = createIds(random);
  const begun: (readonly [body: string, atMs: number])[] = [];
  const defects: unknown[] = [];
  const onDefect = (error: unknown) => void defects.push(error);
  const queues = createQueueService({ clock, newId });
  const lambda = createLambdaService({ clock, random, newId, onDefect });
  lambda.createFunction({
    ...{ functionName: 'work', timeoutSeconds: 900, memoryMiB: 128 },
    createHandler: () => async (event) => {
      const { Records } = event as { readonly Records: readonly { readonly body: string }[] };
      const [{ body } = { body: 'nothing' }] = Records;
      begun.push([body, clock.nowMs()]);
      const { takesMs, fails } = work(body);
      await clock.sleep(takesMs);
      if (fails) throw new Error('failed');
    },
  });
  queues.createQueue(URL);
  connectQueue(
    { clock, lambda, queues, onDefect },
    {
      ...{ queueUrl: URL, queueArn: 'arn', functionName: 'work', maximumConcurrency: 2 },
      ...{ visibilityTimeoutSeconds: 1_200, retentionSeconds: AN_HOUR },
    },
  );
  const send = (...bodies: readonly string[]) => {
    for (const body of bodies) queues.sendMessage(URL, body);
  };
  return { clock, begun, defects, send, left: () => queues.messages(URL).map(({ body }) => body) };
}

describe('a function that receives from a queue', () => {
  it('works on as many messages at a time as it may, in their order, and the others wait', async () => {
    const { clock, begun, defects, send, left } = lab((body) => ({ takesMs: body === 'a' ? 5_000 : 1_000 }));
    send('a', 'b', 'c', 'd');
    await clock.runUntilIdle(1e9);
    expect(begun).toEqual([
      ['a', 0],
      ['b', 0],
      ['c', 1_000],
      ['d', 2_000],
    ]);
    expect(left()).toEqual([]);
    expect(defects).toEqual([]);
  });

  it('receives a message on which it fails again when it is visible, until it is too old', async () => {
    const { clock, begun, send, left } = lab(() => ({ takesMs: 1_000, fails: true }));
    send('a');
    await clock.runUntilIdle(1e9);
    expect(begun.map(([, atMs]) => atMs / MINUTE_MS)).toEqual([0, 20, 40]);
    expect(left()).toEqual([]);
  });

  it('receives none that has waited for too long', async () => {
    const { clock, begun, send, left } = lab(() => ({ takesMs: 14 * MINUTE_MS }));
    send(...'abcdefghijkl');
    await clock.runUntilIdle(1e9);
    expect(begun.map(([body]) => body)).toEqual([...'abcdefghij']);
    expect(begun.at(-1)).toEqual(['j', 56 * MINUTE_MS]);
    expect(left()).toEqual([]);
  });
});
