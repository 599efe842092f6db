import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import type { Calendars } from '../../functions/ports/calendars.ts';
import type { MetricPages } from '../../functions/ports/metric-pages.ts';
import type { EndpointProber } from '../../functions/ports/observers.ts';
import type { HttpProber, TcpProber } from '../../functions/ports/watchdog-probers.ts';
import type { AutomationDefinition } from '../ssm/automation.ts';
import type { HostRunner } from '../ssm/host-runner.ts';
import type { EmbeddedClock } from './clock/embedded-clock.ts';
import type { OutsideWorld } from './cloudformation/deploy-stack.ts';
import type { EventBusDeps } from './event-bridge/event-bus.ts';
import type { FunctionDeps } from './functions.ts';
import type { LambdaDeps } from './lambda/lambda-service.ts';
import type { LocalFunctions, LocalMonitors } from './lambda/user-functions.ts';
import type { Random } from './random/seeded-random.ts';
import type { GuardRequest } from './request-guard.ts';
import type { Stores } from './stores.ts';

export interface EmbeddedCloudOptions {
  readonly configuration: CompiledConfiguration;
  readonly clock: EmbeddedClock;
  /** The only source of randomness: ids, jitter, the delays of events. */
  readonly random: Random;
  /** Where runbooks run. */
  readonly hosts: HostRunner;
  /** The Automation documents that strategies may run, by name. @default none */
  readonly automations?: Readonly<Record<string, AutomationDefinition>>;
  /** The change calendars of the account. @default there are none */
  readonly calendars?: Calendars;
  /** The user's own Command documents, by name, as JSON. @default none */
  readonly userDocuments?: Readonly<Record<string, unknown>>;
  /** The user's own functions that strategies may invoke. @default none */
  readonly userFunctions?: LocalFunctions;
  /** The user's own functions that monitors ask. @default none */
  readonly monitorFunctions?: LocalMonitors;
  /** Where endpoints of monitors are read. @default the network, by the configuration's rules */
  readonly pages?: MetricPages;
  /** Probes health endpoints. */
  readonly endpoints: EndpointProber;
  /** Called when Auto Scaling has launched an instance in place of another: the host has to be played. @default nothing */
  readonly onInstanceLaunched?: (instanceId: string, predecessor: string) => void;
  /** @default in memory */
  readonly stores?: Stores;
  /**
   * Whether alarms are evaluated over their metrics as time passes.
   *
   * @default false
   */
  readonly evaluateAlarms?: boolean;
  /**
   * Whether the watchdog's stack and its dead-man alarms are deployed.
   *
   * @default false
   */
  readonly watchdog?: boolean;
  /** What channels reach; without it, their stack is not deployed. @default nothing */
  readonly outside?: OutsideWorld;
  /** Send the watchdog's heartbeats. @default the network, by the configuration's rules; not in virtual time */
  readonly probers?: { readonly http: HttpProber; readonly tcp: TcpProber };
  /** What a function works with, given what it would. @default the same */
  readonly depsOf?: (functionName: string, deps: FunctionDeps) => FunctionDeps;
  /** Whether the functions' logs are printed. @default false */
  readonly printLogs?: boolean;
  readonly planDelivery?: EventBusDeps['planDelivery'];
  readonly expressRuns?: () => number;
  readonly interceptInvocation?: LambdaDeps['interceptInvocation'];
  readonly interceptCall?: LambdaDeps['interceptCall'];
  /**
   * Looks at each request that adapters send to services of AWS, as far as they go through the SDK here.
   *
   * @default - nothing does
   */
  readonly guardRequest?: GuardRequest;
}

/** The watchdog was to send heartbeats over the network while time is virtual. */
export class ProbersMissing extends Error {
  override readonly name = 'ProbersMissing';
  readonly code = 'PROBERS_MISSING';
}
