import type { Command } from 'commander';
import { meshStatus } from '../../functions/app/watchdog/mesh-status.ts';
import { readConfigurationFile } from '../configuration-file.ts';
import { connect } from '../connection.ts';
import type { Context } from '../context.ts';
import { type CommonOptions, withConfig, withConnection } from '../options.ts';
import { peerLines } from '../presenters/peers.ts';

export function addPeers(program: Command, context: Context): void {
  withConnection(withConfig(program.command('peers'), context))
    .summary('show what the watchdog checks, and the status of each peer')
    .description(
      'Shows each peer of the watchdog: its status, when it last answered and how fast, its misses in a row, and the restarts requested for it. It reads records and probes nothing.',
    )
    .action(async (options: CommonOptions) => {
      const configuration = readConfigurationFile(options.config);
      const { watchdog } = await connect(options);
      const status = await meshStatus({ watchdog, configuration });
      if (options.json) context.out(JSON.stringify(status, null, 2));
      else
        for (const line of peerLines(context, status, configuration.watchdog, context.clock.nowMs()))
          context.out(line);
    });
}
