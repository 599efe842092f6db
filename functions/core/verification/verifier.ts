import type { CompiledConfiguration } from '../configuration/compiled.ts';
import type { Component } from '../configuration/schema/schema.ts';
import type { Operation } from '../operation/operation.ts';
import { alarmsToAsk } from './alarm-observation.ts';
import type { Verifier } from './verification.ts';

/** Which signal says whether a repair held, unless the strategy names one. */
export function usualVerifier(
  { health, service }: Pick<Component, 'health' | 'service'>,
  { alert }: Pick<Operation, 'alert'>,
): Verifier {
  if (health) return 'endpoint';
  return alert.alarmName !== undefined || service === undefined ? 'alarm' : 'runbook';
}

/** Why a component cannot be verified by this signal, now or later; `undefined` if it can. */
export function missingSignal(
  by: Verifier,
  { health, service }: Pick<Component, 'health' | 'service'>,
  operation: Pick<Operation, 'alert' | 'component'>,
  configuration: Pick<CompiledConfiguration, 'alarms'>,
): string | undefined {
  const { isThere, what } = {
    endpoint: { isThere: health !== undefined, what: 'health endpoint' },
    runbook: { isThere: service !== undefined, what: 'service' },
    alarm: { isThere: alarmsToAsk(configuration, operation).length > 0, what: 'alarm' },
  }[by];
  if (isThere) return undefined;
  return `the health of ${operation.component} cannot be verified by ${by}: it has no ${what}`;
}
