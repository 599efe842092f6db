import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import { shortReason } from '../../core/signal/event-values.ts';
import { parseMetricEvent } from '../../core/signal/metric-event.ts';
import type { Clock } from '../../ports/clock.ts';
import type { MetricSamples } from '../../ports/metric-samples.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { notingDenials } from '../denials.ts';

export interface RecordMetricsDeps {
  readonly configuration: Pick<CompiledConfiguration, 'components'>;
  readonly samples: Pick<MetricSamples, 'add'>;
  readonly store: Pick<OperationStore, 'recordRefusal' | 'noteDenial'>;
  readonly clock: Clock;
}

/** A `Selfheal Metric` event. */
export interface MetricEvent {
  readonly id: string;
  readonly time: string;
  readonly detail?: unknown;
}

export type RecordedMetrics =
  | { readonly outcome: 'kept'; readonly values: number }
  | { readonly outcome: 'refused'; readonly reason: string };

/**
 * Keeps the values of an event until `analyze` reads them. Safe to repeat. What is refused is on record, under the
 * component that it names, since the bus says nothing to the sender.
 *
 * @throws ServiceError if it could not be recorded: the event is kept, and an alarm rings
 */
export async function recordMetrics(deps: RecordMetricsDeps, event: MetricEvent): Promise<RecordedMetrics> {
  const { configuration, samples, store, clock } = deps;
  const nowMs = clock.nowMs();
  const atMs = Date.parse(event.time);
  const parsed = parseMetricEvent(event.detail, atMs, nowMs, configuration);
  if (parsed.kind === 'refused') {
    const reason = shortReason(parsed.problem);
    await notingDenials(deps, () =>
      store.recordRefusal({
        reason: 'NOT_UNDERSTOOD',
        detail: reason,
        signalId: event.id,
        component: parsed.component,
        occurredAtMs: Number.isNaN(atMs) ? nowMs : atMs,
        refusedAtMs: nowMs,
      }),
    );
    return { outcome: 'refused', reason };
  }
  const { component, values } = parsed;
  const all = [...values].map(([monitor, value]) => ({ component, monitor, atMs, value, eventId: event.id }));
  await notingDenials(deps, () => samples.add(all));
  return { outcome: 'kept', values: all.length };
}
