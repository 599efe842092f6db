import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { loadConfiguration } from '../../functions/core/configuration/load.ts';
import { formatProblem } from '../../functions/core/configuration/problem.ts';
import type { Template as TemplateJson } from '../../infra/quotas/template-text.ts';
import { readDeploymentOptions } from '../../infra/stacks/deployment-options.ts';
import { FEATURE_FLAGS } from '../../infra/stacks/feature-flags.ts';
import { addSelfhealStacks, type SelfhealStacks } from '../../infra/stacks/selfheal-stacks.ts';
import { SAMPLE_CONFIGURATION } from './sample-configuration.ts';

type Optional = 'webhook' | 'analysis' | 'graph' | 'investigation' | 'channels' | 'approvals';

export type StackTemplates = Readonly<
  Record<Exclude<keyof SelfhealStacks, Optional>, Template> & Partial<Record<Optional, Template>>
>;

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template's properties have whatever shape CloudFormation gives them.
  readonly Properties: Readonly<Record<string, any>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** How many results are kept. */
const MOST_KEPT = 8;
/** By what they are made from, the latest last: tests often look at the same. */
const kept = new Map<string, StackTemplates>();

/** The templates of all stacks for a configuration. The functions' code is left out: bundling it takes seconds. */
export function synthesizeStacks(
  yaml: string = SAMPLE_CONFIGURATION,
  context: Readonly<Record<string, unknown>> = {},
): StackTemplates {
  const source = JSON.stringify([yaml, context]);
  const templates = kept.get(source) ?? synthesized(yaml, context);
  kept.delete(source);
  kept.set(source, templates);
  const [oldest = ''] = kept.keys();
  if (kept.size > MOST_KEPT) kept.delete(oldest);
  return templates;
}

function synthesized(yaml: string, context: Readonly<Record<string, unknown>>): StackTemplates {
  return withStacks(yaml, context, (stacks) => {
    return {
      state: Template.fromStack(stacks.state),
      runbooks: Template.fromStack(stacks.runbooks),
      laterRunbooks: Template.fromStack(stacks.laterRunbooks),
      alarms: Template.fromStack(stacks.alarms[0] as Stack),
      engine: Template.fromStack(stacks.engine),
      monitoring: Template.fromStack(stacks.monitoring),
      watchdog: Template.fromStack(stacks.watchdog),
      deadMan: Template.fromStack(stacks.deadMan),
      ...(stacks.webhook && { webhook: Template.fromStack(stacks.webhook) }),
      ...(stacks.analysis && { analysis: Template.fromStack(stacks.analysis) }),
      ...(stacks.graph && { graph: Template.fromStack(stacks.graph) }),
      ...(stacks.investigation && { investigation: Template.fromStack(stacks.investigation) }),
      ...(stacks.channels && { channels: Template.fromStack(stacks.channels) }),
      ...(stacks.approvals && { approvals: Template.fromStack(stacks.approvals) }),
    };
  });
}

/** The same as plain JSON, by stack name, with all stacks of alarms. */
export function synthesizeTemplates(yaml: string): Readonly<Record<string, TemplateJson>> {
  return withStacks(yaml, {}, (_, app) => {
    // The templates are judged by the caller.
    const assembly = app.synth({ skipValidation: true });
    return Object.fromEntries(assembly.stacks.map(({ stackName, template }) => [stackName, template]));
  });
}

function withStacks<Result>(
  yaml: string,
  context: Readonly<Record<string, unknown>>,
  use: (stacks: SelfhealStacks, app: App) => Result,
): Result {
  const outdir = mkdtempSync(join(tmpdir(), 'selfheal-synth-'));
  try {
    const app = new App({
      context: { ...FEATURE_FLAGS, 'aws:cdk:bundling-stacks': [], ...context },
      outdir,
      analyticsReporting: false,
      // Takes most of the time, and is part of every `cdk synth`.
      builtinCloudFormationValidation: false,
    });
    const loaded = loadConfiguration(yaml, 'selfheal.yaml');
    if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
    const { configuration, compiled } = loaded;
    return use(addSelfhealStacks(app, configuration, compiled, readDeploymentOptions(app.node)), app);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** Resources of one type, by logical id. */
export function resourcesOf(template: Template, type: string): ReadonlyMap<string, Resource> {
  return new Map(Object.entries(template.findResources(type) as Record<string, Resource>));
}

/** All resources of all stacks, each with the name of its stack. */
export function allResources(templates: StackTemplates): readonly (readonly [string, Resource])[] {
  return Object.entries(templates).flatMap(([stack, template]) =>
    Object.entries((template.toJSON() as { Resources: Record<string, Resource> }).Resources).map(
      ([logicalId, resource]) => [`${stack}/${logicalId}`, resource] as const,
    ),
  );
}

/** An intrinsic function as text: `Fn::Join` joined, `Ref` and `Fn::GetAtt` in angle brackets. */
export function asText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const {
    Ref: ref,
    'Fn::GetAtt': attribute,
    'Fn::Join': join,
    'Fn::ImportValue': name,
  } = value as Record<
    string,
    // biome-ignore lint/suspicious/noExplicitAny: as above
    any
  >;
  if (ref !== undefined) return `<${ref}>`;
  if (attribute !== undefined) return `<${attribute.join('.')}>`;
  if (name !== undefined) return `<import ${asText(name)}>`;
  if (join !== undefined) return join[1].map(asText).join(join[0]);
  throw new Error(`not understood: ${JSON.stringify(value)}`);
}
