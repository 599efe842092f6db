import type * as z from 'zod/mini';
import type { Component } from '../configuration/component-schema.ts';

/** What a component must declare before an action can be used on it. */
export type ComponentFact = 'service' | 'health' | 'configPaths' | 'tempPaths';

/** An action's `params`, as its schema gives them. */
export type ActionParams = Readonly<Record<string, unknown>>;

/** Parameters of an SSM document: every value is text. */
export type RunbookParameters = Readonly<Record<string, string>>;

/**
 * What an action does to a target's service. `starts` and `reconnects` take nothing away that was there; `restarts` is a
 * stop that is over soon.
 */
export type ActionEffect =
  | 'none'
  | 'changes-files'
  | 'starts'
  | 'stops'
  | 'restarts'
  | 'safe-mode'
  | 'isolates'
  | 'reconnects';

/** How long an action takes by its own `params`, besides what the host needs. */
export interface ActionDuration {
  /** Even if all goes well. */
  readonly leastSeconds: number;
  /** Until it gives up by itself. */
  readonly mostSeconds: number;
}

/** An action that is carried out on hosts, by an SSM document. */
export interface RunbookAction {
  readonly kind: 'runbook';
  readonly type: string;
  /** Name of the SSM document in the account. */
  readonly document: string;
  readonly summary: string;
  /** Schema of the action's `params` in the configuration; unknown keys are refused. */
  readonly params: z.ZodMiniType<ActionParams>;
  readonly needs: readonly ComponentFact[];
  /** With these `params`, as its schema gives them. */
  readonly effect: (params: ActionParams) => ActionEffect;
  readonly defaultTimeoutSeconds: number;
  /** @default no time of its own */
  readonly duration?: (params: ActionParams) => ActionDuration;
  /** The action that takes this one back, run when a later action fails with `onError: rollback`. */
  readonly undo?: string;
  /** Document parameters besides the common ones; a parsed `params` and a component that has all of `needs`. */
  readonly parameters: (component: Component, params: ActionParams) => RunbookParameters;
}

/** An action that tells people, by an SNS topic. */
export interface NotifyAction {
  readonly kind: 'notify';
  readonly type: string;
  readonly topic: 'soc' | 'architect';
  readonly summary: string;
  readonly params: z.ZodMiniType<ActionParams>;
  readonly needs: readonly ComponentFact[];
  readonly effect: (params: ActionParams) => ActionEffect;
  readonly defaultTimeoutSeconds: number;
  readonly undo?: string;
}

export type ActionDefinition = RunbookAction | NotifyAction;
