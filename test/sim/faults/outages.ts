import type { Ports } from '../../../functions/ports/ports.ts';

/** The services that functions call, with the ports to each. */
const PORTS = {
  dynamodb: ['store', 'watchdog', 'changes', 'correlation', 'learning'],
  ssm: ['runbooks'],
  'step-functions': ['executions', 'tokens'],
  cloudwatch: ['alarms'],
  sns: ['notifier'],
  eventbridge: ['events', 'watchdogEvents'],
} as const satisfies Readonly<Record<string, readonly (keyof Ports)[]>>;

export type Service = keyof typeof PORTS;

export const SERVICES = Object.keys(PORTS) as readonly Service[];

/** Services that are unavailable: every call fails, until the retries are used up. */
export interface Outages {
  readonly begin: (service: Service) => void;
  readonly end: (service: Service) => void;
  readonly isOut: (port: string) => boolean;
}

export function createOutages(): Outages {
  // Outages of the same service may overlap.
  const lasting: Service[] = [];
  return {
    begin: (service) => {
      lasting.push(service);
    },
    end: (service) => {
      lasting.splice(lasting.indexOf(service), 1);
    },
    isOut: (port) => lasting.some((service) => (PORTS[service] as readonly string[]).includes(port)),
  };
}
