import type { AlarmEvent } from './alarm-delivery.ts';
import type { EvaluationSteps } from './datapoints.ts';
import type { ResourceTags } from './metrics-insights.ts';
import type { AlarmStateChangeEvent } from './state-change-event.ts';

export interface AlarmEngineOptions {
  readonly accountId: string;
  readonly region: string;
  /** The clock, in epoch milliseconds. */
  readonly nowMs: () => number;
  /** A new id for an event or a metric. */
  readonly newId: () => string;
  /** Sends an event to the default event bus. If it rejects, the same event is sent again on the next evaluation. */
  readonly publish: (event: AlarmEvent) => Promise<void>;
  /**
   * Tags that CloudWatch keeps with a metric.
   *
   * @default none: “resource tags on telemetry” is not enabled
   */
  readonly tagsOf?: ResourceTags;
  /**
   * Performs an alarm action, e.g. publishes to an SNS topic.
   *
   * @default actions only appear in the alarm's history, as not performed
   */
  readonly performAction?: (actionArn: string, event: AlarmStateChangeEvent) => Promise<void>;
  /**
   * How often alarms are evaluated, and how far their windows move each time.
   *
   * @default like CloudWatch: every 60 s, every 10 s for periods under 60 s
   */
  readonly steps?: EvaluationSteps;
  /**
   * How long data may take to arrive before its period is evaluated.
   *
   * @default 0
   */
  readonly dataDelaySeconds?: number;
}
