import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import { handler } from '../../functions/handlers/watch.ts';

/** Invokes the watchdog's function at once and at the beginning of every minute, as its schedule does. */
const MINUTE_MS = 60_000;

const [vantagePoint] = process.argv.slice(2);
const context = { functionName: `selfheal-watch-${vantagePoint}`, awsRequestId: 'schedule' } as Context;

for (;;) {
  await Promise.resolve(handler({ shard: 0, vantagePoint }, context)).catch((error: unknown) => {
    console.error(error);
  });
  await sleep(MINUTE_MS - (Date.now() % MINUTE_MS));
}
