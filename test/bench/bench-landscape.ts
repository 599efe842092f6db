import type { Script } from '../factories/deployed-engine/hosts.ts';
import type { ComponentPlan, LandscapePlan } from '../factories/deployed-engine/landscape.ts';

export interface HealPlan {
  readonly coldHeals: number;
  readonly warmHeals: number;
  readonly pollingRuns: number;
  /** Events of each wave through EventBridge. @default none */
  readonly waveEvents: number;
  readonly stableSeconds: number;
}

export const WAVE_COMPONENTS = 10;

/** Each heal has a component of its own, so that no cooldown and no earlier attempt holds it back. */
export const componentNames = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

/** As long as a well-behaved service takes. */
export const RUNBOOK_TIMES: Script = {
  graceful_stop: { takesMs: 3_000 },
  clear_temp_files: { takesMs: 1_500 },
  start_component: { takesMs: 4_000 },
};

const ACTIONS = [
  { type: 'graceful_stop', onError: 'rollback' },
  { type: 'clear_temp_files', onError: 'continue' },
  { type: 'start_component', onError: 'rollback' },
];

/** The components that are healed: a strategy of three actions, like the sample configuration's first. */
export function benchLandscape(plan: HealPlan): LandscapePlan {
  const verify = { timeoutSeconds: 30, stableSeconds: plan.stableSeconds };
  const healed: ComponentPlan = { strategies: [{ actions: ACTIONS, verify }], more: { group: 'web' } };
  const keeping: ComponentPlan = { ...healed, more: { group: 'web', configPaths: ['/etc/web/web.conf'] } };
  const names = [
    ...componentNames('cold', plan.coldHeals),
    ...componentNames('warm', plan.warmHeals),
    ...componentNames('polled', plan.pollingRuns),
    'failing',
  ];
  const stormy = ['wave', ...componentNames('wave', WAVE_COMPONENTS)];
  return {
    groups: { web: { maxInFlight: 1, minHealthy: 0 } },
    components: {
      ...Object.fromEntries(names.map((name) => [name, healed])),
      keeping,
      ...Object.fromEntries(stormy.map((name) => [name, {}])),
    },
  };
}
