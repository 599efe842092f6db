import { alarmOf } from '../factories/deployed-engine/landscape.ts';
import { until } from '../factories/deployed-engine/until.ts';
import { alarmEvent } from '../infra/sample-events.ts';
import { tally } from './figures.ts';
import type { MeasuredCloud } from './measured-cloud.ts';

const EVERYTHING = 10_000;
const WAIT_SECONDS = 240;

export interface WaveResult {
  readonly events: number;
  readonly components: number;
  readonly operations: number;
  readonly refusals: Readonly<Record<string, number>>;
  readonly lost: number;
  /** Until every event was an operation or a refusal. */
  readonly seconds: number;
}

/** Puts alarm events on the bus all at once; rules, triage's machine and its function's processes do the rest. */
export async function runWave(
  { cloud, store }: MeasuredCloud,
  components: readonly string[],
  events: number,
): Promise<WaveResult> {
  const decided = async () => {
    const operations = (await store.listOperations(EVERYTHING)).filter(({ component }) =>
      components.includes(component),
    );
    const refusals = await Promise.all(
      components.map((component) => store.listRefusals(component, EVERYTHING)),
    );
    return { operations, refusals: refusals.flat() };
  };
  const startMs = Date.now();
  const put = Array.from({ length: events }, async (_, index) => {
    const timestamp = new Date(startMs - events + index).toISOString().replace('Z', '+0000');
    const event = alarmEvent(alarmOf(components[index % components.length] ?? ''), { timestamp });
    await cloud.bus.put({
      Source: String(event['source']),
      DetailType: String(event['detail-type']),
      Detail: JSON.stringify(event['detail']),
    });
  });
  await Promise.all(put);
  await until(`decisions on ${events} events`, WAIT_SECONDS, async () => {
    const { operations, refusals } = await decided();
    return operations.length + refusals.length >= events ? true : undefined;
  }).catch(() => undefined);
  const seconds = (Date.now() - startMs) / 1_000;
  const { operations, refusals } = await decided();
  await until('the end of the operations of the wave', WAIT_SECONDS, async () => {
    return (await store.listClaims()).length === 0 ? true : undefined;
  });
  return {
    events,
    components: components.length,
    operations: operations.length,
    refusals: tally(refusals.map(({ reason }) => reason)),
    lost: events - operations.length - refusals.length,
    seconds,
  };
}
