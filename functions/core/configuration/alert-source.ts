import type { SignalOrigin } from '../signal/health-alert.ts';
import { matchingStrategies } from '../signal/match-strategy.ts';
import { leastSevere, type Severity } from '../signal/severity.ts';
import { profileLeaks } from './profile-leaks.ts';
import type { Component } from './schema/component-schema.ts';
import type { DeclaredStrategy } from './schema/strategy-schema.ts';

/** The part of an alert that decides which strategies answer it. */
export interface PossibleAlert {
  readonly origin: SignalOrigin;
  readonly metric: string;
  readonly severity: Severity;
  readonly suggestedAction?: string;
}

/** Something that can alert on a component. */
export interface AlertSource {
  readonly metric: string;
  /** Every alert that it may send, except those of severity INFO, which never heal. */
  readonly alerts: readonly PossibleAlert[];
  /** The time between its alerts: the watchdog's, by its defaults. Those of others may come at any time. */
  readonly apartSeconds?: number;
}

/** An alarm, which has one severity and suggests nothing. */
export function alarmSource({ metric, severity }: Component['alarms'][string]): AlertSource {
  return { metric, alerts: severity === 'INFO' ? [] : [{ origin: 'alarm', metric, severity }] };
}

/** A series under `anomalies` or `monitors`: each tier that signals has a severity of its own. */
export function anomalySource(
  key: string,
  { metric = key, tiers }: Pick<Component['anomalies'][string], 'metric' | 'tiers'>,
): AlertSource {
  const severities: readonly Severity[] = [
    ...(tiers.critical === 'signal' ? (['CRITICAL'] as const) : []),
    ...(tiers.high === 'signal' || tiers.medium === 'signal' ? (['WARNING'] as const) : []),
  ];
  return { metric, alerts: severities.map((severity) => ({ origin: 'anomaly', metric, severity })) };
}

/** What a profile is watched for: no signal is more severe than its kind of leak. */
export function profileSources({ profile }: Pick<Component, 'profile'>): readonly AlertSource[] {
  if (!profile) return [];
  const ofTiers = anomalySource('', profile).alerts.map(({ severity }) => severity);
  return profileLeaks(profile).map(({ metric, severity: highest }) => {
    const severities = ofTiers.map((severity) => leastSevere(severity, highest));
    const alerts = [...new Set(severities)].map(
      (severity) => ({ origin: 'anomaly', metric, severity }) as const,
    );
    return { metric, alerts };
  });
}

/** Another monitor, whose signals may be of any severity and suggest anything. */
export function monitorSource(metric: string): AlertSource {
  const suggestions = [{}, { suggestedAction: 'restart' }, { suggestedAction: 'isolate' }];
  const severities: readonly Severity[] = ['CRITICAL', 'WARNING'];
  return {
    metric,
    alerts: severities.flatMap((severity) =>
      suggestions.map((suggestion) => ({ origin: 'monitor', metric, severity, ...suggestion }) as const),
    ),
  };
}

/** Whether a strategy answers alerts of a source, as triage decides it. */
export function isAnswered(
  { id, trigger }: Pick<DeclaredStrategy, 'id' | 'trigger'>,
  { alerts }: AlertSource,
): boolean {
  const component = '';
  return alerts.some((alert) => matchingStrategies([{ id, trigger }], { ...alert, component }).length > 0);
}
