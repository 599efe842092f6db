import { loadConfiguration } from '../../functions/core/configuration/load.ts';
import { resourcesOf, synthesizeStacks } from '../infra/synthesized-stacks.ts';
import { type Bill, billOf, componentMonth, type Fleet } from './costs.ts';
import type { HealResults } from './heal-part.ts';

const FLEETS = [10, 100];
const HEALS_PER_MONTH = 2;

export interface Money {
  readonly heal: Bill;
  readonly keepingHeal: Bill;
  readonly failingHeal: Bill;
  readonly recovery: Bill;
  readonly polling: Bill;
  readonly idleReconcile: Bill;
  /** For fleets of several sizes. */
  readonly componentMonths: readonly { readonly fleet: Fleet; readonly bill: Bill }[];
}

/** Prices of what was counted; the alarms of a component are those of the sample configuration. */
export function moneyOf(heals: HealResults, configurationText: string): Money {
  const heal = billOf(heals.warm[0]?.counts ?? heals.keeping.counts);
  const recovery = billOf(heals.recovery);
  const reconcile = billOf(heals.idleReconcile);
  const alarms = alarmsOf(configurationText);
  const { monitoring } = synthesizeStacks(configurationText);
  // `keeping` and `failing`, besides those that were healed in a row.
  const reconciledComponents = heals.cold.length + heals.warm.length + 2;
  const ownAlarms = resourcesOf(monitoring, 'AWS::CloudWatch::Alarm').size;
  return {
    heal,
    keepingHeal: billOf(heals.keeping.counts),
    failingHeal: billOf(heals.failing.counts),
    recovery,
    polling: heals.polling[0] ? billOf(heals.polling[0].counts) : {},
    idleReconcile: reconcile,
    componentMonths: FLEETS.map((components) => {
      const fleet = {
        components,
        ...alarms,
        healsPerComponent: HEALS_PER_MONTH,
        ownAlarms,
        reconciledComponents,
      };
      return { fleet, bill: componentMonth(fleet, [heal, recovery], reconcile) };
    }),
  };
}

/** The CloudWatch agent's metrics are custom ones; those of AWS's services cost nothing. */
function alarmsOf(
  configurationText: string,
): Pick<Fleet, 'alarmsPerComponent' | 'customMetricsPerComponent'> {
  const loaded = loadConfiguration(configurationText, 'selfheal.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const [first] = Object.values(loaded.configuration.components);
  const alarms = Object.values(first?.alarms ?? {});
  const custom = alarms.filter(({ metric }) => metric === 'memory' || metric === 'disk');
  return { alarmsPerComponent: alarms.length, customMetricsPerComponent: custom.length };
}
