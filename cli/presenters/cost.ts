import { COST_PARTS, type CostItem, type CostPart, usdOf } from '../../functions/core/cost/cost-item.ts';
import type { Output } from '../output.ts';
import { columns } from './table.ts';

export interface CostReport {
  /** In a month. */
  readonly totalUsd: number;
  readonly parts: readonly { readonly part: CostPart; readonly usd: number }[];
  readonly items: readonly (CostItem & { readonly usd: number })[];
}

export function costReport(items: readonly CostItem[]): CostReport {
  const priced = items.map((item) => ({ ...item, usd: usdOf(item) }));
  const sum = (some: typeof priced) => some.reduce((total, { usd }) => total + usd, 0);
  return {
    totalUsd: sum(priced),
    parts: COST_PARTS.map((part) => ({ part, usd: sum(priced.filter((item) => item.part === part)) })).filter(
      ({ usd }) => usd > 0,
    ),
    items: priced,
  };
}

/** Each item, and the total of a month. */
export function costLines(output: Output, { items, totalUsd }: CostReport): readonly string[] {
  return [
    ...columns(
      output,
      ['PART', 'ITEM', 'QUANTITY', 'PRICE, $', '$ A MONTH'],
      items.map(({ part, what, quantity, unitUsd, usd }) => [
        part,
        what,
        figure(quantity),
        price(unitUsd),
        usd.toFixed(2),
      ]),
    ),
    '',
    `${output.paint('bold', `$${totalUsd.toFixed(2)} a month`)} in us-east-1, without free tiers. Not included: the dashboard, X-Ray, log storage, backups, e-mail, hybrid nodes.`,
  ];
}

function figure(quantity: number): string {
  return Number.isInteger(quantity) ? String(quantity) : quantity.toFixed(2);
}

/** In full: prices of a request have many zeros. */
function price(usd: number): string {
  return usd.toFixed(12).replace(/\.?0+$/, '');
}
