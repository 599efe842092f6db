import { describe, expect, it } from 'vitest';
import { effectViolations, importViolations } from './rules.ts';
import { importCircle, sourceModule, sourceModules } from './source-modules.ts';

const modules = sourceModules('cli', 'functions', 'infra', 'local', 'test');

describe('the architecture', () => {
  it('covers the whole code', () => {
    expect(modules.length).toBeGreaterThan(150);
    expect(modules.flatMap(({ imports }) => imports).length).toBeGreaterThan(500);
  });

  it('lets every layer import only what is beneath it', () => {
    expect(modules.flatMap(importViolations)).toEqual([]);
  });

  it('keeps time, randomness, timers, environment and clients out of decisions and use cases', () => {
    expect(modules.flatMap(effectViolations)).toEqual([]);
  });

  it('lets the embedded cloud load at once what functions load later, because virtual time does not wait', () => {
    const later = modules
      .filter(({ path }) => /^functions\/(app|core)\//.test(path))
      .flatMap(({ imports }) => imports.filter(({ isDynamic }) => isDynamic));
    const atOnce = modules.find(({ path }) => path === 'local/embedded/lambda/loaded-at-start.ts');
    const targets = (imports: readonly { readonly target: string }[] = []) =>
      [...new Set(imports.map(({ target }) => target))].sort();
    expect(targets(atOnce?.imports)).toEqual(targets(later));
  });

  it('has no circle of imports', () => {
    expect(importCircle(modules)).toBeUndefined();
  });
});

describe('the rules of the architecture', () => {
  it.each([
    ['functions/core/a.ts', "import { createHash } from 'node:fs';"],
    ['functions/core/a.ts', "import type { Clock } from '../ports/clock.ts';"],
    ['functions/core/a.ts', "export {\n  act,\n} from '../app/act.ts';"],
    ['functions/ports/a.ts', "import { z } from 'zod';"],
    ['functions/app/a.ts', "import { SSMClient } from '@aws-sdk/client-ssm';"],
    ['functions/app/a.ts', "const store = await import('../adapters/memory/operation-store.ts');"],
    ['functions/adapters/ssm/a.ts', "import { act } from '../../app/act.ts';"],
    ['functions/adapters/ssm/a.ts', "import '../../runtime/clients.ts';"],
    ['functions/handlers/a.ts', "import { systemClock } from '../adapters/system/clock.ts';"],
    ['functions/handlers/table/a.ts', "import type { ActDeps } from '../../app/act.ts';"],
    ['infra/a.ts', "import type { ActInput } from '../functions/app/act.ts';"],
    ['infra/a.ts', "import { wired } from '../functions/handlers/wired.ts';"],
    ['cli/a.ts', "import { DynamoDBClient } from '@aws-sdk/client-dynamodb';"],
    ['cli/a.ts', "import { createOperationStore } from '../functions/adapters/dynamodb/operation-store.ts';"],
    ['cli/commands/a.ts', "import { startLocalCloud } from '../../local/cloud/local-cloud.ts';"],
    ['cli/commands/a.ts', "import { whatIf } from '../../local/what-if/what-if.ts';"],
    ['cli/main.ts', "import { startLocalCloud } from '../local/cloud/local-cloud.ts';"],
    ['cli/presenters/a.ts', "import { operatorClients } from '../../functions/runtime/operator.ts';"],
    ['functions/app/queries/a.ts', "import { columns } from '../../../cli/presenters/table.ts';"],
    ['local/a.ts', "import { NOON } from '../test/factories/operations/admissions.ts';"],
  ])('refuse in %s: %s', (path, code) => {
    expect(importViolations(sourceModule(path, code))).toHaveLength(1);
  });

  it.each([
    ['functions/core/a.ts', "import { z } from 'zod';\nimport { createHash } from 'node:crypto';"],
    ['functions/app/a.ts', "import type { Clock } from '../ports/clock.ts';"],
    ['functions/runtime/a.ts', "import { SSMClient } from '@aws-sdk/client-ssm';"],
    ['cli/commands/a.ts', "import { fleetStatus } from '../../functions/app/queries/fleet-status.ts';"],
    ['cli/connection.ts', "import { operatorClients } from '../functions/runtime/operator.ts';"],
    ['cli/main.ts', "const { whatIf } = await import('../local/what-if/what-if.ts');"],
    ['infra/a.ts', "import { HANDLERS } from '../functions/handlers/table/handler-table.ts';"],
    ['infra/a.ts', "import { ACTIONS } from '../functions/core/actions/action-table.ts';"],
    ['test/a.ts', "import { act } from '../functions/app/act.ts';"],
  ])('allow in %s: %s', (path, code) => {
    expect(importViolations(sourceModule(path, code))).toEqual([]);
  });

  it.each([
    ['functions/core/a.ts', 'const now = Date.now();'],
    ['functions/app/a.ts', 'const now = new Date();'],
    ['functions/app/a.ts', 'const id = Math.random();'],
    ['functions/app/a.ts', 'setTimeout(act, 10);'],
    ['functions/core/a.ts', "const table = process.env['TABLE_NAME'];"],
    ['functions/adapters/ssm/a.ts', 'const client = new SSMClient({});'],
    ['cli/connection.ts', 'const client = new DynamoDBClient({});'],
    ['cli/commands/a.ts', "const region = process.env['AWS_REGION'];"],
  ])('refuse in %s the effect of: %s', (path, code) => {
    expect(effectViolations(sourceModule(path, code)).length).toBeGreaterThan(0);
  });

  it('say nothing of comments, and of dates made of what is known', () => {
    const code = '// never Date.now()\n/* nor process.env */\nconst at = new Date(atMs);';
    expect(effectViolations(sourceModule('functions/core/a.ts', code))).toEqual([]);
  });

  it.each(['', 'type '])('find a circle over several modules, closed by: import %s', (kind) => {
    const around = [
      sourceModule('functions/app/a.ts', "import { b } from './b.ts';"),
      sourceModule('functions/app/b.ts', "import { c } from './c.ts';"),
      sourceModule('functions/app/c.ts', `import ${kind}{ A } from './a.ts';`),
    ];
    expect(importCircle(around)).toEqual([
      'functions/app/a.ts',
      'functions/app/b.ts',
      'functions/app/c.ts',
      'functions/app/a.ts',
    ]);
  });
});
