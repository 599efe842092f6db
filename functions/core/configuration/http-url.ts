import * as z from 'zod/mini';
import { URL_CHARACTERS } from '../actions/value-rules.ts';

/** Whether the address could exist: no host name has an empty part, and nothing listens on port 0. */
function canBeAsked(url: string): boolean {
  const { hostname, port } = URL.parse(url) ?? { hostname: '', port: '' };
  return port !== '0' && !/^\.|\.\./.test(hostname);
}

/** An address that is requested by HTTP. */
export const httpUrl = z.url({ protocol: /^https?$/, error: 'an http:// or https:// address' }).check(
  z.maxLength(URL_CHARACTERS),
  z.regex(/^[A-Za-z0-9:/?&=._~%+-]+$/, {
    error: 'an address of plain URL characters: no user, IPv6 address, fragment, quotes or spaces',
  }),
  z.refine(canBeAsked, { error: 'an address with a host name of non-empty parts, and no port 0' }),
);
