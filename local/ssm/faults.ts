import * as z from 'zod';
import type { EventEntry, Publish } from './events.ts';

const statusEventFault = z.strictObject({
  action: z.enum(['drop', 'duplicate', 'delay', 'reorder']),
  /** How many of the next events it affects. `reorder` holds that many back and sends them last first. */
  count: z.int().min(1).default(1),
  delayMs: z.int().min(0).default(1000),
  /** Which events: of the whole command, of a node's part, or both. */
  of: z.enum(['command', 'invocation', 'any']).default('invocation'),
});

/** What POST /_selfheal/faults takes. Every field is optional; given faults are added to those in force. */
export const faultsSchema = z.strictObject({
  statusEvents: z.array(statusEventFault).optional(),
  /** This many of the next SendCommand requests run, but are answered with status 500. */
  loseSendCommandAnswers: z.int().min(0).optional(),
  /** Instance ids whose agents are (no longer) out of reach. */
  offline: z.array(z.string()).optional(),
  online: z.array(z.string()).optional(),
  /** Clears all faults first. */
  reset: z.boolean().optional(),
});

export type FaultRequest = z.infer<typeof faultsSchema>;
type EventFault = z.infer<typeof statusEventFault>;

/** The faults in force. */
export interface Faults {
  apply(request: FaultRequest): void;
  offline(instanceId: string): boolean;
  /** Whether this answer is to be lost; counts down. */
  loseAnswer(): boolean;
  /** Sends an event, or applies a fault to it. */
  publish: Publish;
  describe(): {
    statusEvents: EventFault[];
    loseSendCommandAnswers: number;
    offline: string[];
    heldEvents: number;
  };
}

/** No faults yet; events go to `publish`. */
export function createFaults(publish: Publish): Faults {
  let eventFaults: EventFault[] = [];
  let held: EventEntry[] = [];
  let lostAnswers = 0;
  const offline = new Set<string>();

  const faultFor = (event: EventEntry) => {
    const kind = event.DetailType.includes('Invocation') ? 'invocation' : 'command';
    const fault = eventFaults.find((candidate) => candidate.of === 'any' || candidate.of === kind);
    if (fault === undefined) return undefined;
    fault.count -= 1;
    if (fault.count === 0) eventFaults = eventFaults.filter((candidate) => candidate !== fault);
    return fault;
  };

  return {
    apply: (request) => {
      if (request.reset === true) {
        eventFaults = [];
        held = [];
        lostAnswers = 0;
        offline.clear();
      }
      eventFaults.push(...(request.statusEvents ?? []));
      lostAnswers += request.loseSendCommandAnswers ?? 0;
      for (const instanceId of request.offline ?? []) offline.add(instanceId);
      for (const instanceId of request.online ?? []) offline.delete(instanceId);
    },
    offline: (instanceId) => offline.has(instanceId),
    loseAnswer: () => {
      if (lostAnswers === 0) return false;
      lostAnswers -= 1;
      return true;
    },
    publish: async (event) => {
      const fault = faultFor(event);
      switch (fault?.action) {
        case undefined:
          return publish(event);
        case 'drop':
          return;
        case 'duplicate':
          await publish(event);
          return publish(event);
        case 'delay':
          await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
          return publish(event);
        case 'reorder': {
          held.unshift(event);
          if (fault.count > 0) return;
          const turned = held;
          held = [];
          for (const late of turned) await publish(late);
          return;
        }
      }
    },
    describe: () => ({
      statusEvents: eventFaults,
      loseSendCommandAnswers: lostAnswers,
      offline: [...offline],
      heldEvents: held.length,
    }),
  };
}
