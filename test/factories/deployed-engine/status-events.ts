import { setTimeout as sleep } from 'node:timers/promises';
import type { EventEntry, Publish } from '../../../local/ssm/events.ts';

/**
 * What befalls the status events of a component's commands: all of them get lost, each comes three times, or the last
 * comes first and the others a moment later.
 */
export type EventFate = 'lost' | 'threefold' | 'backwards';

export interface StatusEventFates {
  readonly set: (component: string, fate: EventFate) => void;
  readonly onStatusEvent: (event: EventEntry, publish: Publish) => Promise<void>;
}

/** The fates by component, so that tests that run at the same time don't disturb each other. */
export function statusEventFates(): StatusEventFates {
  const fates = new Map<string, EventFate>();
  const held = new Map<string, EventEntry[]>();
  return {
    set: (component, fate) => void fates.set(component, fate),
    onStatusEvent: async (event, publish) => {
      const { parameters, status } = JSON.parse(event.Detail) as {
        readonly parameters?: Readonly<Record<string, readonly string[]>>;
        readonly status: string;
      };
      const component = parameters?.['component']?.[0];
      // Events of a node's part of a command don't say whose it is; no rule listens to them.
      if (component === undefined) return await publish(event);
      switch (fates.get(component)) {
        case undefined:
          return await publish(event);
        case 'lost':
          return;
        case 'threefold':
          await Promise.all([publish(event), publish(event)]);
          await sleep(300);
          return await publish(event);
        case 'backwards': {
          const key = `${component} ${String(parameters?.['stepId']?.[0])}`;
          const earlier = held.get(key) ?? [];
          held.set(key, [event, ...earlier]);
          if (status === 'InProgress' || status === 'Pending') return;
          for (const late of [event, ...earlier]) {
            await publish(late);
            await sleep(100);
          }
          return;
        }
      }
    },
  };
}
