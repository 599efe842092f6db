import { type ChangeBaselinesDeps, changeBaselines } from './change-baselines.ts';

/**
 * Forgets what was learned of a series: the next run starts over with its history.
 *
 * @returns `false` if nothing is known of it
 * @throws ServiceError; StoreUnavailable also if the record changed at every try
 */
export function resetBaseline(
  deps: ChangeBaselinesDeps,
  { component, series }: { readonly component: string; readonly series: string },
): Promise<boolean> {
  return changeBaselines(deps, component, 'reset', (own) => {
    if (!own.series[series]) return undefined;
    const { [series]: _reset, ...others } = own.series;
    return { ...own, series: others };
  });
}
