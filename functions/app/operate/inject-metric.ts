import type { Injection } from '../../core/analysis/injection.ts';
import { type ChangeBaselinesDeps, changeBaselines } from './change-baselines.ts';

/**
 * Has the next runs judge a value in the place of what is measured. An injection of the same metric takes the place of an
 * earlier one.
 *
 * @returns `false` if nothing is known of the component yet, so that there is nothing to compare the value with
 * @throws ServiceError; StoreUnavailable also if the record changed at every try
 */
export function injectMetric(
  deps: ChangeBaselinesDeps,
  component: string,
  injection: Injection,
): Promise<boolean> {
  return changeBaselines(deps, component, 'inject', (own) => {
    const others = (own.injected ?? []).filter(({ metric }) => metric !== injection.metric);
    return { ...own, injected: [...others, injection] };
  });
}
