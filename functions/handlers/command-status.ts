import * as z from 'zod/mini';
import { type AutomationStatusDeps, automationStatus } from '../app/recover/automation-status.ts';
import { type CommandStatusDeps, commandStatus } from '../app/recover/command-status.ts';
import type { Home } from '../core/signal/home.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { lazyAutomations as automations } from '../runtime/lazy-automations.ts';
import { lazyNotifier as notifier } from '../runtime/lazy-notifier.ts';
import { metrics, store } from '../runtime/port-builders.ts';
import { runbooks } from '../runtime/run-command.ts';
import { tokens } from '../runtime/state-machines.ts';
import { homeEvent } from './home-event.ts';
import { wired } from './wired.ts';

/** `EC2 Command Status-change Notification`. */
const commandDetail = z.pipe(
  z.object({ 'command-id': z.string(), 'document-name': z.string(), status: z.string() }),
  z.transform((detail) => ({
    commandId: detail['command-id'],
    document: detail['document-name'],
    status: detail.status,
  })),
);

/** `EC2 Automation Execution Status-change Notification`. */
const automationDetail = z.pipe(
  z.object({ ExecutionId: z.string(), Status: z.string() }),
  z.transform((detail) => ({ executionId: detail.ExecutionId, status: detail.Status })),
);

const statusDetail = z.union([commandDetail, automationDetail]);

export const createHandler = (deps: CommandStatusDeps & AutomationStatusDeps & { readonly home: Home }) =>
  lambdaHandler(homeEvent(deps.home, statusDetail), async ({ detail }) => ({
    settlement:
      'commandId' in detail ? await commandStatus(deps, detail) : await automationStatus(deps, detail),
  }));

export const handler = wired('command-status', createHandler, {
  automations,
  metrics,
  notifier,
  runbooks,
  store,
  tokens,
});
