import type { Assumption } from '../../cli/what-if.ts';
import type { RefusalRecord } from '../../functions/core/admission/refusal.ts';
import type { ChangeEvent } from '../../functions/core/change/change-event.ts';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import type { Operation } from '../../functions/core/operation/operation.ts';
import { createVirtualClock } from '../embedded/clock/virtual-clock.ts';
import { createEmbeddedCloud, type EmbeddedCloud } from '../embedded/embedded-cloud.ts';
import { createSimulatedHosts } from '../embedded/hosts/simulated-hosts.ts';
import { createSeededRandom } from '../embedded/random/seeded-random.ts';
import type { Isolation } from './isolation.ts';
import { landscapeNodes, putAlarms, withoutAlarms } from './landscape.ts';
import type { HistoryState, RecordedTransition } from './recorded-transition.ts';
import { createUnaskedLog, type Unasked, type UnaskedLog } from './unasked.ts';
import { createWorld } from './world.ts';

const MINUTE_MS = 60_000;
/** After the last recorded change, operations in flight get this long to end. */
const END_WITHIN_MS = 24 * 60 * MINUTE_MS;

/** A change of an alarm's state in the replay. */
export interface ReplayedTransition {
  readonly alarmName: string;
  readonly atMs: number;
  readonly to: HistoryState;
}

export interface Replay {
  readonly assumption: Assumption;
  readonly startMs: number;
  readonly endMs: number;
  readonly transitions: readonly ReplayedTransition[];
  /** Oldest first. */
  readonly operations: readonly Operation[];
  /** Oldest first. */
  readonly refusals: readonly RefusalRecord[];
  /** Why the reconciler let red alarms wait. */
  readonly unasked: readonly Unasked[];
  readonly isolations: readonly Isolation[];
  /** Errors that the embedded cloud did not expect: defects of Selfheal. */
  readonly defects: readonly unknown[];
}

/**
 * Replays the recorded changes, in virtual time, to Selfheal with this configuration.
 *
 * @param recorded changes of alarms in the configuration; at least one
 * @param changes what was reported of deployments and other changes, oldest first
 */
export async function replay(
  configuration: CompiledConfiguration,
  recorded: readonly RecordedTransition[],
  assumption: Assumption,
  changes: readonly ChangeEvent[] = [],
): Promise<Replay> {
  const [first, last] = [recorded[0]?.atMs ?? 0, recorded.at(-1)?.atMs ?? 0];
  // Then the reconciler's rounds, a minute apart, fall between alarms that go off at whole minutes.
  const startMs = first - 1.5 * MINUTE_MS;
  const clock = createVirtualClock(startMs);
  const world = createWorld(configuration, () => cloud, assumption);
  let unasked: UnaskedLog | undefined;
  const cloud = await createEmbeddedCloud({
    configuration: withoutAlarms(configuration),
    clock,
    random: createSeededRandom(1),
    hosts: createSimulatedHosts({
      clock,
      nodes: landscapeNodes(configuration),
      perform: world.perform,
      onDone: (request, { exitCode }) => {
        if (exitCode === undefined) world.onDone(request, clock.nowMs());
      },
    }),
    endpoints: { probe: async (url) => (world.isHealthy(url) ? 'good' : 'bad') },
    interceptInvocation: async ({ functionName }, proceed) => {
      if (functionName === 'selfheal-reconcile') await unasked?.look(clock.nowMs());
      return await proceed();
    },
  });
  await putAlarms(cloud.alarms, configuration);
  cloud.redeploy(configuration);
  unasked = createUnaskedLog({
    ...{ configuration, store: cloud.store, alarms: cloud.alarms },
    correlation: cloud.correlationStore,
  });

  const firstStates = new Map<string, HistoryState>();
  for (const { alarmName, from } of recorded)
    if (!firstStates.has(alarmName)) firstStates.set(alarmName, from);
  for (const name of namesBottomUp(cloud))
    await cloud.alarms.setAlarmState(name, firstStates.get(name) ?? 'OK', 'as the history begins');
  for (const { alarmName, atMs, to, reason } of recorded) {
    clock.after(
      atMs - startMs,
      () => void cloud.alarms.setAlarmState(alarmName, to, reason || `recorded as ${to}`),
    );
  }
  // At once, if it was before: it may be in progress, or suspected.
  for (const change of changes.filter(({ atMs }) => atMs <= last))
    clock.after(Math.max(0, change.atMs - startMs), () => void cloud.changeStore.recordChange(change));
  await clock.advance(last - startMs);
  await clock.runUntilIdle(END_WITHIN_MS);
  await clock.advance(MINUTE_MS);
  cloud.close();
  return {
    assumption,
    startMs,
    endMs: clock.nowMs(),
    ...(await recordsOf(cloud, configuration)),
    unasked: unasked.list(),
    isolations: world.isolations(),
    defects: cloud.defects(),
  };
}

/** Alarms that composite ones read come first, so that the recorded state of a composite alarm wins. */
function namesBottomUp({ alarms }: EmbeddedCloud): readonly string[] {
  const composites = alarms.registry.compositesBottomUp().map((alarm) => alarm.input.AlarmName);
  const all = alarms.registry.list().map(({ alarm }) => alarm.input.AlarmName);
  return [...all.filter((name) => !composites.includes(name)), ...composites];
}

async function recordsOf(
  cloud: EmbeddedCloud,
  configuration: CompiledConfiguration,
): Promise<Pick<Replay, 'transitions' | 'operations' | 'refusals'>> {
  const refusals: RefusalRecord[] = [];
  for (const component of Object.keys(configuration.components))
    refusals.push(...(await cloud.store.listRefusals(component, Number.MAX_SAFE_INTEGER)));
  const operations = await cloud.store.listOperations(Number.MAX_SAFE_INTEGER);
  return {
    transitions: cloud.bus.log.flatMap((event) => transitionOf(event)),
    operations: operations.toSorted((a, b) => a.startedAtMs - b.startedAtMs),
    refusals: refusals.sort((a, b) => a.refusedAtMs - b.refusedAtMs),
  };
}

function transitionOf(event: EmbeddedCloud['bus']['log'][number]): readonly ReplayedTransition[] {
  if (event['detail-type'] !== 'CloudWatch Alarm State Change') return [];
  const { alarmName, state } = event.detail as {
    readonly alarmName: string;
    readonly state: { readonly value: HistoryState; readonly timestamp: string };
  };
  const atMs = Date.parse(state.timestamp.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return [{ alarmName, atMs, to: state.value }];
}
