import { ACTIONS } from '../../functions/core/actions/action-table.ts';
import type { RefusalRecord } from '../../functions/core/admission/refusal.ts';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import type { Strategy } from '../../functions/core/configuration/schema.ts';
import type { Operation } from '../../functions/core/operation/operation.ts';
import { createVirtualClock } from '../embedded/clock/virtual-clock.ts';
import { createEmbeddedCloud, type EmbeddedCloud } from '../embedded/embedded-cloud.ts';
import { createSimulatedHosts, type RunbookRequest } from '../embedded/hosts/simulated-hosts.ts';
import { createSeededRandom } from '../embedded/random/seeded-random.ts';
import type { HistoryState, RecordedTransition } from './alarm-history.ts';
import { landscapeNodes, putAlarms, withoutAlarms } from './landscape.ts';

const MINUTE_MS = 60_000;
/** After the last recorded change, operations in flight get this long to end. */
const END_WITHIN_MS = 24 * 60 * MINUTE_MS;

/** How long each runbook takes. */
export const RUNBOOK_TAKES_MS = 5_000;

/** What becomes of repairs: `healed` makes the component's alarms OK, `failed` leaves them as they were recorded. */
export const ASSUMPTIONS = ['healed', 'failed'] as const;
export type Assumption = (typeof ASSUMPTIONS)[number];

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
  /** What the embedded cloud did not expect: a defect of Selfheal. */
  readonly defects: readonly unknown[];
}

/**
 * Lets the recorded changes happen again, in virtual time, to Selfheal as the configuration has it.
 *
 * @param recorded of alarms that the configuration knows; at least one
 */
export async function replay(
  configuration: CompiledConfiguration,
  recorded: readonly RecordedTransition[],
  assumption: Assumption,
): Promise<Replay> {
  const [first, last] = [recorded[0]?.atMs ?? 0, recorded.at(-1)?.atMs ?? 0];
  // The reconciler's rounds, a minute apart, then fall between alarms that went off at whole minutes.
  const startMs = first - 1.5 * MINUTE_MS;
  const clock = createVirtualClock(startMs);
  const world = createWorld(configuration, () => cloud, assumption);
  const cloud = await createEmbeddedCloud({
    configuration: withoutAlarms(configuration),
    clock,
    random: createSeededRandom(1),
    hosts: createSimulatedHosts({
      clock,
      nodes: landscapeNodes(configuration),
      perform: () => ({ takesMs: RUNBOOK_TAKES_MS }),
      onDone: world.onDone,
    }),
    endpoints: { probe: async (url) => (world.isWell(url) ? 'good' : 'bad') },
  });
  await putAlarms(cloud.alarms, configuration);
  cloud.redeploy(configuration);

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
  await clock.advance(last - startMs);
  await clock.runUntilIdle(END_WITHIN_MS);
  await clock.advance(MINUTE_MS);
  cloud.close();
  return { assumption, ...(await resultOf(cloud, configuration, startMs, clock.nowMs())) };
}

/** Those that composite alarms read come first, so that what was recorded of a composite one has the last word. */
function namesBottomUp({ alarms }: EmbeddedCloud): readonly string[] {
  const composites = alarms.registry.compositesBottomUp().map((alarm) => alarm.input.AlarmName);
  const all = alarms.registry.list().map(({ alarm }) => alarm.input.AlarmName);
  return [...all.filter((name) => !composites.includes(name)), ...composites];
}

/** Components are as their alarms are: unwell while one of them is in ALARM. */
function createWorld(
  configuration: CompiledConfiguration,
  cloudOf: () => EmbeddedCloud,
  assumption: Assumption,
) {
  const redOf = (component: string) =>
    Object.entries(configuration.alarms)
      .filter(([, binding]) => binding.component === component)
      .map(([name]) => name)
      .filter((name) => cloudOf().alarms.registry.find(name)?.state.value === 'ALARM');
  const componentsOf = (url: string) =>
    Object.keys(configuration.components).filter(
      (name) => configuration.components[name]?.health?.url === url,
    );
  const cure = async ({ component, operationId, stepId }: RunbookRequest) => {
    const cloud = cloudOf();
    const operation = await cloud.store.getOperation(operationId);
    const strategy = configuration.strategies.find(({ id }) => id === operation?.strategyId);
    if (strategy === undefined || !isLastRepair(strategy, stepId)) return;
    for (const name of redOf(component))
      await cloud.alarms.setAlarmState(name, 'OK', `assumed: ${strategy.id} has repaired ${component}`);
  };
  return {
    isWell: (url: string) => componentsOf(url).every((component) => redOf(component).length === 0),
    onDone: (request: RunbookRequest) => {
      if (assumption === 'healed') void cure(request);
    },
  };
}

/** Whether a step is the last on hosts of a strategy that repairs: what isolates a host and leaves it so does not. */
function isLastRepair(strategy: Strategy, stepId: string): boolean {
  const types = strategy.actions.map(({ type }) => type);
  const leavesIsolated = types.lastIndexOf('isolate_network') > types.lastIndexOf('restore_network');
  const last = types.findLastIndex((type) => ACTIONS[type].kind === 'runbook');
  return !leavesIsolated && stepId === `heal-${last}`;
}

async function resultOf(
  cloud: EmbeddedCloud,
  configuration: CompiledConfiguration,
  startMs: number,
  endMs: number,
): Promise<Omit<Replay, 'assumption'>> {
  const refusals: RefusalRecord[] = [];
  for (const component of Object.keys(configuration.components))
    refusals.push(...(await cloud.store.listRefusals(component, Number.MAX_SAFE_INTEGER)));
  const operations = await cloud.store.listOperations(Number.MAX_SAFE_INTEGER);
  return {
    startMs,
    endMs,
    transitions: cloud.bus.log.flatMap((event) => transitionOf(event)),
    operations: operations.toSorted((a, b) => a.startedAtMs - b.startedAtMs),
    refusals: refusals.sort((a, b) => a.refusedAtMs - b.refusedAtMs),
    defects: cloud.defects(),
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
