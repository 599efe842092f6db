import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import type { Component } from '../../core/configuration/schema/component-schema.ts';
import {
  type Findings,
  INVESTIGATIONS,
  type InvestigationSource,
} from '../../core/investigation/findings.ts';
import { beforeAlert } from '../../core/investigation/onset-windows.ts';
import { resourceNames } from '../../core/investigation/resource-names.ts';
import { tracedNames } from '../../core/investigation/traced-names.ts';
import { evidenceStep } from '../../core/operation/evidence-step.ts';
import type { Operation, StepRecord } from '../../core/operation/operation.ts';
import type { Home } from '../../core/signal/home.ts';
import type { Notifier } from '../../ports/announcers.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { type ReadLogsDeps, readLogs } from './read-logs.ts';
import { type ReadTracesDeps, readTraces } from './read-traces.ts';
import { type ReadTrailDeps, readTrail } from './read-trail.ts';

export interface InvestigateDeps extends ReadLogsDeps, ReadTrailDeps, ReadTracesDeps {
  readonly configuration: Pick<CompiledConfiguration, 'components' | 'settings'>;
  readonly home: Home;
  readonly store: Pick<OperationStore, 'getOperation' | 'listSteps' | 'recordOutcome' | 'noteDenial'>;
  readonly notifier: Notifier;
}

interface Subject {
  readonly operation: Operation;
  readonly component: Component;
  readonly steps: readonly StepRecord[];
}

/** Reads one source about an operation. @returns `undefined` where the configuration does not ask for it */
type Read = (deps: InvestigateDeps, subject: Subject) => Promise<Findings> | undefined;

const READ: Readonly<Record<InvestigationSource, Read>> = {
  logs: (deps, { operation, component: { logs } }) =>
    logs ? readLogs(deps, logs, operation.alert.occurredAtMs) : undefined,
  cloudtrail: (deps, { operation, component, steps }) => {
    if (!deps.configuration.settings.investigate.includes('cloudtrail')) return undefined;
    const names = resourceNames(component, operation, steps, deps.home);
    return readTrail(deps, names, beforeAlert(operation.alert.occurredAtMs));
  },
  xray: (deps, { operation, component }) => {
    if (!deps.configuration.settings.investigate.includes('xray')) return undefined;
    return readTraces(deps, tracedNames(operation.component, component), operation.alert.occurredAtMs);
  },
};

/**
 * Looks for evidence about an operation that a person is called for, after its end: nothing waits for it. Each source is
 * kept as a step of the operation, once; what could not be read is named there. The architect is notified of what is
 * news first, so that nothing is kept that nobody was notified of.
 *
 * @returns the sources that were read
 * @throws ServiceError if the table or the topic cannot be reached: the event is tried again
 */
export async function investigate(
  deps: InvestigateDeps,
  operationId: string,
): Promise<readonly InvestigationSource[]> {
  const operation = await deps.store.getOperation(operationId);
  const component = operation && deps.configuration.components[operation.component];
  if (!component) return [];
  const steps = await deps.store.listSteps(operationId);
  const sources = (Object.keys(INVESTIGATIONS) as readonly InvestigationSource[]).filter(
    (source) => !steps.some(({ stepId }) => stepId === INVESTIGATIONS[source].stepId),
  );
  const found = await Promise.all(
    sources.map(async (source) => ({
      source,
      findings: await READ[source](deps, { operation, component, steps }),
    })),
  );
  const news: string[] = [];
  const read: InvestigationSource[] = [];
  const evidence: ReturnType<typeof evidenceStep>[] = [];
  for (const { source, findings } of found) {
    if (!findings) continue;
    const { stepId, action } = INVESTIGATIONS[source];
    const { outcome, lines, isNews } = findings;
    read.push(source);
    const detail = lines.join('\n');
    evidence.push(evidenceStep(operation, stepId, action, { outcome, detail, nowMs: deps.clock.nowMs() }));
    if (isNews) news.push(...lines);
  }
  // Before the record, which makes a repeated event do nothing: better twice than not at all.
  if (news.length > 0) await notify(deps, operation, news);
  for (const step of evidence) await deps.store.recordOutcome(step);
  return read;
}

async function notify(
  { notifier }: InvestigateDeps,
  { operationId, component, alert, result }: Operation,
  lines: readonly string[],
): Promise<void> {
  const what = result === 'CONTAINED' ? 'was contained' : 'was not healed';
  await notifier.notify({
    topic: 'architect',
    subject: `Selfheal: ${component}: what was found out after it ${what}`,
    body: {
      kind: 'investigation',
      message: `After ${component} ${what}:\n${lines.join('\n')}`,
      ...{ operationId, component, metric: alert.metric, reason: alert.reason },
    },
  });
}
