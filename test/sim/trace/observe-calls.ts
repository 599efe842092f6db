import type { ReconcileReport } from '../../../functions/app/recover/reconcile.ts';
import type { ClaimKey, PendingStep } from '../../../functions/core/admission/records.ts';
import type { ChangeEvent } from '../../../functions/core/change/change-event.ts';
import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import type { DiscoveredGraph } from '../../../functions/core/discovery/discovered-graph.ts';
import type { PagerDutyEvent } from '../../../functions/core/notification/channels/pagerduty.ts';
import type { PlannedStep } from '../../../functions/core/operation/operation.ts';
import type { AlarmState } from '../../../functions/core/verification/alarm-observation.ts';
import type { Observation } from '../../../functions/core/verification/verification.ts';
import type { WatchdogEvent } from '../../../functions/core/watchdog/announce.ts';
import type { ShardRecord } from '../../../functions/core/watchdog/shard-record.ts';
import type { VantageReport } from '../../../functions/core/watchdog/votes.ts';
import type { Notification } from '../../../functions/ports/announcers.ts';
import type { ChannelDelivery } from '../../../functions/ports/channels.ts';
import type { ControlOutcome, OperationStore } from '../../../functions/ports/operation-store.ts';
import type { RunbookRequest as Sending } from '../../../functions/ports/runbook-runner.ts';
import type { InvokeAnswer } from '../../../local/embedded/lambda/lambda-function.ts';
import type { Invocation } from '../../../local/embedded/lambda/lambda-service.ts';
import type { DependencyCall } from '../../../local/embedded/lambda/sandbox.ts';
import { isOfResources } from '../faults/outages.ts';
import { isWatchedByInstance } from '../fleet/component-health.ts';
import type { Trace } from './trace.ts';

/**
 * Records the observations of a verification, and the outcomes of controls. Of an alarm over a group, its red
 * instances decide: they come with the next call.
 */
export function noteCall(
  trace: Trace,
  fleet: CompiledConfiguration,
  { functionName, port, method, args }: DependencyCall,
  answer: unknown,
  { invocation, operationId }: { readonly invocation: number; readonly operationId: string },
): void {
  const { components, alarms } = fleet;
  if (port === 'store' && method === 'setPause') {
    const [pause, givenAtMs] = args as Parameters<OperationStore['setPause']>;
    const command = pause ? 'pause' : 'resume';
    trace.note({ kind: 'control', command, givenAtMs, outcome: answer as ControlOutcome });
  }
  if (port === 'store' && method === 'setOverride') {
    const [{ kind, name }, { givenAtMs }] = args as Parameters<OperationStore['setOverride']>;
    const part = `${kind} ${name}`;
    trace.note({ kind: 'control', command: 'set_mode', part, givenAtMs, outcome: answer as ControlOutcome });
  }
  if (functionName !== 'selfheal-verify') return;
  const begun = trace.of('admitted').findLast(({ operation }) => operation.operationId === operationId);
  if (begun && isOfResources(port)) {
    const observation = isServing(answer) ? 'good' : 'bad';
    trace.note({ kind: 'look', component: begun.operation.component, observation, invocation, operationId });
  }
  if (port === 'endpoints') {
    const component = Object.keys(components).find((name) => components[name]?.health?.url === args[0]);
    if (component !== undefined)
      trace.note({
        kind: 'look',
        component,
        observation: answer as Observation,
        invocation,
        operationId,
      });
  }
  const targets = () => begun?.operation.alert.targets ?? [];
  const saw = (name: string, observation: Observation) => {
    const component = alarms[name]?.component;
    if (component !== undefined)
      trace.note({ kind: 'look', component, observation, invocation, operationId });
  };
  if (port === 'alarms' && method === 'states') {
    const names = args[0] as readonly string[];
    const states = answer as ReadonlyMap<string, AlarmState>;
    const [name = ''] = names;
    const isOfSome = states.get(name) === 'ALARM' && targets().length > 0;
    if (isOfSome && isWatchedByInstance(fleet, alarms[name]?.component ?? '')) return;
    saw(name, names.every((each) => states.get(each) === 'OK') ? 'good' : 'bad');
  }
  if (port === 'alarms' && method === 'redInstances') {
    const red = answer as readonly string[] | undefined;
    saw(String(args[0]), red === undefined || targets().some((id) => red.includes(id)) ? 'bad' : 'good');
  }
}

/** Whether a service says that a resource can serve. */
function isServing(answer: unknown): boolean {
  const { status, state, runningCount, desiredCount } = (answer ?? {}) as Readonly<Record<string, unknown>>;
  return (
    status === 'available' ||
    state === 'Active' ||
    (desiredCount !== undefined && runningCount === desiredCount)
  );
}

/** Records what a service has done or answered, whether or not the function gets to see it. */
export function noteAnswer(trace: Trace, call: DependencyCall, answer: unknown, invocation: number): void {
  const { port, method, args } = call;
  noteWatchdog(trace, call, answer);
  if (port === 'runbooks' && method === 'send') trace.note({ kind: 'sent', request: args[0] as Sending });
  if (port === 'store') noteFences(trace, method, args, answer);
  if (port === 'changes' && method === 'recordChange')
    trace.note({ kind: 'change-recorded', event: args[0] as ChangeEvent });
  if (port === 'discovered' && method === 'saveGraph' && answer === true)
    trace.note({ kind: 'graph-kept', dependencies: (args[0] as DiscoveredGraph).dependencies });
  if (port === 'tokens' && answer === true) trace.note({ kind: 'verdict-taken', invocation });
  if (port === 'channels')
    for (const { body } of args[0] as readonly ChannelDelivery[])
      trace.note({ kind: 'paged', event: body as PagerDutyEvent });
  if (port === 'notifier') trace.note({ kind: 'notified', notification: args[0] as Notification });
}

/** Records the fence under which a function was let through, as the function itself states it. */
function noteFences(trace: Trace, method: string, args: readonly unknown[], answer: unknown): void {
  if (!answer || (method !== 'beginStep' && method !== 'takeOver')) return;
  const { operationId, component, fence } = args[0] as ClaimKey;
  const key = { operationId, component, fence };
  if (method === 'beginStep')
    trace.note({ kind: 'step-begun', key, stepId: (args[1] as PendingStep).stepId });
  else trace.note({ kind: 'taken-over', key, fence: (answer as { readonly fence: number }).fence });
}

/** Records what a vantage point of the watchdog has stored or published. */
function noteWatchdog(trace: Trace, { functionName, method, args }: DependencyCall, answer: unknown): void {
  if (!functionName.startsWith('selfheal-watch-')) return;
  if (method === 'saveReport') trace.note({ kind: 'vantage-report', report: args[1] as VantageReport });
  if (method === 'saveRound' && answer === true) {
    const { roundAtMs, totals } = args[0] as ShardRecord;
    trace.note({ kind: 'round-decided', roundAtMs, checks: totals.checks });
  }
  if (method === 'publish') trace.note({ kind: 'announced', events: args[0] as readonly WatchdogEvent[] });
}

/** Records what the reconciler reports to have done. */
export async function noteReport(
  trace: Trace,
  { functionName }: Invocation,
  answering: Promise<InvokeAnswer>,
): Promise<InvokeAnswer> {
  const answer = await answering;
  if (functionName !== 'selfheal-reconcile' || answer.functionError) return answer;
  const { done } = answer.payload as ReconcileReport;
  if (done.length > 0) trace.note({ kind: 'reported', done });
  return answer;
}

/** Records which steps were really begun. */
export function noteInvocation(trace: Trace, { functionName, payload }: Invocation): void {
  const { operationId = '', step } = payload as {
    readonly operationId?: string;
    readonly step?: PlannedStep;
  };
  if (functionName === 'selfheal-act' && step !== undefined)
    trace.note({ kind: 'act-invoked', operationId, stepId: step.stepId, step });
  if (functionName === 'selfheal-prepare-rollback') trace.note({ kind: 'rollback-prepared', operationId });
}
