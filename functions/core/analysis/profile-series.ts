import { profileLeaks } from '../configuration/profile-leaks.ts';
import type { Component } from '../configuration/schema/component-schema.ts';
import type { Series } from '../detection/series.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { WatchedSeries } from './watched-series.ts';

/** Profiles are read as averages over this long. */
export const PROFILE_PERIOD_SECONDS = 300;

const HOUR_SECONDS = 3_600;

/** Nothing that a collector has written arrives later or is corrected; its ring holds about a day. */
const WAITS = { settleSeconds: 0, latenessSeconds: 0, historySeconds: 24 * HOUR_SECONDS };

/** What is watched of a component's profile: each leak on each of its hosts, by each detector. */
export function profileSeries(
  component: string,
  { profile, targets }: Pick<Component, 'profile' | 'targets'>,
): readonly WatchedSeries[] {
  if (!profile || !('instanceIds' in targets)) return [];
  const { sensitivity, learningSeconds, observationSeconds, tiers } = profile;
  return targets.instanceIds.flatMap((target) =>
    profileLeaks(profile).flatMap(({ column, metric, severity, unit, errorType }) =>
      profile.detectors.map((detector): WatchedSeries => {
        const source = { kind: 'profile', column, instanceId: target } as const;
        const series: Series = {
          detector,
          options: { sensitivity },
          direction: 'above',
          counter: false,
          periodSeconds: PROFILE_PERIOD_SECONDS,
          learningHours: learningSeconds / HOUR_SECONDS,
        };
        return {
          component,
          name: profileSeriesName(column, target, detector),
          metric,
          target,
          source,
          series,
          tiers,
          observationMs: observationSeconds * 1_000,
          highestSeverity: severity,
          waits: WAITS,
          ...(unit !== undefined && { unit }),
          ...(errorType !== undefined && { errorType }),
          fingerprint: fingerprintOf({ source, detector, sensitivity }),
        };
      }),
    ),
  );
}

/** Cannot be the name of a series under `anomalies`, which has no `profile/` in front. */
function profileSeriesName(column: string, target: string, detector: string): string {
  return `profile/${column}/${target}${detector === 'trend' ? '' : `/${detector}`}`;
}
