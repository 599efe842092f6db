import type { Assertion } from 'vitest';
import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import type { Operation, StepRecord } from '../../../functions/core/operation/operation.ts';
import type { Home } from '../../../functions/core/signal/home.ts';
import type { ChangeStore } from '../../../functions/ports/change-store.ts';
import type { CorrelationStore } from '../../../functions/ports/correlation-store.ts';
import type { OperationStore } from '../../../functions/ports/operation-store.ts';
import type { ScriptedHealth } from '../../factories/deployed-engine/health.ts';
import type { RunbookRun, ScriptedHosts } from '../../factories/deployed-engine/hosts.ts';
import type { Landscape } from '../../factories/deployed-engine/landscape.ts';
import type { EventFate } from '../../factories/deployed-engine/status-events.ts';
import type { ScriptedFunction } from '../../factories/deployed-engine/user-function.ts';

type Json = Readonly<Record<string, unknown>>;

/** An event as its sender puts it on the bus. */
export interface EventEntry {
  readonly source: string;
  readonly detailType: string;
  readonly detail: Json;
}

export interface MetricValue {
  readonly namespace: string;
  readonly name: string;
  readonly atMs: number;
  readonly value: number;
}

export interface StateChangeDetail {
  readonly operationId: string;
  readonly component: string;
  readonly strategyId: string;
  readonly state: string;
  readonly at: string;
}

/** An operation that is over, with all that was written down about it. */
export interface Ended {
  readonly operation: Operation;
  readonly steps: readonly StepRecord[];
  /** The states that events reported, in order of their times. */
  readonly states: readonly string[];
}

/** The time that passes where Selfheal is deployed: the machine's, or a virtual one. */
export interface PlaceTime {
  readonly nowMs: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** What a wait of a state machine really takes. */
  readonly scaled: (milliseconds: number) => number;
  /** Asks until there is an answer. @throws Error naming what was waited for in vain */
  readonly until: <Answer>(
    what: string,
    seconds: number,
    ask: () => Answer | undefined | Promise<Answer | undefined>,
  ) => Promise<Answer>;
  /** As `expect.poll`, by this time. */
  readonly poll: <Value>(ask: () => Value | Promise<Value>) => Polled;
}

/** Vitest's matchers, each of which is tried until it holds. */
export type Polled = {
  readonly [Matcher in keyof Assertion as Assertion[Matcher] extends (...args: never) => unknown
    ? Matcher
    : never]: (
    ...args: Parameters<Extract<Assertion[Matcher], (...args: never) => unknown>>
  ) => Promise<void>;
};

/** The functions that are components, and their aliases. */
export interface PlaceAliases {
  /** The version that a component's alias points to. */
  readonly version: (component: string) => Promise<string>;
  /** Someone points it elsewhere. */
  readonly point: (component: string, version: string) => Promise<void>;
}

/** Selfheal, deployed somewhere, with hosts, endpoints and subscribers that scenarios can look into. */
export interface Place extends PlaceTime {
  readonly landscape: Landscape;
  readonly hosts: ScriptedHosts;
  readonly health: ScriptedHealth;
  /** The user's own function, where it can be seen. */
  readonly userFunction?: ScriptedFunction;
  /** Where functions may be components. */
  readonly aliases?: PlaceAliases;
  readonly store: OperationStore;
  readonly correlation: CorrelationStore;
  readonly changes: Pick<ChangeStore, 'listChanges'>;
  readonly healStateMachineArn: string;
  readonly home: Home;

  readonly putEvent: (entry: EventEntry) => Promise<void>;
  /** Puts a `Selfheal Signal` on the bus. */
  readonly signal: (component: string, detail?: Json) => Promise<void>;
  /** Puts a value of a metric without dimensions, where metrics can be put. */
  readonly putMetric?: (metric: MetricValue) => void;
  /** Changes the state of a component's alarm. */
  readonly setAlarm: (component: string, state: 'OK' | 'ALARM', reason: string) => Promise<void>;
  /** Has a mute rule keep back a component's alarm for the next hour. */
  readonly muteAlarm: (component: string) => void;
  /** Sets what happens to the status events of a component's commands from now on. */
  readonly setStatusEvents: (component: string, fate: EventFate) => void;

  readonly stateChanges: () => readonly StateChangeDetail[];
  /** What people were notified of: about a component, or at all. */
  readonly notifications: (topic: 'soc' | 'architect', component?: string) => readonly Json[];
  /** The nth operation of a component, once it is over. */
  readonly ended: (component: string, nth?: number, seconds?: number) => Promise<Ended>;
  /** The same, if it was a success. @throws Error if it was not */
  readonly completed: (component: string, nth?: number) => Promise<Operation>;
  /** Why signals for a component were refused, the newest first. */
  readonly reasons: (component: string) => Promise<readonly string[]>;
  /** What hosts were asked for a component, repetitions included. */
  readonly requestsOf: (component: string) => readonly RunbookRun[];
  /** What was done for a component on hosts. */
  readonly effectsOf: (component: string) => readonly RunbookRun[];
  /** The operation that holds the component's claim, once its step is under way on a host. */
  readonly acting: (component: string, stepId: string) => Promise<string>;

  /** How a heal execution ended, once it has. */
  readonly execution: (name: string) => Promise<{ readonly status: string; readonly error?: string }>;
  /** The states that a heal execution entered, in order. */
  readonly entered: (name: string) => Promise<readonly string[]>;
  readonly stopExecution: (name: string) => Promise<void>;
  /** Waits for a function's answer. @throws Error with what the function said, if it failed */
  readonly invoke: (functionName: string, event: unknown) => Promise<unknown>;
  /** One round of the reconciler, beside those by schedule, if there are any. @returns what it did */
  readonly reconcile: () => Promise<readonly string[]>;
  /** Bodies of what is in the dead-letter queue of signals. A look may take them out. */
  readonly deadLetters: () => Promise<readonly string[]>;

  /** Has a function fail whatever it is asked, as long as `during` takes. */
  readonly whileBroken: (functionName: string, during: () => Promise<void>) => Promise<void>;
  /** Takes an action, as IAM names it, away from a function, as long as `during` takes; where that can be done. */
  readonly whileDenied?: (functionName: string, action: string, during: () => Promise<void>) => Promise<void>;
  /** Has no heal execution start, as long as `during` takes. */
  readonly whileUnstartable: (during: () => Promise<void>) => Promise<void>;
  /** Deploys other settings, as long as `during` takes. */
  readonly withSettings: (
    settings: Partial<CompiledConfiguration['settings']>,
    during: () => Promise<void>,
  ) => Promise<void>;
  /** From now on the answer to SendCommand gets lost, until a function that sends one has given up. */
  readonly loseSendAnswer: (component: string) => void;
  /** How often a function's client sends one request to Systems Manager before the function gives up. */
  readonly triesOfClient: number;
  /** Every call to Systems Manager so far, by operation, where that can be seen. */
  readonly systemsManagerCalls?: () => readonly string[];

  /** The address where people approve, where it is deployed. */
  readonly approvals?: PlaceApprovals;

  readonly stop: () => Promise<void>;
}

/** A request to the function URL, as its sender writes it. */
export interface ApprovalRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly path: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What people use who approve in Slack or by links. */
export interface PlaceApprovals {
  readonly slackSigningSecret: string;
  /** What a `response_url` of Slack begins with. */
  readonly slackHooks: string;
  readonly request: (
    request: ApprovalRequest,
  ) => Promise<{ readonly statusCode: number; readonly body: string }>;
  /** Texts of the messages that people with an e-mail address were sent. */
  readonly mails: () => readonly string[];
  /** What was sent to Slack after clicks. */
  readonly slackAnswers: () => readonly unknown[];
}
