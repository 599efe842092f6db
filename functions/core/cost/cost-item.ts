/** What money is spent on. */
export const COST_PARTS = [
  'alarms',
  'metrics',
  'keys and secrets',
  'watchdog',
  'reconciler',
  'analyze',
  'collectors',
  'graph',
  'channels',
  'repairs',
  'investigations',
] as const;
export type CostPart = (typeof COST_PARTS)[number];

export interface CostItem {
  readonly part: CostPart;
  readonly what: string;
  /** In a month. */
  readonly quantity: number;
  /** Of one, in US dollars. */
  readonly unitUsd: number;
}

export const usdOf = ({ quantity, unitUsd }: CostItem): number => quantity * unitUsd;
