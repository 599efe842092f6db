import type { Identity } from './identity.ts';

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

/** It is called over TLS. */
export const ENCRYPTED: Service = 'payments-b';

/** Where a process listens on this machine. */
export interface Address {
  readonly port: number;
  /** Whose certificates its callers trust, in PEM. @default it is called without TLS */
  readonly authority?: string;
}

/** What a process is started with. */
export interface ServiceOptions {
  readonly service: Service;
  readonly port: number;
  /** Proves to its callers who it is. @default it is called without TLS */
  readonly identity?: Identity;
  /** Of what it calls. */
  readonly addresses: Readonly<Partial<Record<Service, Address>>>;
  readonly periodMs: number;
  /** For the database. */
  readonly dataDirectory: string;
  /** A release that fails most requests. @default a good one */
  readonly isBadRelease?: boolean;
  /** Requests a second above which it answers 429. @default without end */
  readonly quota?: number;
}

/** What goes wrong within a process, at a message of the bench. */
export type InnerFault =
  | 'burn-cpu'
  | 'leak-memory'
  | 'leak-connections'
  | 'leak-descriptors'
  | 'forget-everything';

/** Another release or configuration takes the place of the running one without a gap, as behind a load balancer. */
export interface Rollout {
  readonly options: Partial<Pick<ServiceOptions, 'isBadRelease' | 'quota' | 'addresses' | 'identity'>>;
}

export function perService<Each>(each: (service: Service) => Each): Record<Service, Each> {
  const entries = SERVICES.map((service) => [service, each(service)] as const);
  return Object.fromEntries(entries) as Record<Service, Each>;
}
