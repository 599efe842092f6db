import type { Severity } from '../signal/severity.ts';
import type {
  Component,
  Group,
  PeerDefinition,
  Settings,
  Strategy,
  WatchdogSettings,
  Window,
} from './schema/schema.ts';

/** The component that a CloudWatch alarm belongs to, and what strategies call its metric. */
export interface AlarmBinding {
  readonly component: string;
  readonly metric: string;
  readonly severity: Severity;
  /** Whether it rings for too little of the metric. @default for too much, or only CloudWatch knows */
  readonly isLow?: true;
}

/**
 * What `selfheal.yaml` says, checked and with every default filled in: the artefact that the Lambdas carry.
 * Durations are seconds.
 */
export interface CompiledConfiguration {
  readonly formatVersion: 1;
  readonly settings: Settings;
  readonly windows: Readonly<Record<string, Window>>;
  /** By group name; `members` are component names, sorted. */
  readonly groups: Readonly<Record<string, Group & { readonly members: readonly string[] }>>;
  readonly components: Readonly<Record<string, Component>>;
  /** In the order of the file. */
  readonly strategies: readonly Strategy[];
  /** By the alarm's name in CloudWatch. */
  readonly alarms: Readonly<Record<string, AlarmBinding>>;
  readonly watchdog: WatchdogSettings;
  /** The peers declared under `peers`; components with a health endpoint are peers as well. */
  readonly peers: Readonly<Record<string, PeerDefinition>>;
}
