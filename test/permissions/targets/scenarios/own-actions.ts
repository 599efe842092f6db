import { expect } from 'vitest';
import { DOCUMENT, type TargetPlan } from '../target-configuration.ts';
import { bothWays, healed, type TargetScenario } from './target-scenario.ts';

const CUSTOM = { targets: { custom: 'orders-cluster' } };
const ROLE = 'arn:aws:iam::000000000000:role/scale-cluster';
const automation = (more: object = {}) => ({
  document: DOCUMENT,
  accepts: {
    Clusters: { type: 'StringList' },
    Direction: { type: 'String', allowedValues: ['up', 'down'] },
    ...('role' in more && { AutomationAssumeRole: { type: 'String' } }),
  },
  targetsParameter: 'Clusters',
  parameters: { Direction: 'up' },
  ...more,
});

const AUTOMATED: TargetPlan = {
  component: CUSTOM,
  actions: [{ type: 'run_automation', params: automation(), timeoutSeconds: 300 }],
  undo: [
    {
      type: 'run_automation',
      params: automation({ parameters: { Direction: 'down' } }),
      timeoutSeconds: 300,
    },
  ],
};

/** It is healed while the change calendar is open. */
const WINDOW: TargetPlan = {
  component: { window: 'calm', alarms: { memory: { metric: 'memory', threshold: 90, dimensions: {} } } },
  actions: [{ type: 'start_component' }],
  more: { windows: { calm: { calendars: ['acme-freezes'] } } },
};

/** Actions of the user's own, windows of change calendars, and looks at the kernel. */
export const OWN_ACTIONS: readonly TargetScenario[] = [
  ...bothWays({ name: 'runs an automation', plan: AUTOMATED }, 'runs the automation that undoes another'),
  {
    name: 'stops an automation at its time-out',
    plan: AUTOMATED,
    run: async (place) => {
      place.slowAutomations(60);
      const { steps } = await place.operation('web');
      expect(steps.find(({ stepId }) => stepId === 'heal-0')).toMatchObject({ outcome: 'TIMED_OUT' });
      expect(steps[0]?.detail).toContain('cancelled');
    },
  },
  {
    name: 'stops the automation of an execution that was stopped',
    plan: AUTOMATED,
    run: async (place) => {
      place.slowAutomations(4);
      place.later(1.3, () => {
        place.slowAutomations(0.2);
        void place.stopExecution();
      });
      const { operation, steps } = await place.operation('web');
      expect(operation).toMatchObject({ state: 'FAILED', failure: { error: 'ExecutionABORTED' } });
      expect(steps.find(({ stepId }) => stepId === 'rollback-0')?.outcome).toBe('SUCCEEDED');
    },
  },
  {
    name: 'undoes an automation that had ended unnoticed when its execution was stopped',
    plan: AUTOMATED,
    run: async (place) => {
      place.loseStatusEvents();
      place.later(0.3, () => void place.stopExecution());
      const { operation, steps } = await place.operation('web');
      expect(operation).toMatchObject({ state: 'FAILED', failure: { error: 'ExecutionABORTED' } });
      expect(steps.find(({ stepId }) => stepId === 'rollback-0')?.outcome).toBe('SUCCEEDED');
    },
  },
  {
    name: 'runs an automation under a role',
    plan: {
      component: CUSTOM,
      actions: [{ type: 'run_automation', params: automation({ role: ROLE }), timeoutSeconds: 300 }],
    },
    run: async (place) => void (await healed(place)),
  },
  {
    name: "invokes a user's own function",
    plan: {
      component: CUSTOM,
      actions: [{ type: 'invoke_function', params: { function: 'healer' } }],
    },
    run: async (place) => void (await healed(place)),
  },
  {
    name: "sends a user's own document",
    plan: {
      actions: [
        {
          type: 'run_document',
          params: {
            document: 'acme-clear-cache',
            accepts: { mode: { type: 'String', allowedValues: ['clear', 'refill'] } },
            parameters: { mode: 'clear' },
            effect: 'none',
          },
          timeoutSeconds: 60,
        },
      ],
    },
    run: async (place) => void (await healed(place)),
  },
  {
    name: 'heals while a change calendar is open',
    plan: WINDOW,
    run: async (place) => void (await healed(place)),
  },
  {
    name: 'heals when a change calendar has opened, while the alarm is still red',
    plan: WINDOW,
    run: async (place) => {
      place.close(true);
      await place.cloud.alarms.setAlarmState('selfheal-web-memory', 'ALARM', 'too much memory');
      await place.pass(5);
      expect(await place.cloud.store.listOperations(1)).toEqual([]);
      place.close(false);
      await place.pass(10);
      const [operation] = await place.cloud.store.listOperations(1);
      expect(operation).toMatchObject({ alert: { origin: 'reconciler' } });
    },
  },
  {
    name: 'looks at the kernel of a host that was not healed',
    plan: { actions: [{ type: 'start_component' }], settings: { kernelLookOnFailure: true } },
    run: async (place) => {
      place.fail('start_component');
      const { operation } = await place.operation('web');
      const steps = await place.cloud.store.listSteps(operation.operationId);
      expect(steps.map(({ action }) => action)).toContain('look_at_kernel');
    },
  },
];
