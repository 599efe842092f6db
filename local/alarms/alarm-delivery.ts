import type { AlarmRegistry } from './alarm-registry.ts';
import type { ContributorStateChangeEvent } from './contributors.ts';
import type { AlarmStateChangeEvent } from './state-change-event.ts';

/** What goes to the event bus. */
export type AlarmEvent = AlarmStateChangeEvent | ContributorStateChangeEvent;

/** One state change on its way out: the event, and the actions to perform for it. */
export type AlarmDelivery =
  | {
      readonly event: AlarmStateChangeEvent;
      /** Empty while actions are disabled, muted or suppressed. */
      readonly actions: readonly string[];
    }
  | { readonly event: ContributorStateChangeEvent; readonly actions?: never };

interface AlarmDestinations {
  readonly nowMs: () => number;
  readonly publish: (event: AlarmEvent) => Promise<void>;
  readonly performAction?: (actionArn: string, event: AlarmStateChangeEvent) => Promise<void>;
}

/** Publishes the event, then performs the actions and notes the outcome of each in the alarm's history. */
export async function deliverAlarm(
  delivery: AlarmDelivery,
  destinations: AlarmDestinations,
  registry: AlarmRegistry,
): Promise<void> {
  await destinations.publish(delivery.event);
  if (delivery.actions === undefined) return;
  const { event, actions } = delivery;
  for (const action of actions) {
    const outcome = await perform(action, event, destinations);
    const record = registry.find(event.detail.alarmName);
    if (record === undefined) continue;
    registry.remember(
      record,
      'Action',
      `${outcome} action ${action}`,
      { version: '1.0', outcome, action },
      destinations.nowMs(),
    );
  }
}

/** A failing action becomes history, not an obstacle: the event is out already and must not be sent again. */
async function perform(
  action: string,
  event: AlarmStateChangeEvent,
  destinations: AlarmDestinations,
): Promise<string> {
  if (destinations.performAction === undefined) return 'Not performed:';
  try {
    await destinations.performAction(action, event);
    return 'Successfully executed';
  } catch (error) {
    return `Failed to execute (${error instanceof Error ? error.message : String(error)})`;
  }
}
