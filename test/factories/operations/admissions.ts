import { decideAdmission } from '../../../functions/core/admission/decide-admission.ts';
import type { Grant } from '../../../functions/core/admission/grant.ts';
import { grantedOperation } from '../../../functions/core/admission/granted-operation.ts';
import type { Limits } from '../../../functions/core/admission/records.ts';
import { compile } from '../../../functions/core/configuration/compile.ts';
import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import { configurationSchema } from '../../../functions/core/configuration/schema/schema.ts';
import type { Conclusion } from '../../../functions/core/operation/conclusion.ts';
import type { Operation, StepRecord } from '../../../functions/core/operation/operation.ts';
import type { HealthAlert } from '../../../functions/core/signal/health-alert.ts';
import type { OperationStore } from '../../../functions/ports/operation-store.ts';

/** 22 November 2026, 13:30 UTC. */
export const NOON = Date.UTC(2026, 10, 22, 13, 30);
/** The fence of a component’s first operation then. */
export const FENCE = NOON / 1_000;

export const STRATEGY = 'restart-service';

export interface Landscape {
  readonly components: readonly string[];
  /** Group that all of them are in. @default none */
  readonly group?: { readonly name: string; readonly maxInFlight: number; readonly minHealthy: number };
  /** The service that all of them have, on one host. @default none */
  readonly service?: string;
  /** @default 3 */
  readonly maxConcurrentRepairs?: number;
  /** @default 1 */
  readonly consecutiveFailures?: number;
  /** @default 3 */
  readonly maxAttempts?: number;
}

/** A compiled configuration with one strategy, which answers `memory` alerts. */
export function configurationOf(landscape: Landscape): CompiledConfiguration {
  const { components, group, maxConcurrentRepairs = 3, consecutiveFailures = 1, maxAttempts = 3 } = landscape;
  const service = landscape.service === undefined ? {} : { service: landscape.service };
  const parsed = configurationSchema.parse({
    settings: { maxConcurrentRepairs },
    components: Object.fromEntries(
      components.map((name) => [
        name,
        {
          targets: { instanceIds: ['i-0123456789abcdef0'] },
          ...service,
          ...(group && { group: group.name }),
        },
      ]),
    ),
    strategies: [
      {
        id: STRATEGY,
        trigger: { metrics: ['memory'], consecutiveFailures },
        actions: [{ type: 'graceful_stop' }],
        maxAttempts,
      },
    ],
  });
  return {
    ...compile(parsed),
    groups: group
      ? {
          [group.name]: {
            maxInFlight: group.maxInFlight,
            minHealthy: group.minHealthy,
            members: [...components].sort(),
          },
        }
      : {},
  };
}

/** An alert that `restart-service` answers. */
export function alertOf(component: string, overrides: Partial<HealthAlert> = {}): HealthAlert {
  return {
    signalId: 'alarm/checkout-memory/2026-11-22T13:30:00.000Z',
    origin: 'alarm',
    component,
    metric: 'memory',
    severity: 'CRITICAL',
    occurredAtMs: NOON,
    reason: 'Threshold Crossed: 1 datapoint [97.2] was greater than the threshold (90.0).',
    current: 97.2,
    threshold: 90,
    targets: [],
    ...overrides,
  };
}

/** What admission grants for an alert on these limits; throws if it refuses. */
export function grantFor(
  alert: HealthAlert,
  configuration: CompiledConfiguration,
  limits: Limits,
  nowMs: number = alert.occurredAtMs,
): { readonly operation: Operation; readonly grant: Grant } {
  const decision = decideAdmission({
    alert,
    strategies: configuration.strategies,
    configuration,
    limits,
    nowMs,
  });
  if (decision.decision === 'refuse') throw new Error(`refused: ${JSON.stringify(decision.refusal)}`);
  return { operation: grantedOperation(alert, decision.grant), grant: decision.grant };
}

/** Reads, decides and admits; throws unless it is granted. */
export async function admitOne(
  store: OperationStore,
  alert: HealthAlert,
  configuration: CompiledConfiguration = configurationOf({ components: [alert.component] }),
): Promise<{ readonly operation: Operation; readonly grant: Grant; readonly limits: Limits }> {
  const { limits } = await store.readLimits(alert.component);
  const granted = grantFor(alert, configuration, limits);
  const outcome = await store.admit(granted.operation, granted.grant, limits);
  if (outcome.outcome !== 'granted') throw new Error(`not granted: ${outcome.outcome}`);
  return { ...granted, limits };
}

export function conclusionOf(operation: Operation, overrides: Partial<Conclusion> = {}): Conclusion {
  const completedAtMs = operation.startedAtMs + 60_000;
  return {
    operationId: operation.operationId,
    component: operation.component,
    fence: operation.fence,
    strategyId: operation.strategyId,
    state: 'COMPLETED',
    result: 'SUCCESS',
    completedAtMs,
    cooldownUntilMs: completedAtMs + 300_000,
    cooldownScope: 'component',
    ...overrides,
  };
}

export function stepOf(operation: Operation, overrides: Partial<StepRecord> = {}): StepRecord {
  return {
    operationId: operation.operationId,
    stepId: 'heal-0',
    component: operation.component,
    action: 'graceful_stop',
    onError: 'abort',
    startedAtMs: operation.startedAtMs + 1_000,
    targets: ['i-0123456789abcdef0'],
    ...overrides,
  };
}
