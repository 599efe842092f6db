/** The processes of the chain: the gateway calls orders, orders calls the rest. */
export const SERVICES = ['gateway', 'orders', 'payments-a', 'payments-b', 'cache', 'database'] as const;
export type Service = (typeof SERVICES)[number];

export const DEPENDS_ON: Readonly<Record<Service, readonly Service[]>> = {
  gateway: ['orders'],
  orders: ['payments-a', 'payments-b', 'cache', 'database'],
  'payments-a': ['database'],
  'payments-b': ['database'],
  cache: [],
  database: [],
};

/** What a process is started with. */
export interface ServiceOptions {
  readonly service: Service;
  readonly port: number;
  /** Of what it calls. */
  readonly ports: Readonly<Partial<Record<Service, number>>>;
  readonly periodMs: number;
  /** For the database. */
  readonly dataDirectory: string;
  /** A release that fails most requests. @default a good one */
  readonly isBadRelease?: boolean;
  /** Requests a second above which it answers 429. @default without end */
  readonly quota?: number;
}

/** What goes wrong within a process, at a message of the bench. */
export type InnerFault = 'burn-cpu' | 'leak-memory' | 'leak-connections' | 'forget-everything';

/** Another release or configuration takes the place of the running one without a gap, as behind a load balancer. */
export interface Rollout {
  readonly options: Partial<Pick<ServiceOptions, 'isBadRelease' | 'quota' | 'ports'>>;
}

export function perService<Each>(each: (service: Service) => Each): Record<Service, Each> {
  const entries = SERVICES.map((service) => [service, each(service)] as const);
  return Object.fromEntries(entries) as Record<Service, Each>;
}
