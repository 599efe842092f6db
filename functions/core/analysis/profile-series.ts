import { type ProfileColumn, profileColumns } from '../configuration/profile-columns.ts';
import { profileLeaks } from '../configuration/profile-leaks.ts';
import type { Component } from '../configuration/schema/component-schema.ts';
import { selectsHosts } from '../configuration/target-selector.ts';
import type { Series } from '../detection/series.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { Joinable, WatchedSeries } from './watched-series.ts';

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
  return hostsOf(targets).flatMap((target) =>
    profileLeaks(profile).flatMap(({ column, metric, severity, unit, errorType }) =>
      profile.detectors.map((detector): WatchedSeries => {
        const source = sourceOf(column, target);
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

/**
 * What a profile measures, for series that watch it together with others. A column that no detector watches by itself is
 * read with one that is: each answer of a host has all of them.
 */
export function profileJoinables(
  component: string,
  owner: Pick<Component, 'profile' | 'targets'>,
): readonly Joinable[] {
  const { profile, targets } = owner;
  if (!profile || !selectsHosts(targets)) return [];
  const watched = Map.groupBy(profileSeries(component, owner), ({ target }) => target);
  return hostsOf(targets).flatMap((target) => {
    const own = watched.get(target) ?? [];
    return profileColumns(profile).flatMap(({ column, ...measured }): readonly Joinable[] => {
      const source = sourceOf(column, target);
      const series = own.find((each) => each.source.kind === 'profile' && each.source.column === column);
      if (series) return [{ ...series, ...varying(measured) }];
      const [companion] = own;
      if (!companion) return [];
      return [
        {
          name: `${profileEntry(column)}/${target ?? ALL_HOSTS}`,
          ...(target !== undefined && { target }),
          source,
          ...(measured.unit !== undefined && { unit: measured.unit }),
          series: { counter: measured.counter ?? false },
          ...varying(measured),
          readWith: companion.name,
          fingerprint: fingerprintOf({ source }),
        },
      ];
    });
  });
}

function varying({ step }: Pick<ProfileColumn, 'step'>): Pick<Joinable, 'leastDeviation'> {
  return step === undefined ? {} : { leastDeviation: step };
}

/** Each instance, or all hosts as one. */
function hostsOf(targets: Component['targets']): readonly (string | undefined)[] {
  return 'instanceIds' in targets ? targets.instanceIds : [undefined];
}

function sourceOf(column: string, target: string | undefined) {
  return { kind: 'profile', column, ...(target !== undefined && { instanceId: target }) } as const;
}

/** The series of a column, wherever they are measured. */
export function profileEntry(column: string): string {
  return `profile/${column}`;
}

/** Cannot be the name of a series under `anomalies`, which has no `profile/` in front. */
function profileSeriesName(column: string, target: string, detector: string): string {
  return `${profileEntry(column)}/${target}${detector === 'trend' ? '' : `/${detector}`}`;
}
