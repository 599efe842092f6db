import type * as z from 'zod/mini';
import type { ReversibleKind } from '../change/change-event.ts';
import type { Component } from '../configuration/schema/component-schema.ts';
import type { TargetKind } from '../target/target.ts';
import type { Delivery } from './deliveries.ts';

/** What a component must declare before an action can be used on it. */
export type ComponentFact =
  | 'service'
  | 'health'
  | 'configPaths'
  | 'tempPaths'
  | 'database'
  | 'certificate'
  | 'rules'
  | 'targetGroup'
  | 'loadBalancer'
  | 'release'
  | Delivery;

/** An action's `params`, as its schema gives them. */
export type ActionParams = Readonly<Record<string, unknown>>;

/** What an action is carried out for. */
export interface Trouble {
  readonly occurredAtMs: number;
  /** Of the component, which may have caused it. */
  readonly change?: { readonly startedAtMs: number };
}

/** Parameters of an SSM document: every value is text. */
export type RunbookParameters = Readonly<Record<string, string>>;

/**
 * What an action does to a target's service. `starts` and `reconnects` take nothing away that was there; `restarts` is a
 * stop that is over soon; `read-only` takes away the writing. `drains` and `readmits` say whether a load balancer sends it
 * requests. `replaces` ends the target itself, for another one that takes its place.
 */
export type ActionEffect =
  | 'none'
  | 'changes-files'
  | 'starts'
  | 'stops'
  | 'restarts'
  | 'safe-mode'
  | 'read-only'
  | 'isolates'
  | 'reconnects'
  | 'drains'
  | 'readmits'
  | 'replaces';

/** How long an action takes by its own `params`, besides what the target needs. */
export interface ActionDuration {
  /** Even if all goes well. */
  readonly leastSeconds: number;
  /** Until it gives up by itself. */
  readonly mostSeconds: number;
}

/** Everything about an action that does not depend on what carries it out. */
interface ActionRow {
  readonly type: string;
  readonly summary: string;
  /** On which targets it can be carried out; none for an action that touches no target. */
  readonly targetKinds: readonly TargetKind[];
  /** Those of them that it is meant for with these `params`. @default all */
  readonly targetKindsWith?: (params: ActionParams) => readonly TargetKind[];
  /** Schema of the action's `params` in the configuration; unknown keys are refused. */
  readonly params: z.ZodMiniType<ActionParams>;
  readonly needs: readonly ComponentFact[];
  /** With these `params`, as its schema gives them. */
  readonly effect: (params: ActionParams) => ActionEffect;
  readonly defaultTimeoutSeconds: number;
  /** @default an hour */
  readonly maximumTimeoutSeconds?: number;
  /** The longest time-out with these `params`, where that depends on them. @default `maximumTimeoutSeconds` */
  readonly maximumSecondsWith?: (params: ActionParams) => number | undefined;
  /** @default no time of its own */
  readonly duration?: (params: ActionParams) => ActionDuration;
  /** The action that takes this one back, run when a later action fails with `onError: rollback`. */
  readonly undo?: string;
  /** The undo's `params` after an action with these; `undefined` if it cannot be undone. @default the undo's defaults */
  readonly undoParams?: (params: ActionParams) => ActionParams | undefined;
  /**
   * Whether it rolls back what people or pipelines changed, and which kind of change, whatever it is done for; `any` if it
   * is handed the change. It may be done while that change is in progress. @default it rolls nothing back
   */
  readonly rollsChangeBack?: (params: ActionParams) => ReversibleKind | 'any' | undefined;
  /** Whether an action with the first `params` undoes one of this type with the second. @default never */
  readonly undoes?: (params: ActionParams, done: ActionParams) => boolean;
}

/** How an SSM document carries an action out on hosts. */
export interface Runbook {
  /** Name of the SSM document in the account. */
  readonly document: string;
  /** The document that carries it out on some components instead. @default there is one for all */
  readonly variant?: Runbook & { readonly isMeantFor: (component: Component) => boolean };
  /**
   * Document parameters besides the common ones; a parsed `params` and a component that has all of `needs`. Without any
   * trouble, what only that would decide is left to the document's default.
   */
  readonly parameters: (component: Component, params: ActionParams, trouble?: Trouble) => RunbookParameters;
}

/** An action that is carried out on hosts, by an SSM document. */
export interface RunCommandAction extends ActionRow, Runbook {
  readonly executor: 'run_command';
  /** Where `params` may say that EC2 is to do it instead, so that the host need not answer. @default never */
  readonly byApi?: {
    readonly isMeant: (params: ActionParams) => boolean;
    /** The permissions that it takes then, as IAM names them. */
    readonly calls: readonly string[];
  };
}

/** An action that notifies people, by an SNS topic. */
export interface NotificationAction extends ActionRow {
  readonly executor: 'notification';
  readonly topic: 'soc' | 'architect';
}

/** An action that a Lambda function of the user's carries out; its `params` name the function. */
export interface FunctionAction extends ActionRow {
  readonly executor: 'function';
}

/** An action that a Command document of the user's carries out on hosts; its `params` name the document. */
export interface UserDocumentAction extends ActionRow {
  readonly executor: 'user_document';
}

/** An action on a resource of AWS, by the resource's own API. */
export interface ResourceAction extends ActionRow {
  readonly executor: 'resource';
  /** The permissions that it takes on each kind of target, as IAM names them; granted on the targets that it is used on. */
  readonly calls: Readonly<Partial<Record<TargetKind, readonly string[]>>>;
  /** Those of them that it takes with these `params` on such a component. @default all */
  readonly callsWith?: (kind: TargetKind, params: ActionParams, component: Component) => readonly string[];
  /** What in its `params` means nothing to targets of a kind. @default all means something */
  readonly unfitParams?: (kind: TargetKind, params: ActionParams) => string | undefined;
  /** Where a document carries it out on hosts, and what a component must declare for that besides. @default EC2 does it */
  readonly onHosts?: Runbook & {
    readonly needs: readonly ComponentFact[];
    /** With which `params`. @default all that nothing else is asked to deliver */
    readonly isMeant?: (params: ActionParams) => boolean;
  };
  /**
   * What hosts need their Auto Scaling group for: it is done once on the `group` that launched them, or on each host as a
   * `member` of it. @default for nothing, and it is done on each host
   */
  readonly inScalingGroup?: 'group' | 'member';
  /** Kinds of targets on whose load balancer it is done, once, and not on the targets themselves. @default none */
  readonly onBalancerOf?: readonly TargetKind[];
  /** What is asked to do it with these `params`: once, for the component as a whole. @default it is done on the targets */
  readonly deliveredBy?: (params: ActionParams) => Delivery | undefined;
  /** How long it usually takes, at least, on a kind of target. @default no time worth speaking of */
  readonly usualSeconds?: Readonly<Partial<Record<TargetKind, number>>>;
}

/** An action that an SSM Automation document carries out; its `params` name the document. */
export interface AutomationAction extends ActionRow {
  readonly executor: 'automation';
}

/** A row of the action table. Its executor decides what else the row has to say. */
export type ActionDefinition =
  | RunCommandAction
  | NotificationAction
  | FunctionAction
  | UserDocumentAction
  | ResourceAction
  | AutomationAction;

/** What carries out actions of one kind. */
export type ExecutorKind = ActionDefinition['executor'];
