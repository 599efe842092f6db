import { profileLeaks } from '../configuration/profile-leaks.ts';
import type { Component } from '../configuration/schema/component-schema.ts';
import { selectsHosts } from '../configuration/target-selector.ts';
import type { Series } from '../detection/series.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { WatchedSeries } from './watched-series.ts';

/** Profiles are read as averages over this long. */
export const PROFILE_PERIOD_SECONDS = 300;

const HOUR_SECONDS = 3_600;

/** Nothing that a collector has written arrives later or is corrected; its ring holds about a day. */
const WAITS = { settleSeconds: 0, latenessSeconds: 0, historySeconds: 24 * HOUR_SECONDS };

/** In the names of series, in place of an instance: hosts that come and go are watched as one. */
export const ALL_HOSTS = 'hosts';

/**
 * What is watched of a component's profile: each leak on each of its hosts, by each detector. Hosts chosen by tags or an
 * Auto Scaling group are watched together, by the largest value of any: few of them live as long as a baseline takes.
 */
export function profileSeries(
  component: string,
  { profile, targets }: Pick<Component, 'profile' | 'targets'>,
): readonly WatchedSeries[] {
  if (!profile || !selectsHosts(targets)) return [];
  const { sensitivity, learningSeconds, observationSeconds, tiers } = profile;
  const hosts = 'instanceIds' in targets ? targets.instanceIds : [undefined];
  return hosts.flatMap((target) =>
    profileLeaks(profile).flatMap(({ column, metric, severity, unit, errorType }) =>
      profile.detectors.map((detector): WatchedSeries => {
        const instance = target !== undefined && { instanceId: target };
        const source = { kind: 'profile', column, ...instance } as const;
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
          name: profileSeriesName(column, target ?? ALL_HOSTS, detector),
          metric,
          ...(target !== undefined && { target }),
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

/** The series of a column, wherever they are measured. */
export function profileEntry(column: string): string {
  return `profile/${column}`;
}

/** Cannot be the name of a series under `anomalies`, which has no `profile/` in front. */
function profileSeriesName(column: string, target: string, detector: string): string {
  return `${profileEntry(column)}/${target}${detector === 'trend' ? '' : `/${detector}`}`;
}
