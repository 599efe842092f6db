import { expect, it } from 'vitest';
import { DOCUMENT_PARAMETERS } from '../../../functions/core/actions/document-parameters.ts';
import { SYSTEMD_ACTIONS } from '../../../functions/core/actions/systemd-actions.ts';
import { loadRunbooks } from '../../../infra/constructs/runbook-document.ts';

const RUNBOOKS = `${import.meta.dirname}/../../../infra/runbooks`;

it('the table marks exactly the actions whose runbooks require systemd', () => {
  const requiring = loadRunbooks(RUNBOOKS)
    .filter(({ action }) => action in DOCUMENT_PARAMETERS)
    .filter(({ content }) =>
      content.mainSteps.some(({ inputs }) =>
        inputs.runCommand.some((text) => /^\s*require_systemd /m.test(text)),
      ),
    );
  expect(requiring.map(({ action }) => action).sort()).toEqual([...SYSTEMD_ACTIONS].sort());
});
