import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import type { Observation } from '../../../functions/core/verification/verification.ts';
import type { AlarmState } from '../../../functions/ports/observers.ts';
import type { Invocation } from '../../../local/embedded/lambda/lambda-service.ts';
import type { DependencyCall } from '../../../local/embedded/lambda/sandbox.ts';
import type { Trace } from './trace.ts';

/** Notes what a verification was answered when it looked. */
export function noteCall(
  trace: Trace,
  { components, alarms }: CompiledConfiguration,
  { functionName, port, method, args }: DependencyCall,
  answer: unknown,
): void {
  if (functionName !== 'selfheal-verify') return;
  if (port === 'endpoints') {
    const component = Object.keys(components).find((name) => components[name]?.health?.url === args[0]);
    if (component !== undefined) trace.note({ kind: 'look', component, observation: answer as Observation });
  }
  if (port === 'alarms' && method === 'states') {
    const names = args[0] as readonly string[];
    const states = answer as ReadonlyMap<string, AlarmState>;
    const component = alarms[names[0] ?? '']?.component;
    const observation = names.every((name) => states.get(name) === 'OK') ? 'good' : 'bad';
    if (component !== undefined) trace.note({ kind: 'look', component, observation });
  }
}

/** Notes which steps were really begun. */
export function noteInvocation(trace: Trace, { functionName, payload }: Invocation): void {
  const { operationId = '', step } = payload as {
    readonly operationId?: string;
    readonly step?: { readonly stepId: string };
  };
  if (functionName === 'selfheal-act' && step !== undefined)
    trace.note({ kind: 'act-invoked', operationId, stepId: step.stepId });
  if (functionName === 'selfheal-prepare-rollback') trace.note({ kind: 'rollback-prepared', operationId });
}
