import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import { selectsHosts } from '../../../functions/core/configuration/target-selector.ts';
import type { Ports } from '../../../functions/ports/ports.ts';

/** The services that functions call, with the ports to each. */
const PORTS = {
  dynamodb: ['store', 'watchdog', 'changes', 'correlation', 'learning', 'incidents', 'discovered'],
  ssm: ['runbooks'],
  'step-functions': ['executions', 'tokens'],
  cloudwatch: ['alarms'],
  sns: ['notifier'],
  eventbridge: ['events', 'watchdogEvents', 'channels'],
} as const satisfies Readonly<Record<string, readonly (keyof Ports)[]>>;

/** The services that only components without hosts need. */
const RESOURCE_PORTS = {
  ecs: ['services', 'taskDefinitions'],
  lambda: ['aliases', 'versions'],
  rds: ['databases'],
} as const satisfies Readonly<Record<string, readonly (keyof Ports)[]>>;

/** The services that hosts need which are behind a load balancer, or may be cut off by EC2. */
const HOST_PORTS = {
  ec2: ['instances'],
  'auto-scaling': ['scalingGroups'],
  'elastic-load-balancing': ['targetGroups'],
} as const satisfies Readonly<Record<string, readonly (keyof Ports)[]>>;

const ALL_PORTS = { ...PORTS, ...RESOURCE_PORTS, ...HOST_PORTS };

export type Service = keyof typeof ALL_PORTS;

/** The services that the components of a fleet need. */
export function servicesFor({ components }: CompiledConfiguration): readonly Service[] {
  const isMixed = Object.values(components).some(({ targets }) => !selectsHosts(targets));
  const isBalanced = Object.values(components).some(({ targetGroup }) => targetGroup !== undefined);
  const needed = { ...PORTS, ...(isMixed && RESOURCE_PORTS), ...(isBalanced && HOST_PORTS) };
  return Object.keys(needed) as readonly Service[];
}

/** Whether a port leads to what AWS does to hosts. */
export function isOfHosts(port: string): boolean {
  return Object.values(HOST_PORTS).some((ports) => (ports as readonly string[]).includes(port));
}

/** Whether a port leads to what components run on instead of hosts. */
export function isOfResources(port: string): boolean {
  return Object.values(RESOURCE_PORTS).some((ports) => (ports as readonly string[]).includes(port));
}

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
    isOut: (port) => lasting.some((service) => (ALL_PORTS[service] as readonly string[]).includes(port)),
  };
}
