import type { Context } from 'aws-lambda';
import { handler } from '../../../functions/handlers/watch.ts';

/** Invokes the watchdog's function at once and every minute from then on, as its schedule does. */
const MINUTE_MS = 60_000;

const [vantagePoint] = process.argv.slice(2);
const context = { functionName: `selfheal-watch-${vantagePoint}`, awsRequestId: 'schedule' } as Context;

async function invoke(): Promise<void> {
  try {
    await handler({ shard: 0, vantagePoint }, context);
  } catch (error) {
    console.error(error);
  }
}

// The process that started it has ended, for whatever reason.
process.stdin.on('end', () => process.exit()).resume();

setInterval(invoke, MINUTE_MS);
await invoke();
