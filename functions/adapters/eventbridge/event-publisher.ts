import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { EventPublisher, StateChange } from '../../ports/announcers.ts';
import { putEvents, SOURCE } from './put-events.ts';

export interface EventPublisherProps {
  readonly client: EventBridgeClient;
  /** Called when a state change could not be published: healing goes on without it. */
  readonly onLost: (change: StateChange, error: unknown) => void;
}

/** EventPublisher over the account's default event bus. */
export function createEventPublisher({ client, onLost }: EventPublisherProps): EventPublisher {
  const put = async (detailType: string, detail: unknown): Promise<void> => {
    await putEvents(client, [{ Source: SOURCE, DetailType: detailType, Detail: JSON.stringify(detail) }]);
  };
  return {
    stateChanged: async (change) => {
      try {
        await put('Selfheal Operation State Change', stateChangeDetail(change));
      } catch (error) {
        onLost(change, error);
      }
    },
    signal: (detail) => put('Selfheal Signal', detail),
  };
}

/** `detail` of a `Selfheal Operation State Change` event. */
export function stateChangeDetail({
  operation,
  state,
  atMs,
}: StateChange): Readonly<Record<string, unknown>> {
  const { operationId, component, strategyId, attempt, alert, diagnosis, result, failure, warnings } =
    operation;
  return {
    operationId,
    component,
    strategyId,
    attempt,
    state,
    at: new Date(atMs).toISOString(),
    metric: alert.metric,
    severity: alert.severity,
    reason: alert.reason,
    rootCause: diagnosis.rootCause,
    confidence: diagnosis.confidence,
    ...(result && { result }),
    ...(failure && { failure }),
    ...(warnings && { warnings }),
  };
}
