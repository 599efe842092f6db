import { readFile } from 'node:fs/promises';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import type { AlarmEngine } from '../alarms/alarm-engine.ts';
import { type AlarmTemplate, loadAlarms } from '../alarms/load-alarms.ts';
import type { Deployment } from '../deploy/cdk-deploy.ts';
import type { LocalEndpoint } from './endpoint.ts';
import { followFunctionMetrics } from './function-metrics.ts';
import { loadWebhook } from './load-webhook.ts';

export interface WatchdogSupportProps {
  readonly aws: LocalEndpoint;
  readonly alarms: AlarmEngine;
  readonly deployment: Deployment;
  readonly configuration: CompiledConfiguration;
  readonly progress: (line: string) => void;
}

export interface WatchdogSupport {
  readonly outputs: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

/**
 * The parts of AWS that the watchdog needs and MiniStack lacks: the dead-man alarms, their metrics, and the webhook.
 */
export async function startWatchdogSupport(props: WatchdogSupportProps): Promise<WatchdogSupport> {
  const { aws, alarms, deployment, configuration, progress } = props;
  const { watchdog, settings } = configuration;
  await loadAlarms(alarms, (await readJson(deployment.deadManTemplate)) as AlarmTemplate);
  const { webhook } = settings.notify;
  const outputs = webhook && {
    WebhookSecretArn: await loadWebhook(aws, webhook, await readJson(deployment.webhookTemplate)),
  };
  const following = followFunctionMetrics({
    aws,
    functionNames: watchdog.enabled ? watchdog.vantagePoints.map(({ name }) => `selfheal-watch-${name}`) : [],
    metrics: alarms.metrics,
    onError: (error) => progress(`metrics: ${String(error)}`),
  });
  return { outputs: outputs ?? {}, stop: following.stop };
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'));
}
