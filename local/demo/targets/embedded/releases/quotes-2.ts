import type { Order, Quote } from './quotes-1.ts';

const DIGITS: Readonly<Record<string, number>> = { EUR: 2, JPY: 0, KWD: 3 };

/** The next release knows that not every currency has cents, and forgets that an order need not name its currency. */
export function handler({ cents, currency }: Order): Quote {
  const digits = DIGITS[(currency as string).toUpperCase()] ?? 2;
  return { price: `${(cents / 100).toFixed(digits)} ${currency}` };
}
