import type { RunbookRunner } from '../ports/runbook-runner.ts';
import type { PortBuilder } from './port-builders.ts';

/** The client of Systems Manager is loaded with the first call: no profile is read, and no step is silent, in most rounds. */
export const seldomRunbooks: PortBuilder<'runbooks'> = (essentials) => {
  let loaded: Promise<RunbookRunner> | undefined;
  const runbooks = () => {
    loaded ??= import('./runbooks.ts').then((module) => module.runbooks(essentials));
    return loaded;
  };
  return {
    resolveTargets: async (selector) => (await runbooks()).resolveTargets(selector),
    send: async (request) => (await runbooks()).send(request),
    getCommand: async (commandId) => (await runbooks()).getCommand(commandId),
    findCommand: async (comment, afterMs, document) =>
      (await runbooks()).findCommand(comment, afterMs, document),
    listInvocations: async (commandId) => (await runbooks()).listInvocations(commandId),
    cancel: async (commandId) => (await runbooks()).cancel(commandId),
  };
};
