import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { HANDLERS } from '../../functions/handlers/table/handler-table.ts';
import { SAMPLE_CONFIGURATION } from './sample-configuration.ts';

const PROJECT = join(import.meta.dirname, '..', '..');
/** Functions that this configuration does without: it declares no anomalies, monitors, channels or approvals. */
const WITHOUT_USE: readonly (keyof typeof HANDLERS)[] = [
  'analyze',
  'record-metrics',
  'scrape',
  'investigate',
  'refresh-graph',
  'notify-channels',
  'approve',
  'notify-approvers',
];
const directory = mkdtempSync(join(tmpdir(), 'selfheal-app-'));

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Runs the CDK app as the CDK command does, with no account and no network at hand. */
function runApp(yaml: string, context: Readonly<Record<string, string>> = {}) {
  const config = join(directory, 'selfheal.yaml');
  writeFileSync(config, yaml);
  const outdir = mkdtempSync(join(directory, 'cdk.out-'));
  const own = Object.entries(process.env).filter(([name]) => !/^(AWS|CDK)_/.test(name));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['infra/app.ts'], {
    cwd: PROJECT,
    encoding: 'utf8',
    env: {
      ...Object.fromEntries(own),
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ config, ...context }),
    },
  });
  return { status, stdout, stderr, outdir, config };
}

describe('the app', () => {
  const run = runApp(SAMPLE_CONFIGURATION);
  const assets = readdirSync(run.outdir).filter((name) => name.startsWith('asset.'));

  it('synthesizes, and cdk-nag finds nothing', () => {
    expect(run.stderr).not.toMatch(/AwsSolutions|\bERROR\b|\bWARNING\b/);
    expect(run.status).toBe(0);
    const templates = readdirSync(run.outdir).filter((name) => name.endsWith('.template.json'));
    expect(templates.sort()).toEqual([
      'SelfhealAlarms.template.json',
      'SelfhealAnalysis.template.json',
      'SelfhealApprovals.template.json',
      'SelfhealChannels.template.json',
      'SelfhealDeadMan.template.json',
      'SelfhealEngine.template.json',
      'SelfhealGraph.template.json',
      'SelfhealInvestigation.template.json',
      'SelfhealMonitoring.template.json',
      'SelfhealRunbooks.template.json',
      'SelfhealRunbooks2.template.json',
      'SelfhealState.template.json',
      'SelfhealWatchdog.template.json',
      'SelfhealWebhook.template.json',
    ]);
  });

  it('bundles every function, with the compiled configuration beside it', () => {
    // All vantage points have the same code.
    expect(assets).toHaveLength(Object.keys(HANDLERS).length - WITHOUT_USE.length);
    for (const asset of assets) {
      const files = readdirSync(join(run.outdir, asset));
      expect(files).toEqual(expect.arrayContaining(['configuration.json', 'index.mjs']));
      expect(files.filter((file) => !/^(configuration\.json|[\w-]+\.mjs)$/.test(file))).toEqual([]);
      const configuration: unknown = JSON.parse(
        readFileSync(join(run.outdir, asset, 'configuration.json'), 'utf8'),
      );
      expect(configuration).toMatchObject({ formatVersion: 1, components: { web: {} } });
    }
  });

  it('makes bundles that load as Lambda loads them', async () => {
    const [asset = ''] = assets;
    const environment = {
      TABLE_NAME: 'table',
      HOME_ACCOUNT: '123456789012',
      HOME_REGION: 'eu-west-1',
      HEAL_STATE_MACHINE_ARN: 'heal',
      SOC_TOPIC_ARN: 'soc',
      ARCHITECT_TOPIC_ARN: 'architect',
      CONFIGURATION_FILE: './configuration.json',
      LAMBDA_TASK_ROOT: join(run.outdir, asset),
      AWS_REGION: 'eu-west-1',
    };
    const bundle = pathToFileURL(join(run.outdir, asset, 'index.mjs')).href;
    const load = `const { handler } = await import('${bundle}'); process.stdout.write(typeof handler);`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', load], {
      encoding: 'utf8',
      env: { ...process.env, ...environment },
    });
    expect(stderr).toBe('');
    expect(stdout).toBe('function');
  });

  it('writes no path of this machine into a template', () => {
    for (const name of readdirSync(run.outdir).filter((file) => file.endsWith('.template.json'))) {
      expect(readFileSync(join(run.outdir, name), 'utf8')).not.toContain(PROJECT);
    }
  });
});

describe('a mistake in selfheal.yaml', () => {
  it('stops the app with file, line, column and remedy, and without a stack trace', () => {
    const run = runApp(SAMPLE_CONFIGURATION.replace('threshold: 90', 'treshold: 90'));
    const line = SAMPLE_CONFIGURATION.split('\n').findIndex((text) => text.includes('threshold: 90')) + 1;
    expect(run.status).toBe(1);
    expect(run.stderr).toContain(`${run.config}:${line}:`);
    expect(run.stderr).toContain('treshold: 90');
    expect(run.stderr).not.toMatch(/^\s+at /m);
  });

  it('is reported with all the others', () => {
    const run = runApp(
      SAMPLE_CONFIGURATION.replace('type: start_component', 'type: start_componet').replace(
        'metric: cpu,',
        'metric: cpu, datapointsToAlarm: 9,',
      ),
    );
    expect(run.status).toBe(1);
    expect(run.stderr).toContain('start_component');
    expect(run.stderr.match(/^.*selfheal\.yaml:\d+:\d+ error /gm)).toHaveLength(2);
  });

  it('may be the file’s name', () => {
    const run = runApp('', { config: join(directory, 'nowhere.yaml') });
    expect(run.status).toBe(1);
    expect(run.stderr).toContain('nowhere.yaml: cannot be read');
    expect(run.stderr).not.toMatch(/^\s+at /m);
  });
});

it('a warning about selfheal.yaml is shown, and stops nothing', () => {
  const run = runApp(SAMPLE_CONFIGURATION.replace(', error_rate]', ']'));
  expect(run.status).toBe(0);
  expect(run.stdout + run.stderr).toContain('alarm-without-strategy');
});
