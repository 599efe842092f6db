import { createPeerAddresses } from '../../../functions/adapters/http/peer-addresses.ts';
import { createHttpProber } from '../../../functions/adapters/http/peer-prober.ts';
import type { MissReason } from '../../../functions/core/watchdog/miss-reason.ts';
import { call } from './call.ts';
import { type Address, perService, SERVICES, type Service } from './landscape.ts';

/** People who use the shop, and the watchdog's heartbeats: `fork(people-process.ts, [JSON of PeopleOptions])`, which can be changed by messages. */
export interface PeopleOptions {
  readonly addresses: Readonly<Record<Service, Address>>;
  readonly periodMs: number;
  /** How many there are, on average over a day. */
  readonly people: number;
}

/** Whether a service answered the heartbeat of a period. */
export interface Heartbeat {
  readonly service: Service;
  readonly period: number;
  readonly isAnswered: boolean;
  /** Why it was missed. @default for no known reason */
  readonly missedFor?: MissReason;
}

const options: PeopleOptions = JSON.parse(process.argv[2] ?? '{}');
let { people } = options;
process.on('message', (message: { readonly people: number }) => {
  ({ people } = message);
});
process.on('disconnect', () => process.exit());

/** A day, compressed. */
const DAY_PERIODS = 240;
const THINK_MS = 500;
const ITEMS = 400;
const TIMEOUT_MS = 1_000;
const startMs = Date.now();
let present = 0;

/** A quarter more at noon than on average, and as much less at night. */
function wanted(): number {
  const day = (Date.now() - startMs) / (DAY_PERIODS * options.periodMs);
  return people * (1 + 0.25 * Math.sin(2 * Math.PI * day));
}

/** Popular items are asked for more often. */
const anItem = () => Math.floor(ITEMS * Math.random() ** 2);
const think = () => new Promise((resolve) => setTimeout(resolve, -THINK_MS * Math.log(1 - Math.random())));

/** Comes, looks at some pages, perhaps buys, and leaves. */
async function visit(): Promise<void> {
  present += 1;
  do {
    await think();
    await call(
      options.addresses.gateway,
      Math.random() < 0.4 ? '/buy' : `/browse?item=${anItem()}`,
      TIMEOUT_MS,
    );
  } while (Math.random() < 0.9 && present < 1.2 * wanted());
  present -= 1;
}

setInterval(() => {
  for (let missing = wanted() - present; missing > 0 && Math.random() < missing; missing -= 1) void visit();
}, 20);

const HEARTBEAT_TIMEOUT_MS = 800;

const addresses = createPeerAddresses({ allowedAddresses: ['127.0.0.0/8'] });
const probers = perService((service) => {
  const { authority } = options.addresses[service];
  return createHttpProber({ addresses, ...(authority !== undefined && { trusted: authority }) });
});

async function beat(service: Service, period: number): Promise<void> {
  const { port, authority } = options.addresses[service];
  const url = `${authority === undefined ? 'http' : 'https'}://127.0.0.1:${port}/health`;
  const result = await probers[service].probe(url, HEARTBEAT_TIMEOUT_MS);
  if (result.outcome === 'unchecked') return;
  const missedFor = result.outcome === 'missed' ? result.reason : undefined;
  const heartbeat = { service, period, isAnswered: result.outcome === 'answered' };
  process.send?.({ ...heartbeat, ...(missedFor && { missedFor }) } satisfies Heartbeat);
}

/** The watchdog looks from where the people are. */
setInterval(() => {
  const period = Math.floor(Date.now() / options.periodMs);
  for (const service of SERVICES) void beat(service, period);
}, options.periodMs);
