/** The release of the function `quotes` that has served for long: a price in the currency of the order. */
export function handler({ cents, currency = 'EUR' }: Order): Quote {
  return { price: `${(cents / 100).toFixed(2)} ${currency}` };
}

export interface Order {
  readonly cents: number;
  /** @default EUR */
  readonly currency?: string;
}

export interface Quote {
  readonly price: string;
}
