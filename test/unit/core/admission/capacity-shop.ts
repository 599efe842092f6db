import { capacityRefusal } from '../../../../functions/core/admission/capacity.ts';
import type { FleetRecord } from '../../../../functions/core/admission/records.ts';
import { planOf } from '../../../../functions/core/operation/operation-plan.ts';
import type { HealthAlert } from '../../../../functions/core/signal/health-alert.ts';
import { configured } from '../../../factories/configuration.ts';
import { alertOf } from '../../../factories/operations/admissions.ts';
import { limitsWith } from '../../../factories/operations/limits.ts';

export const RESTART = { actions: [{ type: 'start_component', params: { mode: 'restart' } }] };

export interface Shop {
  /** `null` for none. @default 500 */
  readonly demand?: number | null;
  readonly capacities?: Readonly<Record<string, number>>;
  readonly payA?: Readonly<Record<string, unknown>>;
  readonly strategy?: Readonly<Record<string, unknown>>;
  readonly exempt?: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** gateway → two payments → one bank. */
export function shop({
  demand = 500,
  capacities = { 'pay-a': 500, 'pay-b': 500 },
  payA = {},
  strategy = RESTART,
  exempt = [],
  settings = {},
}: Shop = {}) {
  return configured({
    settings: { capacity: { exempt }, ...settings },
    components: {
      gateway: { dependsOn: ['pay-a', 'pay-b', 'sessions'], ...(demand !== null && { demand }), capacities },
      'pay-a': { dependsOn: ['bank'], capacities: { bank: 800 }, ...payA },
      'pay-b': { dependsOn: ['bank'], capacities: { bank: 800 } },
      bank: {},
      sessions: {},
      mail: {},
    },
    strategies: [strategy],
  });
}

type Alert = Partial<HealthAlert> & { readonly component?: string };

export function refusalOf(
  configuration: ReturnType<typeof shop>,
  fleet: Partial<FleetRecord> = {},
  { component = 'pay-a', ...alert }: Alert = {},
) {
  const [strategy] = configuration.strategies;
  const definition = configuration.components[component];
  if (!strategy || !definition) throw new Error(component);
  return capacityRefusal(
    alertOf(component, alert),
    planOf(strategy, definition),
    configuration,
    limitsWith({}, fleet).fleet,
  );
}

export const OUT = { unhealthy: ['pay-b'] };
