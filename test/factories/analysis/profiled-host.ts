import type { AnalyzeBatchDeps } from '../../../functions/app/analyze/analyze-batch.ts';
import type { RunbookRequest } from '../../../functions/ports/runbook-runner.ts';

/** What a host measures at a time, by column. */
export type Measured = (atMs: number, instanceId: string) => Readonly<Record<string, number>>;

const PERIOD_MS = 300_000;
/** As many as fit into an answer. */
const ROWS_AT_MOST = 20;

interface Answer {
  readonly status: string;
  readonly output: string;
}

interface HostPlan {
  readonly nowMs: () => number;
  readonly sinceMs: number;
  readonly isInstalled?: boolean;
  /** The hosts that a selector without ids chooses. @default none */
  readonly chosen?: readonly string[];
}

/**
 * Run Command with hosts that have a collector, as its runbooks answer: averages of whole periods since a time, the
 * oldest first.
 */
export function createProfiledHost(
  measured: Measured,
  { nowMs, sinceMs, isInstalled = true, chosen = [] }: HostPlan,
) {
  const sent: RunbookRequest[] = [];
  const answers = new Map<string, readonly (Answer & { readonly instanceId: string })[]>();
  const host = {
    online: true,
    installed: isInstalled,
    chosen,
    sent,
    runbooks: {} as AnalyzeBatchDeps['runbooks'],
  };
  const answerTo = ({ document, parameters }: RunbookRequest, instanceId: string): Answer => {
    if (document === 'selfheal-install-collector') {
      host.installed = true;
      return { status: 'Success', output: '{"installed":true,"changed":true}' };
    }
    if (!host.installed)
      return {
        status: 'Failed',
        output: '\nselfheal: COLLECTOR_MISSING: it is not installed; run install_collector\n',
      };
    const askedMs = Number(parameters['since']) * 1_000;
    const rows: string[] = [];
    let untilMs = askedMs + Math.floor((nowMs() - askedMs) / PERIOD_MS) * PERIOD_MS;
    for (let atMs = askedMs; atMs < untilMs; atMs += PERIOD_MS) {
      if (atMs < sinceMs) continue;
      if (rows.length === ROWS_AT_MOST) {
        untilMs = atMs;
        break;
      }
      rows.push([(atMs - askedMs) / PERIOD_MS, ...Object.values(measured(atMs, instanceId))].join(','));
    }
    const latest = measured(nowMs(), instanceId);
    return {
      status: 'Success',
      output: `${JSON.stringify({
        now: nowMs() / 1_000,
        latestAt: nowMs() / 1_000,
        columns: Object.keys(latest).join(','),
        latest: Object.values(latest).join(','),
        missing: '',
        rows: rows.map((row) => `${row};`).join(''),
        until: untilMs / 1_000,
      })}\n`,
    };
  };
  host.runbooks = {
    resolveTargets: async (selector) =>
      ('instanceIds' in selector ? selector.instanceIds : host.chosen).map((instanceId) => ({
        instanceId,
        online: host.online,
        platform: 'Linux' as const,
      })),
    send: async (request) => {
      sent.push(request);
      const commandId = `command-${sent.length}`;
      answers.set(
        commandId,
        request.instanceIds.map((instanceId) => ({ instanceId, ...answerTo(request, instanceId) })),
      );
      return commandId;
    },
    listInvocations: async (commandId) => answers.get(commandId) ?? [],
  };
  return host;
}
