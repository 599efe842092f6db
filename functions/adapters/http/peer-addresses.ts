import { Resolver } from 'node:dns/promises';
import { mayAsk, parseAddress } from '../../core/watchdog/addresses.ts';

/** No address of a host may be contacted. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

export interface PeerAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Looks up hosts, and refuses addresses that must not be contacted. */
export interface PeerAddresses {
  /**
   * The checked address to connect to; connecting by name could lead elsewhere.
   *
   * @throws AddressRefused, or the resolver's error, such as ENOTFOUND
   */
  readonly addressOf: (host: string) => Promise<PeerAddress>;
}

export interface PeerAddressesProps {
  /** Ranges in CIDR notation that may be contacted although they are forbidden by default. */
  readonly allowedAddresses: readonly string[];
  /** @default the system's name servers */
  readonly resolver?: Pick<Resolver, 'resolve4' | 'resolve6'>;
  /** @default Date.now */
  readonly nowMs?: () => number;
}

interface Known {
  found: Promise<PeerAddress>;
  untilMs: number;
}

const LONGEST_TTL_SECONDS = 60;
const LOCALHOST: PeerAddress = { address: '127.0.0.1', family: 4 };

/**
 * Looks up peers by separate DNS queries: `getaddrinfo` has four threads, and four names without an answer would hold
 * up all others. Answers are cached for their TTL, a minute at most. `/etc/hosts` is not read.
 */
export function createPeerAddresses(props: PeerAddressesProps): PeerAddresses {
  const { allowedAddresses, nowMs = Date.now } = props;
  const resolver = props.resolver ?? new Resolver({ timeout: 1_500, tries: 2 });
  const known = new Map<string, Known>();

  function lookUp(host: string): Promise<PeerAddress> {
    const now = nowMs();
    const before = known.get(host);
    if (before && before.untilMs > now) return before.found;
    const entry: Known = { found: Promise.resolve(LOCALHOST), untilMs: Number.POSITIVE_INFINITY };
    entry.found = resolve(resolver, host).then(
      ({ ttlSeconds, ...address }) => {
        entry.untilMs = now + Math.min(ttlSeconds, LONGEST_TTL_SECONDS) * 1_000;
        return address;
      },
      (error: unknown) => {
        known.delete(host);
        throw error;
      },
    );
    known.set(host, entry);
    return entry.found;
  }

  return {
    addressOf: async (host) => {
      const found = literal(host) ?? (/^localhost\.?$/i.test(host) ? LOCALHOST : await lookUp(host));
      if (!mayAsk(found.address, allowedAddresses)) {
        throw new AddressRefused(`${host} is at ${found.address}, which may not be contacted`);
      }
      return found;
    },
  };
}

function literal(host: string): PeerAddress | undefined {
  const length = parseAddress(host)?.length;
  return length === undefined ? undefined : { address: host, family: length === 4 ? 4 : 6 };
}

async function resolve(
  resolver: Pick<Resolver, 'resolve4' | 'resolve6'>,
  host: string,
): Promise<PeerAddress & { readonly ttlSeconds: number }> {
  try {
    const [first] = await resolver.resolve4(host, { ttl: true });
    if (first) return { address: first.address, family: 4, ttlSeconds: first.ttl };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENODATA') throw error;
  }
  const [first] = await resolver.resolve6(host, { ttl: true });
  if (!first) throw Object.assign(new Error(`${host} has no address`), { code: 'ENODATA' });
  return { address: first.address, family: 6, ttlSeconds: first.ttl };
}
