import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';

const PAGER = {
  type: 'pagerduty',
  topics: ['soc', 'architect'],
  region: 'us',
  secretArn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:pagerduty-a1b2c3',
} as const satisfies CompiledConfiguration['settings']['notify']['channels'][string];

/** The same fleet, whose incidents reach PagerDuty. */
export function withPager(fleet: CompiledConfiguration): CompiledConfiguration {
  const { settings } = fleet;
  const channels = { pager: { ...PAGER, topics: [...PAGER.topics] } };
  return { ...fleet, settings: { ...settings, notify: { ...settings.notify, channels } } };
}

export function hasPager({ settings }: CompiledConfiguration): boolean {
  return 'pager' in settings.notify.channels;
}
