import type { Ports } from '../../../functions/ports/ports.ts';

/** What functions call, and the ports that they call it by. */
const PORTS = {
  dynamodb: ['store', 'watchdog'],
  ssm: ['runbooks'],
  'step-functions': ['executions', 'tokens'],
  cloudwatch: ['alarms'],
  sns: ['notifier'],
  eventbridge: ['events', 'watchdogEvents'],
} as const satisfies Readonly<Record<string, readonly (keyof Ports)[]>>;

export type Service = keyof typeof PORTS;

export const SERVICES = Object.keys(PORTS) as readonly Service[];

/** Services that are out of reach: all calls fail, so that all retries are used up together. */
export interface Outages {
  readonly begin: (service: Service) => void;
  readonly end: (service: Service) => void;
  readonly isOut: (port: string) => boolean;
}

export function createOutages(): Outages {
  // One outage may begin while another of the same service lasts.
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
