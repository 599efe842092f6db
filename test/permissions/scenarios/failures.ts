import { expect } from 'vitest';
import { invokeForEvent } from '../../factories/deployed-engine/functions.ts';
import { eventOf, failed, grantOf, keptAsUndelivered, type Scenario } from './scenario.ts';

const LEASE_MS = 60_000;

export const UNDONE = {
  strategies: [
    {
      actions: [{ type: 'graceful_stop' }, { type: 'start_component' }],
      rollback: { actions: [{ type: 'start_component' }, { type: 'notify_soc' }] },
    },
  ],
};

/** Repairs that fail, executions that go away, and events that nobody can process. */
export const FAILURES: readonly Scenario[] = [
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
        .poll(() => place.notifications('architect', component).map(({ kind }) => kind))
        .toContain('attempts-spent');
    },
  },
  {
    name: 'keeps a signal that triage could not decide',
    component: {},
    breaks: ['selfheal-triage'],
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
      await place.poll(() => place.notifications('architect', component)).toHaveLength(1);
    },
  },
  {
    name: 'records undo steps as skipped while rollback is switched off',
    component: UNDONE,
    // New settings restart functions, even those at work.
    breaks: ['selfheal-execution-ended'],
    run: async (place, component) => {
      place.hosts.script(component, { graceful_stop: 'fail' });
      await place.withSettings({ rollbackEnabled: false }, async () => {
        await place.signal(component);
        const { steps } = await place.ended(component);
        const undone = steps.filter(({ stepId }) => stepId.startsWith('rollback'));
        expect(undone.map(({ outcome }) => outcome)).toEqual(['SKIPPED', 'SKIPPED']);
      });
    },
  },
  {
    name: 'refuses to verify for an execution that was overtaken',
    component: {},
    breaks: ['selfheal-conclude'],
    run: async (place, component) => {
      place.hosts.script(component, { start_component: 'wait' });
      await place.signal(component);
      const operationId = await place.acting(component, 'heal-0');
      const operation = await place.store.getOperation(operationId);
      const key = { operationId, component, fence: operation?.fence ?? 0 };
      await place.store.takeOver(key, Date.now() + LEASE_MS);
      place.hosts.finish(component, 'start_component');
      await place.poll(() => place.entered(operationId)).toContain('Prepare rollback');
      // The execution that has overtaken it undoes it.
      await place.stopExecution(operationId);
      expect((await place.ended(component)).operation).toMatchObject({ state: 'FAILED' });
    },
  },
  {
    name: 'skips a host that left before its command was seen to fail',
    component: { hosts: 3, ...UNDONE },
    run: async (place, component) => {
      const [first = '', ...others] = place.landscape.instancesOf(component);
      place.hosts.script(component, { [`${first} graceful_stop`]: 'fail' });
      place.setStatusEvents(component, 'lost');
      await place.signal(component);
      await place.acting(component, 'heal-0');
      await place.sleep(1_000);
      place.hosts.terminate([first]);
      place.setStatusEvents(component, 'threefold');
      const { commandId } = place.requestsOf(component).findLast(({ stepId }) => stepId === 'heal-0') ?? {};
      await place.putEvent({
        source: 'aws.ssm',
        detailType: 'EC2 Command Status-change Notification',
        detail: { 'command-id': commandId, 'document-name': 'selfheal-graceful-stop', status: 'Failed' },
      });
      await place.completed(component);
      expect(place.effectsOf(component).map(({ instanceId }) => instanceId)).toEqual(
        expect.arrayContaining(others),
      );
    },
  },
  {
    name: "keeps a command's status event that its function failed on",
    component: {},
    breaks: ['selfheal-command-status'],
    run: async (place, component) => {
      const detail = {
        'command-id': component,
        'document-name': 'selfheal-start-component',
        status: 'Success',
      };
      const event = eventOf(place, 'aws.ssm', 'EC2 Command Status-change Notification', detail);
      await place.whileBroken('selfheal-command-status', async () => {
        await invokeForEvent(place.aws, 'selfheal-command-status', event);
        await keptAsUndelivered(place, 'CompletionDeadLetterQueueUrl', component);
      });
    },
  },
  {
    name: "keeps an execution's status event that its function failed on",
    component: {},
    breaks: ['selfheal-execution-ended'],
    run: async (place, component) => {
      const detail = { name: component, status: 'FAILED', stateMachineArn: place.healStateMachineArn };
      const event = eventOf(place, 'aws.states', 'Step Functions Execution Status Change', detail);
      await place.whileBroken('selfheal-execution-ended', async () => {
        await invokeForEvent(place.aws, 'selfheal-execution-ended', event);
        await keptAsUndelivered(place, 'CompletionDeadLetterQueueUrl', component);
      });
    },
  },
  {
    name: 'keeps a signal that its rule may not deliver',
    component: {},
    run: async (place, component) => {
      const handOver = await grantOf(
        place,
        'SelfhealEngine-TriageWorkflowEventsRole',
        'states:StartExecution',
      );
      await handOver.without(async () => {
        await place.signal(component);
        await keptAsUndelivered(place, 'SignalDeadLetterQueueUrl', component);
      });
    },
  },
  {
    name: 'keeps a status event that its rule may not deliver',
    component: {},
    run: async (place, component) => {
      const rule = 'rule/SelfhealEngine-CompletionRulesCommandStatus';
      const handOver = await grantOf(place, rule, 'lambda:InvokeFunction');
      await handOver.without(async () => {
        await place.putEvent({
          source: 'aws.ssm',
          detailType: 'EC2 Command Status-change Notification',
          detail: { 'command-id': component, 'document-name': 'selfheal-start-component', status: 'Failed' },
        });
        await keptAsUndelivered(place, 'CompletionDeadLetterQueueUrl', component);
      });
    },
  },
];
