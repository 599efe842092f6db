import type { Assumption } from '../../cli/what-if.ts';
import { needsSystemd } from '../../functions/core/actions/systemd-actions.ts';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import type { Strategy } from '../../functions/core/configuration/schema/schema.ts';
import { actsOnTargets } from '../../functions/core/operation/action-effects.ts';
import { healSteps } from '../../functions/core/operation/heal-steps.ts';
import type { Operation } from '../../functions/core/operation/operation.ts';
import type { EmbeddedCloud } from '../embedded/embedded-cloud.ts';
import type { RunbookPerformance, RunbookRequest } from '../embedded/hosts/simulated-hosts.ts';
import { createIsolations, type Isolation } from './isolation.ts';

/** How long each runbook takes. */
export const RUNBOOK_TAKES_MS = 5_000;

export interface World {
  /** The outcome of a runbook: success, unless it needs systemd and the host has none. */
  readonly perform: (request: RunbookRequest) => RunbookPerformance;
  /** Whether a health endpoint answers. */
  readonly isHealthy: (url: string) => boolean;
  /** Records that a runbook has succeeded on a host. */
  readonly onDone: (request: RunbookRequest, nowMs: number) => void;
  readonly isolations: () => readonly Isolation[];
}

/**
 * A component is unhealthy while one of its alarms is in ALARM. A component with an isolated host is unhealthy as well,
 * and no repair changes that.
 */
export function createWorld(
  configuration: CompiledConfiguration,
  cloudOf: () => EmbeddedCloud,
  assumption: Assumption,
): World {
  const isolations = createIsolations();
  const alarmsOf = Map.groupBy(
    Object.keys(configuration.alarms),
    (name) => configuration.alarms[name]?.component,
  );
  const redOf = (component: string) =>
    (alarmsOf.get(component) ?? []).filter(
      (name) => cloudOf().alarms.registry.find(name)?.state.value === 'ALARM',
    );
  const isHealthy = (component: string) => !isolations.has(component) && redOf(component).length === 0;
  const cure = async ({ component, operationId, stepId }: RunbookRequest) => {
    const cloud = cloudOf();
    const operation = await cloud.store.getOperation(operationId);
    const strategy = configuration.strategies.find(({ id }) => id === operation?.strategyId);
    if (!operation || !strategy || isolations.has(component)) return;
    if (!isLastRepair(strategy, operation, stepId)) return;
    for (const name of redOf(component))
      await cloud.alarms.setAlarmState(name, 'OK', `assumed: ${strategy.id} has repaired ${component}`);
  };
  return {
    perform,
    isHealthy: (url) =>
      Object.entries(configuration.components).every(
        ([name, { health }]) => health?.url !== url || isHealthy(name),
      ),
    onDone: (request, nowMs) => {
      isolations.note(request, nowMs);
      if (assumption === 'healed') void cure(request);
    },
    isolations: isolations.list,
  };
}

/** Refused like the real runbooks, before anything is changed. */
function perform({ action, parameters }: RunbookRequest): RunbookPerformance {
  if (parameters['serviceManager'] !== 'sysv' || !needsSystemd(action, parameters['engine']))
    return { takesMs: RUNBOOK_TAKES_MS };
  const word = `selfheal: UNSUPPORTED_MANAGER: ${action} needs systemd, and serviceManager is sysv`;
  return { takesMs: RUNBOOK_TAKES_MS, exitCode: 2, word };
}

/** Whether a step is the last repair of an operation: on the last batch of its targets. */
function isLastRepair(strategy: Strategy, operation: Operation, stepId: string): boolean {
  const repairs = healSteps(strategy, operation).filter(
    ({ action, isCheck }) => actsOnTargets(action) && !isCheck,
  );
  return repairs.at(-1)?.stepId === stepId;
}
