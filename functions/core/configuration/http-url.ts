import * as z from 'zod/mini';
import { URL_CHARACTERS } from '../actions/value-rules.ts';

/** Whether a host name can't be resolved: DNS has no name with an empty part, or one of more than 63 characters. */
export function hasImpossiblePart(hostName: string): boolean {
  return hostName
    .replace(/\.$/, '')
    .split('.')
    .some((part) => part === '' || part.length > 63);
}

/** Whether the address could exist. Nothing listens on port 0. */
export function canBeAsked(url: string): boolean {
  const { hostname, port } = URL.parse(url) ?? { hostname: '', port: '' };
  // Of more slashes, URL.parse passes over all but two, and takes a part of the path for the host.
  return !/^https?:\/{3}/i.test(url) && port !== '0' && (hostname === '' || !hasImpossiblePart(hostname));
}

/** Of what looks like an address, a number is too large. */
const addressKind = ({ input }: { readonly input?: unknown }) =>
  /^https?:\/\/[^/]*\d/i.test(String(input))
    ? 'an address with a port of 65535 at most, and an IPv4 address, if any, of numbers up to 255'
    : 'an http:// or https:// address';

/** An address that is requested by HTTP. */
export const httpUrl = z.url({ protocol: /^https?$/, error: addressKind }).check(
  z.maxLength(URL_CHARACTERS),
  z.regex(/^[A-Za-z0-9:/?&=._~%+-]+$/, {
    error: 'an address of plain URL characters: no user, IPv6 address, fragment, quotes or spaces',
  }),
  z.refine(canBeAsked, {
    error: 'an address with a host name whose parts have 1 to 63 characters, and no port 0',
  }),
);
