import { configurationJsonSchema, type JsonSchema } from '../schema/json-schema.ts';
import { FIELDS, fields, omit, REQUIRED, rowsOf } from './field-rows.ts';
import { code, table } from './markdown-table.ts';
import { wrapped } from './wrapped.ts';

/** The field at the end of a path of keys. */
const fieldOf = (schema: JsonSchema, ...keys: readonly string[]): JsonSchema =>
  keys.reduce<JsonSchema>((holder, key) => holder.properties?.[key] ?? {}, schema);
const valuesOf = (schema: JsonSchema): JsonSchema => schema.additionalProperties || {};
const itemsOf = (schema: JsonSchema): JsonSchema => schema.items ?? {};

/** Fields of an action, without its `params`; its default time-out depends on its type. */
function actionFields(action: JsonSchema | undefined, types: string, meaning: string): string {
  const rows = rowsOf(omit(action, ['type', 'params'])).map((row) =>
    row[0] === code('timeoutSeconds') ? row.with(2, 'the action’s') : row,
  );
  return table(FIELDS, [['`type`', types, REQUIRED, meaning], ...rows]);
}

/** The configuration reference, as Markdown, from the schema that checks the configuration. */
export function configurationReference(): string {
  const root = configurationJsonSchema();
  const settings = fieldOf(root, 'settings');
  const component = valuesOf(fieldOf(root, 'components'));
  const [adopted, composite, threshold] = valuesOf(fieldOf(component, 'alarms')).anyOf ?? [];
  const strategy = itemsOf(fieldOf(root, 'strategies'));
  const actions = itemsOf(fieldOf(strategy, 'actions')).oneOf ?? [];
  const channels = valuesOf(fieldOf(settings, 'notify', 'channels')).oneOf ?? [];
  return [
    'A duration is a whole number of seconds, or a number with a unit: `30s`, `5m`, `2h`, `1d`, `1h30m`. Unknown keys are refused.',
    '## `settings`',
    fields(settings, ['thresholds', 'notify.channels', 'approvals.people']),
    '## `settings.thresholds.<metric>`',
    'Levels of a metric, and the `threshold` of a series. [Detection](detection.md#thresholds) says how they work.',
    fields(valuesOf(fieldOf(settings, 'thresholds'))),
    '## `settings.notify.channels.<name>`',
    'What a channel needs depends on its type. [Operating](operating.md#channels) says what each one shows.',
    table(
      ['Type', ...FIELDS],
      channels.flatMap((channel) =>
        rowsOf(omit(channel, ['type'])).map((row) => [code(String(fieldOf(channel, 'type').const)), ...row]),
      ),
    ),
    '## `settings.approvals.people.<name>`',
    'Who may approve in Slack or by a link, by the name that is put on record. [Modes and approvals](modes-and-approvals.md#approving-in-slack-or-by-a-link) says how.',
    fields(valuesOf(fieldOf(settings, 'approvals', 'people'))),
    '## `windows.<name>`',
    'The times at which operations may begin. For a component, the windows of the settings, of its group and of its own must all be open. [How it decides](how-it-decides.md#windows) has the details.',
    fields(valuesOf(fieldOf(root, 'windows'))),
    '## `groups.<name>`',
    fields(valuesOf(fieldOf(root, 'groups'))),
    '## `components.<name>`',
    fields(omit(component, ['alarms', 'anomalies', 'monitors', 'profile'])),
    '## `components.<name>.alarms.<name>`',
    'There are three kinds. Selfheal creates an alarm on one metric:',
    fields(threshold),
    'Selfheal creates a composite alarm over other alarms of the component:',
    fields(composite),
    'Selfheal adopts an alarm that already exists:',
    fields(adopted),
    '## `components.<name>.anomalies.<name>`',
    'A series that is watched for unusual values instead of a threshold: a metric, or an expression over several. [Detection](detection.md) says how.',
    fields(valuesOf(fieldOf(component, 'anomalies'))),
    '## `components.<name>.monitors.<name>`',
    'A series whose values come from a source of your own. [Monitors](monitors.md) says how.',
    fields(valuesOf(fieldOf(component, 'monitors'))),
    '## `components.<name>.profile`',
    'A profile of the service on each of its hosts, watched for leaks. [Profiles](profiles.md) says how.',
    fields(fieldOf(component, 'profile')),
    '## `actions.<name>`',
    'Actions of your own, by the name that strategies give as a `type`. Values in a strategy replace those given here; `params`, and the `parameters` in them, are merged. [Your own actions](own-actions.md) says how.',
    actionFields(
      valuesOf(fieldOf(root, 'actions')).oneOf?.at(-1),
      '`invoke_function`, `run_document`, `run_automation`',
      'What runs: your function, your Command document, or an Automation document.',
    ),
    'Parameters go under `params`, as [in a strategy](#strategiesactions-and-strategiesrollbackactions).',
    '## `strategies[]`',
    fields(omit(strategy, ['actions', 'rollback'])),
    '## `strategies[].rollback`',
    fields(omit(fieldOf(strategy, 'rollback'), ['actions'])),
    '## `strategies[].actions[]` and `strategies[].rollback.actions[]`',
    "A strategy has 1 to 20 actions and at most 20 undo steps. [Actions](actions.md) lists each action's default time-out.",
    actionFields(actions[0], 'an [action](actions.md)', 'What to do.'),
    'Parameters go under `params`. Actions that are not listed take none.',
    table(
      ['Action', ...FIELDS],
      actions.flatMap((action) =>
        rowsOf(fieldOf(action, 'params')).map((row) => [code(String(fieldOf(action, 'type').const)), ...row]),
      ),
    ),
    '## `watchdog`',
    fields(fieldOf(root, 'watchdog')),
    '## `peers.<name>`',
    'Every component with a health endpoint is a peer already; list it here only to change a setting. Any other peer needs one of `url`, `tcp` and `agent`.',
    fields(valuesOf(fieldOf(root, 'peers'))),
  ]
    .map((block) => (/^[#|]/.test(block) ? block : wrapped(block)))
    .join('\n\n');
}
