import * as z from 'zod';
import { URL_CHARACTERS } from '../actions/value-rules.ts';

/** An address that is asked by HTTP. */
export const httpUrl = z
  .url({ protocol: /^https?$/, error: 'an http:// or https:// address' })
  .max(URL_CHARACTERS)
  .regex(/^[A-Za-z0-9:/?&=._~%+-]+$/, {
    error: 'an address of plain URL characters, without quotes or spaces',
  });

/** As curl is asked for it on the host. */
