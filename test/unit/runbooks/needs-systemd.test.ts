import { expect, it } from 'vitest';
import { ACTION_TYPES } from '../../../functions/core/actions/action-table.ts';
import { DOCUMENT_PARAMETERS } from '../../../functions/core/actions/document-parameters.ts';
import { needsSystemd } from '../../../functions/core/actions/systemd-actions.ts';
import { allRunbooks } from '../../../infra/constructs/all-runbooks.ts';

/** The actions whose runbooks require systemd for what `isMeant`. */
function requiring(isMeant: (what: string) => boolean): readonly string[] {
  return allRunbooks()
    .filter(({ action }) => action in DOCUMENT_PARAMETERS)
    .filter(({ content }) => {
      const script = content.mainSteps.flatMap(({ inputs }) => inputs.runCommand).join('\n');
      return [...script.matchAll(/\brequire_systemd (.+)$/gm)].some(([, what = '']) => isMeant(what));
    })
    .map(({ action }) => action)
    .sort();
}

const marked = (engine?: string) => ACTION_TYPES.filter((type) => needsSystemd(type, engine)).sort();

it('the table marks exactly the actions whose runbooks require systemd', () => {
  expect(requiring((what) => what !== 'Redis')).toEqual(marked());
  expect(marked('postgresql')).toEqual(marked());
});

it('the table marks for Redis those, too, that require systemd for it alone', () => {
  expect(requiring(() => true)).toEqual(marked('redis'));
});
