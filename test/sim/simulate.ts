import { REPORT_HOLDS_MS } from '../../functions/core/admission/reports.ts';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { inAutoMode } from '../../functions/core/configuration/mode-of.ts';
import type { Mode } from '../../functions/core/configuration/modes.ts';
import { createSeededRandom } from '../../local/embedded/random/seeded-random.ts';
import { OPERATOR } from '../factories/events/selfheal-event.ts';
import { carryOut } from './carry-out.ts';
import { CHECKERS } from './checkers/checkers.ts';
import type { Evidence, Violation } from './checkers/evidence.ts';
import { gather } from './checkers/gather.ts';
import type { Defect } from './defects/defect.ts';
import { drawFleet, drawVariant, pick } from './fleet/variants.ts';
import { drawModes } from './operators.ts';
import { drawSchedule, FAULTY_MS, MINUTE_MS, stormOf } from './schedule.ts';
import { createWorld, type World } from './world.ts';

/** By how much the usual rates of faults are multiplied: some runs are calm, some are wild. */
const INTENSITIES = [0, 0.3, 1, 1, 1, 2, 4];
/** Once faults have stopped, everything is healed or escalated within this time. */
const HEALING_MINUTES = 45;
/** Once nothing is left to heal and nothing is reported, all records of trouble are cleared within this time. */
const FORGETTING_MINUTES = 6;

/** Hosts behind a load balancer are drained and put back one by one, and a group takes its time to replace one. */
const ENDING_MINUTES = 30;

/** Makes the numbers of modes others than those of the rest. */
const MODES_SEED = 0x2c1b3c6d;

export interface SimulationOptions {
  /** Only these faults, by id. @default all that the seed draws */
  readonly only?: ReadonlySet<string>;
  readonly defect?: Pick<Defect, 'create'>;
  /** Every component breaks at the beginning, instead of what the seed draws. @default false */
  readonly storm?: boolean;
  /** Draws nothing: the same seed plays the same incidents in every mode. @default what is deployed says it */
  readonly mode?: Mode;
}

export interface Simulation {
  readonly seed: number;
  readonly incidents: number;
  readonly operations: number;
  /** Ids, in the order in which they struck. */
  readonly faults: readonly string[];
  readonly violations: readonly Violation[];
  readonly evidence: Evidence;
}

/** One run: a fleet, its incidents, and faults between any two steps. The same seed always gives the same run. */
export async function simulate(
  seed: number,
  { only, defect, storm = false, mode }: SimulationOptions = {},
): Promise<Simulation> {
  const random = createSeededRandom(seed);
  const fleet = drawFleet(random);
  const intensity = pick(random, INTENSITIES);
  const variant = drawVariant(fleet, random);
  const schedule = storm
    ? stormOf(fleet)
    : [...drawSchedule(fleet, random), ...drawModes(fleet, createSeededRandom(seed ^ MODES_SEED))];
  const world = await createWorld({
    seed,
    fleet,
    intensity,
    ...(only && { only }),
    ...(defect && { defect: defect.create() }),
    ...(mode && { mode }),
  });
  world.deploy(variant);
  for (const name of Object.keys(fleet.alarms))
    await world.cloud.alarms.setAlarmState(name, 'OK', 'at first');

  for (const planned of schedule) world.clock.after(planned.atMs, () => carryOut(world, planned));
  await world.clock.advance(FAULTY_MS);
  endFaults(world);
  await untilQuiet(world, HEALING_MINUTES);
  const whenQuiet = await gather(world);
  world.trace.note({ kind: 'cured-by-hand' });
  for (const component of Object.keys(fleet.components)) world.services.cure(component);
  await untilForgotten(world);
  const evidence: Evidence = { ...(await gather(world)), whenQuiet };
  world.cloud.close();

  const { trace } = world;
  return {
    seed,
    incidents: trace.of('incident').length,
    operations: trace.of('admitted').length,
    faults: trace.of('fault').map(({ id }) => id),
    violations: CHECKERS.flatMap(({ name, check }) =>
      check(evidence).map((text) => ({ invariant: name, text })),
    ),
    evidence,
  };
}

/** Hosts come back, the pause and all modes are lifted, and nobody interferes from then on. */
function endFaults({ injector, hosts, cloud, fleet, trace, deploy }: World): void {
  injector.end();
  for (const { instanceId } of hosts.nodes()) hosts.setReachable(instanceId, true);
  const deployed = trace.of('deployed').at(-1)?.configuration ?? fleet;
  const { settings } = inAutoMode(deployed);
  if (settings.paused || holdsBack(deployed))
    deploy({ ...inAutoMode(deployed), settings: { ...settings, paused: false } });
  const modesSet = cloud.bus.log.map(({ detail }) => detail as Partial<Record<string, string>>);
  const parts = modesSet.flatMap(({ command, group, component }) =>
    command === 'set_mode' ? [JSON.stringify({ group, component })] : [],
  );
  const lifts = [...new Set(parts)].map((part) => ({
    command: 'set_mode',
    mode: 'auto',
    ...JSON.parse(part),
  }));
  for (const lift of [{ command: 'resume' }, ...lifts]) {
    const detail = { ...lift, reason: 'all clear' };
    cloud.bus.putEvent({ source: OPERATOR, detailType: 'Selfheal Control', detail });
  }
}

/** Whether anything deployed is stricter than `auto`. */
function holdsBack({ settings, groups, components, strategies }: CompiledConfiguration): boolean {
  const parts = [settings, ...Object.values(groups), ...Object.values(components), ...strategies];
  return parts.some(({ mode = 'auto' }) => mode !== 'auto');
}

/** Lets time pass until nothing is broken and nothing runs, or the time is up. */
async function untilQuiet({ clock, services, fleet, store, cloud }: World, minutes: number): Promise<void> {
  for (let passed = 0; passed < minutes; passed += 5) {
    await clock.advance(5 * MINUTE_MS);
    const isHealthy = Object.keys(fleet.components).every((name) => services.isHealthy(name));
    const isOk = Object.keys(fleet.alarms).every(
      (name) => cloud.alarms.registry.find(name)?.state.value === 'OK',
    );
    if (isHealthy && isOk && (await store.listClaims()).length === 0) return;
  }
}

/** A report that nobody ends holds for a while, even when its component is healthy. What is begun has time to end. */
async function untilForgotten({ clock, store, fleet }: World): Promise<void> {
  const records = await store.readComponents(Object.keys(fleet.components));
  const holdsForMs = records.map(({ reports }) =>
    reports ? reports.lastMs + REPORT_HOLDS_MS - clock.nowMs() : 0,
  );
  await clock.advance(Math.max(0, ...holdsForMs) + FORGETTING_MINUTES * MINUTE_MS);
  for (let passed = 0; passed < ENDING_MINUTES && (await store.listClaims()).length > 0; passed += 5)
    await clock.advance(5 * MINUTE_MS);
}
