import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import type { Component } from '../../core/configuration/schema/component-schema.ts';
import {
  type Findings,
  INVESTIGATIONS,
  type InvestigationSource,
} from '../../core/investigation/findings.ts';
import { evidenceStep } from '../../core/operation/evidence-step.ts';
import type { Operation } from '../../core/operation/operation.ts';
import type { Notifier } from '../../ports/announcers.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { type ReadLogsDeps, readLogs } from './read-logs.ts';

export interface InvestigateDeps extends ReadLogsDeps {
  readonly configuration: Pick<CompiledConfiguration, 'components'>;
  readonly store: Pick<OperationStore, 'getOperation' | 'listSteps' | 'recordOutcome' | 'noteDenial'>;
  readonly notifier: Notifier;
}

/** Reads one source about an operation. @returns `undefined` where the configuration does not ask for it */
type Read = (
  deps: InvestigateDeps,
  operation: Operation,
  component: Component,
) => Promise<Findings> | undefined;

const READ: Readonly<Record<InvestigationSource, Read>> = {
  logs: (deps, { alert }, { logs }) => (logs ? readLogs(deps, logs, alert.occurredAtMs) : undefined),
};

/**
 * Looks for evidence about an operation that a person is called for, after its end: nothing waits for it. Each source is
 * kept as a step of the operation, once; what could not be read is named there. The architect is notified of what is
 * news.
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
    sources.map(async (source) => ({ source, findings: await READ[source](deps, operation, component) })),
  );
  const news: string[] = [];
  const read: InvestigationSource[] = [];
  for (const { source, findings } of found) {
    if (!findings) continue;
    const { stepId, action } = INVESTIGATIONS[source];
    const { outcome, lines, isNews } = findings;
    read.push(source);
    const detail = lines.join('\n');
    const step = evidenceStep(operation, stepId, action, { outcome, detail, nowMs: deps.clock.nowMs() });
    if ((await deps.store.recordOutcome(step)) && isNews) news.push(...lines);
  }
  if (news.length > 0) await notify(deps, operation, news);
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
