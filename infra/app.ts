import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { loadConfiguration } from '../functions/core/configuration/load.ts';
import { formatProblem, type Problem } from '../functions/core/configuration/problem.ts';
import { RunbookError } from './constructs/runbook-document.ts';
import { UndeployableAlarms } from './constructs/undeployable-alarms.ts';
import { checkQuotas, QuotaExceeded } from './quotas/check-quotas.ts';
import { DeploymentOptionsError, readDeploymentOptions } from './stacks/deployment-options.ts';
import { FEATURE_FLAGS } from './stacks/feature-flags.ts';
import { addSelfhealStacks } from './stacks/selfheal-stacks.ts';

/** A mistake in the configuration: reported in full, without a stack trace. */
class UnusableConfiguration extends Error {
  override readonly name = 'UnusableConfiguration';
}

const EXPECTED_ERRORS = [
  UnusableConfiguration,
  DeploymentOptionsError,
  UndeployableAlarms,
  RunbookError,
  QuotaExceeded,
];

function synthesize(): void {
  const app = new App({ context: FEATURE_FLAGS });
  const options = readDeploymentOptions(app.node);
  const loaded = loadConfiguration(readText(options.config), options.config, (file) =>
    readFileSync(resolve(dirname(options.config), file), 'utf8'),
  );
  if (!loaded.ok) throw new UnusableConfiguration(listed(loaded.problems));

  const { engine } = addSelfhealStacks(app, loaded.configuration, loaded.compiled, options);
  for (const warning of loaded.warnings) {
    Validations.of(engine).addWarning(`selfheal:${warning.code}`, formatProblem(warning));
  }
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const { stacks } = app.synth();
  checkQuotas(Object.fromEntries(stacks.map(({ stackName, template }) => [stackName, template])));
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UnusableConfiguration(
      `${path}: cannot be read (${error instanceof Error ? error.message : String(error)}); name another by \`-c config=<path>\``,
    );
  }
}

function listed(problems: readonly Problem[]): string {
  return problems.map(formatProblem).join('\n\n');
}

try {
  synthesize();
} catch (error) {
  if (!EXPECTED_ERRORS.some((expected) => error instanceof expected)) throw error;
  console.error((error as Error).message);
  process.exitCode = 1;
}
