import { expect, it } from 'vitest';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { configured, memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { changeReport } from '../../../factories/events/change-events.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;

/** A pipeline that takes ten minutes, every other day; new versions fail some requests while they start. */
interface Deployment {
  readonly day: number;
  readonly component: string;
  /** The minutes after its beginning in which the alarm of `web` is red. */
  readonly red?: readonly [from: number, to: number];
}

const HISTORY: readonly Deployment[] = [
  { day: 0, component: 'web', red: [1, 4] },
  { day: 2, component: 'web' },
  // Somebody else's, while `web` has trouble of its own.
  { day: 4, component: 'batch', red: [2, 9] },
  { day: 6, component: 'web', red: [-30, 3] },
  { day: 8, component: 'web', red: [300, 304] },
  { day: 10, component: 'web', red: [3, 25] },
  { day: 13, component: 'web', red: [1, 4] },
];
const BAD = 'run-day-10';

it('diagnosis rolls back the one of seven deployments in 14 days that broke the component', async () => {
  const settled = createWorld(
    configured({
      components: { web: withMemoryAlarm({ changes: {} }), batch: withMemoryAlarm({ changes: {} }) },
      strategies: [
        {
          id: 'roll-back',
          trigger: { causes: ['BAD_DEPLOYMENT'] },
          actions: [{ type: 'invoke_function', params: { function: 'ci', rollsChangeBack: true } }],
        },
        { id: 'restart', trigger: { metrics: ['memory'] } },
      ],
    }),
  );
  // What is read answers at once; only the history lets time pass.
  const clock = { now: NOON, nowMs: () => clock.now, sleep: () => new Promise<void>(() => undefined) };
  const world = { ...settled, clock };
  const healed: { readonly strategyId: string; readonly changeId?: string; readonly day: number }[] = [];
  const refused = new Map<number, readonly string[]>();

  for (const { day, component, red } of HISTORY) {
    const beganMs = NOON + day * DAY_MS;
    const report = async (status: string, minute: number) => {
      const time = new Date(beganMs + minute * MINUTE_MS).toISOString();
      const detail = { component, id: `run-day-${day}`, status };
      await triage(world, { ...changeReport(detail), id: `${day}-${status}`, time });
    };
    const [from, to] = red ?? [0, -1];
    // An operation of this deployment's trouble ends it: what comes later that day is not asked again.
    let isOver = false;
    for (let minute = Math.min(0, from); minute <= Math.max(10, to); minute += 1) {
      world.clock.now = beganMs + minute * MINUTE_MS;
      if (minute === 0) await report('started', 0);
      if (minute === 10) await report('finished', 10);
      if (minute < from || minute > to || isOver) continue;
      world.alarms.named.set(memoryAlarm(), 'ALARM');
      world.alarms.since.set(memoryAlarm(), beganMs + from * MINUTE_MS);
      const alert = { component: 'web', metric: 'memory', alarmName: memoryAlarm(), origin: 'reconciler' };
      const event = {
        ...signalEvent(alert, `${day}-${minute}`),
        time: new Date(world.clock.now).toISOString(),
      };
      const decision = await triage(world, event);
      if (decision.decision === 'refuse') refused.set(day, [...(refused.get(day) ?? []), decision.reason]);
      if (decision.decision !== 'heal') continue;
      const operation = await world.store.getOperation(decision.operationId);
      if (!operation) throw new Error('the operation is not on record');
      const { changeId } = operation.alert.change ?? {};
      healed.push({ strategyId: operation.strategyId, day, ...(changeId !== undefined && { changeId }) });
      const { operationId, fence } = operation;
      await world.store.conclude({
        ...{ operationId, component: 'web', fence, strategyId: operation.strategyId },
        ...{ state: 'COMPLETED', result: 'SUCCESS', completedAtMs: world.clock.now },
        ...{ cooldownUntilMs: world.clock.now, cooldownScope: 'component' },
      });
      isOver = true;
    }
    world.alarms.named.delete(memoryAlarm());
    world.alarms.since.delete(memoryAlarm());
  }

  expect(healed.filter(({ strategyId }) => strategyId === 'roll-back')).toEqual([
    { strategyId: 'roll-back', day: 10, changeId: BAD },
  ]);
  // The decoy, the trouble before a deployment and the trouble hours after one are restarts.
  expect(healed.filter(({ strategyId }) => strategyId === 'restart').map(({ day }) => day)).toEqual([
    4, 6, 8,
  ]);
  // A new version that fails requests while it starts is left alone.
  for (const day of [0, 13]) expect(new Set(refused.get(day))).toEqual(new Set(['CHANGE_IN_PROGRESS']));
});
