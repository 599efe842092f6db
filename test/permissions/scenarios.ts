import { expect } from 'vitest';
import type { MiniStackPlace } from '../conformance/places/ministack.ts';
import type { ComponentPlan } from '../factories/workflow-landscape.ts';
import { admitUnnoticed } from '../factories/workflow-operations.ts';

/** The reconciler looks at a step that has been silent for 30 s, and at an operation that has not begun for as long. */
const SILENCE_MS = 31_000;
const BETWEEN_ROUNDS_MS = 3_000;

/** Something that Selfheal does, seen from outside: it throws if anything about it is not as it must be. */
export interface Scenario {
  readonly name: string;
  /** A component of its own for each run. */
  readonly component: ComponentPlan;
  readonly run: (place: MiniStackPlace, component: string) => Promise<void>;
}

const UNDONE = {
  strategies: [{ actions: [{ type: 'graceful_stop' }, { type: 'start_component' }], rollback: undo() }],
};

/** Short ones first: a grant is tried on the first that uses it. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'heals by alarm',
    component: {
      strategies: [
        { actions: [{ type: 'graceful_stop' }, { type: 'clear_temp_files' }, { type: 'start_component' }] },
      ],
    },
    run: async (place, component) => {
      await place.setAlarm(component, 'ALARM', 'too many errors');
      await healed(place, component, 3);
    },
  },
  {
    name: 'verifies on the hosts',
    component: { strategies: [{ verify: { by: 'runbook', timeoutSeconds: 5, stableSeconds: 0 } }] },
    run: async (place, component) => {
      await place.signal(component);
      await healed(place, component, 1);
      expect(place.requestsOf(component).map(({ action }) => action)).toContain('verify_health');
    },
  },
  {
    name: 'verifies by the alarm',
    component: { strategies: [{ verify: { by: 'alarm', stableSeconds: 0 } }] },
    run: async (place, component) => {
      await place.setAlarm(component, 'OK', 'fine');
      await place.signal(component);
      await healed(place, component, 1);
    },
  },
  {
    name: 'keeps, checks and restores configuration files',
    component: {
      more: { configPaths: ['/etc/selfheal-test.conf'] },
      strategies: [
        {
          actions: [
            { type: 'freeze_config' },
            { type: 'verify_config' },
            { type: 'rollback_config' },
            { type: 'start_component' },
            { type: 'verify_health' },
          ],
        },
      ],
    },
    run: async (place, component) => {
      await place.signal(component);
      await healed(place, component, 5);
      await place.poll(() => place.requestsOf(component).map(({ stepId }) => stepId)).toContain('keep-0');
    },
  },
  {
    name: 'enters and leaves safe mode and isolation',
    component: {
      strategies: [
        {
          actions: [
            { type: 'enter_safe_mode' },
            { type: 'leave_safe_mode' },
            { type: 'isolate_network' },
            { type: 'restore_network' },
            { type: 'start_component' },
          ],
        },
      ],
    },
    run: async (place, component) => {
      await place.signal(component);
      await healed(place, component, 5);
    },
  },
  {
    name: 'notifies both topics',
    component: {
      strategies: [
        { actions: [{ type: 'start_component' }, { type: 'notify_soc' }, { type: 'notify_architect' }] },
      ],
    },
    run: async (place, component) => {
      await place.signal(component);
      await healed(place, component, 3);
      await place.poll(() => place.told('soc', component)).toHaveLength(1);
      await place.poll(() => place.told('architect', component)).toHaveLength(1);
    },
  },
  {
    name: 'refuses during a cooldown',
    component: { strategies: [{ cooldownSeconds: 60 }] },
    run: async (place, component) => {
      await place.signal(component);
      await healed(place, component, 1);
      await place.signal(component);
      await place.poll(() => place.reasons(component)).toEqual(['COOLDOWN']);
    },
  },
  {
    name: 'undoes and escalates a failed repair',
    component: UNDONE,
    run: async (place, component) => {
      place.hosts.script(component, { graceful_stop: 'fail' });
      await place.signal(component);
      await failed(place, component, 'ActionFailed');
    },
  },
  {
    name: 'notifies people when all attempts are spent',
    component: {
      strategies: [{ maxAttempts: 1, cooldownSeconds: 0, actions: [{ type: 'start_component' }] }],
    },
    run: async (place, component) => {
      place.health.pin(component, [false]);
      await place.signal(component);
      await place.ended(component);
      await place.signal(component);
      await place.poll(() => place.reasons(component)).toEqual(['ATTEMPTS_SPENT']);
      await place
        .poll(() => place.told('architect', component).map(({ kind }) => kind))
        .toContain('attempts-spent');
    },
  },
  {
    name: 'keeps a signal that triage could not decide',
    component: {},
    run: async (place, component) => {
      await place.whileBroken('selfheal-triage', async () => {
        await place.signal(component);
        await place.poll(async () => (await place.deadLetters()).join()).toContain(component);
      });
    },
  },
  {
    name: 'undoes an operation whose execution was stopped, and cancels its command',
    component: UNDONE,
    run: async (place, component) => {
      place.hosts.script(component, { graceful_stop: 'wait' });
      await place.signal(component);
      const operationId = await place.acting(component, 'heal-0');
      await place.stopExecution(operationId);
      await failed(place, component, 'ExecutionABORTED');
    },
  },
  {
    name: 'escalates when the undoing execution was stopped too',
    component: UNDONE,
    run: async (place, component) => {
      place.hosts.script(component, { graceful_stop: 'silent', start_component: 'silent' });
      await place.signal(component);
      const operationId = await place.acting(component, 'heal-0');
      await place.stopExecution(operationId);
      await place.acting(component, 'rollback-0');
      await place.stopExecution(`${operationId}-undo`);
      const { operation } = await place.ended(component);
      expect(operation.failure?.cause).toContain('rollback did not finish');
      await place.poll(() => place.told('architect', component)).toHaveLength(1);
    },
  },
  {
    name: 'hands an alarm that is still red back to triage',
    component: { strategies: [{ cooldownSeconds: 0 }] },
    run: async (place, component) => {
      await place.setAlarm(component, 'ALARM', 'too many errors');
      await healed(place, component, 1);
      await place.sleep(1_000);
      await place.reconcile();
      const second = await place.completed(component, 2);
      expect(second.alert.origin).toBe('reconciler');
      await place.setAlarm(component, 'OK', 'fine again');
    },
  },
  {
    name: 'starts an operation that was admitted and never begun',
    component: {},
    run: async (place, component) => {
      await admitUnnoticed(place, component, SILENCE_MS + 10_000);
      await place.reconcile();
      await healed(place, component, 1);
    },
  },
  {
    name: 'settles a command whose status event was lost',
    component: {},
    run: async (place, component) => {
      place.setStatusEvents(component, 'lost');
      await place.signal(component);
      await reconciled(place, component);
      await healed(place, component, 1);
    },
  },
  {
    name: 'cancels a command that its agent never ends',
    component: { strategies: [{ actions: [{ type: 'start_component', timeoutSeconds: 5 }] }] },
    run: async (place, component) => {
      place.hosts.script(component, { start_component: 'silent' });
      await place.signal(component);
      await reconciled(place, component);
      const { steps } = await place.ended(component);
      expect(steps[0]).toMatchObject({ stepId: 'heal-0', outcome: 'TIMED_OUT' });
      expect(steps[0]?.detail).toContain('cancelled');
    },
  },
];

function undo() {
  return { actions: [{ type: 'start_component' }, { type: 'notify_soc' }] };
}

async function healed(place: MiniStackPlace, component: string, count: number): Promise<void> {
  const { operation, steps, states } = await place.ended(component);
  const failure = { failure: operation.failure, steps: steps.map(({ detail }) => detail) };
  expect(operation, JSON.stringify(failure)).toMatchObject({ state: 'COMPLETED', result: 'SUCCESS' });
  expect(steps.filter(({ stepId }) => stepId.startsWith('heal'))).toHaveLength(count);
  expect(steps.every(({ outcome }) => outcome === 'SUCCEEDED')).toBe(true);
  expect(states).toEqual(['DIAGNOSING', 'HEALING', 'VERIFYING', 'COMPLETED']);
  expect(await place.execution(operation.operationId)).toEqual({ status: 'SUCCEEDED' });
  expect(await place.store.getClaim(component)).toBeUndefined();
}

async function failed(place: MiniStackPlace, component: string, error: string): Promise<void> {
  const { operation, steps, states } = await place.ended(component);
  expect(operation).toMatchObject({ state: 'FAILED', failure: { error } });
  const undone = steps.filter(({ stepId }) => stepId.startsWith('rollback'));
  expect(undone.map(({ outcome }) => outcome)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  expect(states.slice(-2)).toEqual(['ROLLING_BACK', 'FAILED']);
  expect(await place.store.getClaim(component)).toBeUndefined();
  await place.poll(() => place.told('architect', component)).toHaveLength(1);
  await place.poll(() => place.told('soc', component)).toHaveLength(1);
}

/** Rounds of the reconciler until the operation is over; the first once everything has been silent long enough. */
async function reconciled(place: MiniStackPlace, component: string): Promise<void> {
  await place.sleep(SILENCE_MS);
  const isOver = place.ended(component).then(() => true);
  do await place.reconcile();
  while (!(await Promise.race([isOver, place.sleep(BETWEEN_ROUNDS_MS).then(() => false)])));
}
