import { type Bill, totalOf } from './costs.ts';
import type { Money } from './money.ts';
import { section, textTable } from './text-table.ts';

/** What the counted figures cost in us-east-1. */
export function moneySection(money: Money): string {
  const columns: readonly (readonly [string, Bill])[] = [
    ['healed', money.heal],
    ['keeps config', money.keepingHeal],
    ['failed, undone', money.failingHeal],
    ['alarm OK again', money.recovery],
    ['polling loop', money.polling],
    ['idle reconcile', money.idleReconcile],
  ];
  const months = money.componentMonths.map(
    ({ fleet, bill }) => [`of ${fleet.components} components`, bill] as const,
  );
  const [first] = money.componentMonths;
  return [
    section(
      'Price, millionths of a US dollar, us-east-1, no free tier',
      billTable(columns, 1_000_000, 2),
      '',
      'Function time is this machine’s: on Lambda it differs. Sources and dates of the prices: functions/core/cost/prices.ts',
    ),
    section(
      'Price of a component-month, US dollars',
      billTable(months, 1, 4),
      '',
      `With ${first?.fleet.alarmsPerComponent} alarms on ${first?.fleet.customMetricsPerComponent} custom metric(s) and ` +
        `${first?.fleet.healsPerComponent} heals a month; ${first?.fleet.ownAlarms} alarms on Selfheal itself and the reconciler are shared.`,
    ),
  ].join('\n');
}

function billTable(columns: readonly (readonly [string, Bill])[], factor: number, digits: number): string {
  const items = [...new Set(columns.flatMap(([, bill]) => Object.keys(bill)))];
  return textTable([
    ['', ...columns.map(([label]) => label)],
    ...items.map((item) => [
      item,
      ...columns.map(([, bill]) => ((bill[item] ?? 0) * factor).toFixed(digits)),
    ]),
    ['total', ...columns.map(([, bill]) => (totalOf(bill) * factor).toFixed(digits))],
  ]);
}
