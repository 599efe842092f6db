import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import type { Configuration } from '../../../functions/core/configuration/schema.ts';
import { FEATURE_FLAGS } from '../../../infra/stacks/feature-flags.ts';
import { addSelfhealStacks } from '../../../infra/stacks/selfheal-stacks.ts';

/** The synthesized templates that the embedded cloud deploys. */
export interface SelfhealTemplates {
  readonly engine: CloudFormationTemplate;
  readonly alarms: readonly CloudFormationTemplate[];
  readonly watchdog: CloudFormationTemplate;
  readonly deadMan: CloudFormationTemplate;
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

/** Synthesizing takes a moment. */
const synthesized = new Map<string, SelfhealTemplates>();

/** What `cdk synth` makes of a configuration, less the functions' code: handlers are called where they are. */
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
    // Templates are validated where they are deployed from; here that would be most of the time.
    const app = new App({
      outdir,
      context,
      analyticsReporting: false,
      builtinCloudFormationValidation: false,
    });
    // Of the uncompiled configuration, the stacks only read the components, which compiling leaves as they are.
    const { alarms } = addSelfhealStacks(app, configuration as unknown as Configuration, configuration, {
      config: '',
      removalPolicy: 'destroy',
      reserveConcurrency: true,
      lambdaEnvironment: {},
    });
    const assembly = app.synth({ skipValidation: true });
    const template = (name: string): CloudFormationTemplate =>
      assembly.stacks.find(({ stackName }) => stackName === name)?.template ?? {};
    return {
      engine: template('SelfhealEngine'),
      alarms: alarms.map(({ stackName }) => template(stackName)),
      watchdog: template('SelfhealWatchdog'),
      deadMan: template('SelfhealDeadMan'),
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
