import { describe, expect, it } from 'vitest';
import { commandInspection } from '../../../../functions/core/operation/command-outcome.ts';

const OWNER = { operationId: 'op', stepId: 'heal-0', component: 'web' };
const ownerOf = (document: string, parameters: Readonly<Record<string, string>>, comment = '') =>
  commandInspection({ document, parameters, comment, status: 'Success', targetCount: 1 }, []).owner;

describe('the owner of a command', () => {
  it('is what its runbook’s parameters name', () => {
    expect(ownerOf('selfheal-start-component', OWNER)).toEqual({ ...OWNER, action: 'start_component' });
  });

  it('is known though this version does not know the runbook', () => {
    expect(ownerOf('selfheal-of-another-version', OWNER)).toEqual({ ...OWNER, action: undefined });
  });

  it.each(Object.keys(OWNER))('is unknown without the parameter %s', (name) => {
    const given = Object.fromEntries(Object.entries(OWNER).filter(([key]) => key !== name));
    expect(ownerOf('selfheal-start-component', given)).toBeUndefined();
  });

  it('is unknown if a parameter names something that is not a step', () => {
    expect(ownerOf('selfheal-start-component', { ...OWNER, stepId: 'heal-0; reboot' })).toBeUndefined();
  });

  it('is in the comment of the command of a document of the user’s', () => {
    expect(ownerOf('Acme-Repair', {}, 'selfheal op heal-0')).toEqual({
      ...{ operationId: 'op', stepId: 'heal-0', action: 'run_document' },
    });
  });

  it.each(['', 'selfheal op', 'selfheal op reboot', 'selfheal op heal-0 again', 'not selfheal op heal-0'])(
    'is somebody else with another comment: %j',
    (comment) => {
      expect(ownerOf('Acme-Repair', OWNER, comment)).toBeUndefined();
    },
  );
});
