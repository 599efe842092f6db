import { expect } from 'vitest';
import type { ComponentPlan } from '../../factories/deployed-engine/landscape.ts';
import { admitUnnoticed } from '../../factories/deployed-engine/operations.ts';
import { UNDONE } from './failures.ts';
import { forgetDenials, grantOf, healed, reconciled, type Scenario, SILENCE_MS } from './scenario.ts';
import { PER_INSTANCE } from './several-hosts.ts';

/** What the reconciler recovers from. */
export const RECONCILED: readonly Scenario[] = [
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
  {
    name: 'hands back an alarm that tells instances apart',
    component: {
      hosts: 2,
      autoScalingGroup: 'reconciled',
      more: { alarms: PER_INSTANCE },
      strategies: [{ cooldownSeconds: 0 }],
    },
    run: async (place, component) => {
      const [first = ''] = place.landscape.instancesOf(component);
      await place.setContributor(component, first, 'ALARM', 'too many errors');
      await place.completed(component);
      await place.sleep(1_000);
      await place.reconcile();
      const { alert } = await place.completed(component, 2);
      expect(alert).toMatchObject({ origin: 'reconciler', targets: [first] });
      await place.setContributor(component, first, 'OK', 'fine again');
    },
  },
  {
    name: 'names a missing permission to the architect',
    component: {},
    breaks: ['selfheal-command-status'],
    run: async (place, component) => {
      const action = 'ssm:ListCommands';
      const denial = async () => (await place.store.listDenials()).find((one) => one.action === action);
      await forgetDenials(place);
      await place.whileDenied?.('selfheal-command-status', action, async () => {
        await place.signal(component);
        await place.poll(denial).toBeDefined();
      });
      const before = place.notifications('architect').length;
      await place.reconcile();
      await place
        .poll(() => place.notifications('architect').slice(before))
        .toContainEqual(expect.objectContaining({ kind: 'permission-missing', action }));
      await place.poll(denial).toHaveProperty('notifiedAtMs');
    },
  },
  {
    name: 'goes on without a host that left unannounced',
    component: { hosts: 3, ...UNDONE },
    run: async (place, component) => {
      const [first = ''] = place.landscape.instancesOf(component);
      place.hosts.script(component, { [`${first} graceful_stop`]: 'silent' });
      await place.signal(component);
      await place.acting(component, 'heal-0');
      place.hosts.terminate([first]);
      await reconciled(place, component);
      await place.completed(component);
    },
  },
  {
    name: 'undoes an operation whose execution has gone without an event',
    component: UNDONE,
    run: async (place, component) => {
      const rule = 'rule/SelfhealEngine-CompletionRulesExecutionEnded';
      const handOver = await grantOf(place, rule, 'lambda:InvokeFunction');
      place.hosts.script(component, { graceful_stop: 'silent' });
      await place.signal(component);
      const operationId = await place.acting(component, 'heal-0');
      await handOver.without(async () => {
        await place.stopExecution(operationId);
        await place.sleep(2_000);
      });
      await reconciled(place, component);
      const { operation } = await place.ended(component);
      expect(operation).toMatchObject({ state: 'FAILED' });
    },
  },
  {
    name: 'runs every minute by the clock',
    component: {},
    run: async (place, component) => {
      await admitUnnoticed(place, component, SILENCE_MS + 10_000);
      await place.ended(component, 1, 20);
      await healed(place, component, 1);
    },
  },
  standing('looks at a host that stays isolated', {}),
  standing('looks at a node outside EC2 that stays isolated', { hybrid: true }),
];

/** A host that stays isolated, and reports that something else has lifted that once. */
function standing(name: string, more: Partial<ComponentPlan>): Scenario {
  const containing = {
    actions: [{ type: 'isolate_network' }],
    verify: { timeoutSeconds: 5, stableSeconds: 0 },
    rollback: { onFailure: 'maintain_isolation' },
  };
  const answer = JSON.stringify({ contained: 'isolation', putBack: 1, history: 'it was put back' });
  return {
    name,
    component: { strategies: [containing], ...more },
    run: async (place, component) => {
      place.hosts.script(component, { verify_containment: { takesMs: 100, answer } });
      await place.signal(component);
      expect((await place.ended(component)).operation).toMatchObject({ result: 'CONTAINED' });
      await place
        .poll(async () => {
          await place.reconcile();
          return place.notifications('architect', component);
        })
        .toContainEqual(expect.objectContaining({ kind: 'isolation-limit' }));
    },
  };
}
