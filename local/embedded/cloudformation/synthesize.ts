import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import type { Configuration } from '../../../functions/core/configuration/schema/schema.ts';
import { FEATURE_FLAGS } from '../../../infra/stacks/feature-flags.ts';
import { addSelfhealStacks } from '../../../infra/stacks/selfheal-stacks.ts';

/** The synthesized templates that the embedded cloud deploys. */
export interface SelfhealTemplates {
  readonly engine: CloudFormationTemplate;
  readonly alarms: readonly CloudFormationTemplate[];
  readonly watchdog: CloudFormationTemplate;
  readonly deadMan: CloudFormationTemplate;
  /** Only if some component has `anomalies`. */
  readonly analysis?: CloudFormationTemplate;
  /** Only if dependencies are discovered. */
  readonly graph?: CloudFormationTemplate;
  /** Only if something is to be read after failures. */
  readonly investigation?: CloudFormationTemplate;
  /** Without resources unless the configuration names a channel. */
  readonly channels: CloudFormationTemplate;
  /** Only if people approve by Slack or by links. */
  readonly approvals?: CloudFormationTemplate;
}

export interface CloudFormationTemplate {
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, TemplateOutput>>;
}

export interface TemplateOutput {
  readonly Value: unknown;
  readonly Export?: { readonly Name: string };
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** Cached, since synthesis is slow. */
const synthesized = new Map<string, SelfhealTemplates>();

/** The output of `cdk synth` for a configuration, without the functions' code: handlers are called directly. */
export function synthesizeTemplates(configuration: CompiledConfiguration): SelfhealTemplates {
  const key = JSON.stringify(configuration);
  const templates = synthesized.get(key) ?? synthesize(configuration);
  synthesized.set(key, templates);
  return templates;
}

function synthesize(configuration: CompiledConfiguration): SelfhealTemplates {
  const outdir = mkdtempSync(join(tmpdir(), 'selfheal-embedded-'));
  try {
    const context = { ...FEATURE_FLAGS, 'aws:cdk:bundling-stacks': [] };
    // Templates are validated when they are really deployed; here that would take most of the time.
    const app = new App({
      outdir,
      context,
      analyticsReporting: false,
      builtinCloudFormationValidation: false,
    });
    // The stacks read only the components of the uncompiled configuration, which compilation does not change.
    const { alarms, analysis, graph, investigation, approvals } = addSelfhealStacks(
      app,
      configuration as unknown as Configuration,
      configuration,
      {
        config: '',
        removalPolicy: 'destroy',
        reserveConcurrency: true,
        lambdaEnvironment: {},
      },
    );
    const assembly = app.synth({ skipValidation: true });
    const template = (name: string): CloudFormationTemplate =>
      assembly.stacks.find(({ stackName }) => stackName === name)?.template ?? {};
    return {
      engine: template('SelfhealEngine'),
      alarms: alarms.map(({ stackName }) => template(stackName)),
      watchdog: template('SelfhealWatchdog'),
      deadMan: template('SelfhealDeadMan'),
      ...(analysis && { analysis: template(analysis.stackName) }),
      ...(graph && { graph: template(graph.stackName) }),
      ...(investigation && { investigation: template(investigation.stackName) }),
      channels: template('SelfhealChannels'),
      ...(approvals && { approvals: template(approvals.stackName) }),
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
