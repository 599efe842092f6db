/** An IP address as its bytes in order: 4 of IPv4, 16 of IPv6. */
type Bytes = readonly number[];

interface AddressRange {
  readonly prefix: Bytes;
  readonly bits: number;
}

/**
 * Ranges to which no heartbeat is sent unless they are allowed: this host, loopback, link-local with the metadata of
 * instances and tasks, multicast, reserved ranges, and EC2's own services in IPv6.
 */
const FORBIDDEN = [
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '192.0.0.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  '::1/128',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
  'fd00:ec2::/32',
].map(mustParse);

/** IPv6 prefixes that embed an IPv4 address, and at which byte: mapped, compatible, NAT64 and 6to4. */
const EMBEDDED = [
  { range: mustParse('::ffff:0:0/96'), at: 12 },
  { range: mustParse('::/96'), at: 12 },
  { range: mustParse('64:ff9b::/96'), at: 12 },
  { range: mustParse('2002::/16'), at: 2 },
];

/**
 * Whether a heartbeat may be sent to an address. Never to text that is not an IP address.
 *
 * @param allowed ranges in CIDR notation that may be contacted although they are forbidden by default
 */
export function mayAsk(address: string, allowed: readonly string[]): boolean {
  const bytes = parseAddress(address);
  if (!bytes) return false;
  const exceptions = allowed.flatMap((text) => parseRange(text) ?? []);
  if (exceptions.some((range) => contains(range, bytes))) return true;
  if (FORBIDDEN.some((range) => contains(range, bytes))) return false;
  return EMBEDDED.filter(({ range }) => contains(range, bytes)).every(({ at }) => {
    const inside = bytes.slice(at, at + 4);
    const isException = exceptions.some((range) => contains(range, inside));
    return isException || !FORBIDDEN.some((range) => contains(range, inside));
  });
}

/** Names of this host, whatever a resolver answers. */
const LOCAL_NAME = /(^|\.)localhost\.?$/i;

/**
 * Why an endpoint may not be contacted; `undefined` if there is no objection. Names are looked up again before every
 * heartbeat: only what the text shows is refused here.
 *
 * @param allowed ranges in CIDR notation that may be contacted although they are forbidden by default
 */
export function endpointObjection(
  { url, tcp }: { readonly url?: string | undefined; readonly tcp?: string | undefined },
  allowed: readonly string[],
): string | undefined {
  // A URL parser turns 0x7f.1 and 2130706433 into 127.0.0.1; the port makes no difference.
  const text = url ?? (tcp === undefined ? undefined : `http://${tcp}`);
  const host = (text === undefined ? undefined : URL.parse(text)?.hostname)?.replace(/^\[|\]$/g, '');
  if (host === undefined) return undefined;
  const isAddress = parseAddress(host) !== undefined;
  const isRefused = isAddress ? !mayAsk(host, allowed) : LOCAL_NAME.test(host) && allowed.length === 0;
  return isRefused ? `${host} may not be contacted: see watchdog.allowedAddresses` : undefined;
}

/** The bytes of an IPv4 or IPv6 address in its usual notation; `undefined` if the text is not an address. */
export function parseAddress(text: string): Bytes | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): Bytes | undefined {
  const parts = text.split('.');
  const isPlain = parts.length === 4 && parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part));
  const bytes = parts.map(Number);
  return isPlain && bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function parseIpv6(text: string): Bytes | undefined {
  const dotted = /^(.*:)([0-9.]+)$/.exec(text);
  const tail = dotted?.[2]?.includes('.') ? parseIpv4(dotted[2]) : [];
  if (!tail) return undefined;
  const groups = tail.length > 0 ? (dotted?.[1] ?? '').replace(/([^:]):$/, '$1') : text;
  const halves = groups.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], rest = []] = halves.map(parseGroups);
  const missing = 16 - head.length - rest.length - tail.length;
  const isComplete = halves.length === 2 ? missing >= 2 : missing === 0;
  if (!isComplete || [...head, ...rest].some(Number.isNaN)) return undefined;
  return [...head, ...Array<number>(missing).fill(0), ...rest, ...tail];
}

/** Two bytes for each group; NaN for what is not a group. */
function parseGroups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    const value = /^[0-9a-f]{1,4}$/i.test(group) ? Number.parseInt(group, 16) : Number.NaN;
    return [value >> 8, Number.isNaN(value) ? Number.NaN : value & 0xff];
  });
}

function parseRange(text: string): AddressRange | undefined {
  const slash = text.lastIndexOf('/');
  const prefix = parseAddress(text.slice(0, slash));
  const bits = Number(text.slice(slash + 1));
  return prefix && bits >= 0 && bits <= prefix.length * 8 ? { prefix, bits } : undefined;
}

function mustParse(text: string): AddressRange {
  const range = parseRange(text);
  if (!range) throw new RangeError(`${text} is not an address range`);
  return range;
}

function contains({ prefix, bits }: AddressRange, bytes: Bytes): boolean {
  if (prefix.length !== bytes.length) return false;
  return prefix.every((byte, index) => {
    const kept = Math.min(8, Math.max(0, bits - index * 8));
    const mask = (0xff << (8 - kept)) & 0xff;
    return (byte & mask) === ((bytes[index] ?? 0) & mask);
  });
}
