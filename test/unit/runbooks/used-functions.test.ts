import { describe, expect, it } from 'vitest';
import { withoutUnusedFunctions } from '../../../infra/constructs/used-functions.ts';

describe('the functions of a runbook', () => {
  it('stay if something that is executed names them, directly or through others', () => {
    const library = 'one() {\n  two || true\n}\ntwo() { three; }\nthree() (\n  cd /\n)\n';
    expect(withoutUnusedFunctions([library, 'one'])).toEqual([library, 'one']);
  });

  it('go if nothing that stays names them, though they name each other', () => {
    const library = 'limit=5\none() {\n  two\n}\ntwo() { one; }\nthree() (\n  cd /\n)\nfour() { :; }\n';
    expect(withoutUnusedFunctions([library, 'four'])).toEqual(['limit=5\nfour() { :; }\n', 'four']);
  });

  it('stay if a string that is executed later has their name', () => {
    const library = 'take_back() {\n  rm -f "$file"\n}\n';
    expect(withoutUnusedFunctions([library, `trap 'take_back $?' EXIT`])[0]).toBe(library);
    expect(withoutUnusedFunctions([library, 'undo=take_back'])[0]).toBe(library);
  });

  it('stay if a name that is composed at run time could be theirs', () => {
    const library =
      'open_redis() { :; }\nredis_copy() { :; }\nredis_read() { :; }\nreopen_redis() { :; }\ncopy() { :; }\n';
    const scripts = [library, `"open_\${parameter[engine]}"\n"\${parameter[engine]}_copy" "$directory"`];
    expect(withoutUnusedFunctions(scripts)[0]).toBe('open_redis() { :; }\nredis_copy() { :; }\n');
  });

  it('do not stay for a longer name that contains theirs', () => {
    expect(withoutUnusedFunctions(['stop() { :; }\n', 'stop_now; graceful-stopped'])[0]).toBe('');
  });

  it('all stay if two parts define the same one', () => {
    const parts = ['doing() { :; }\n', 'doing() {\n  printf "%s" "$1"\n}\n', 'doing well'];
    expect(withoutUnusedFunctions(parts)).toEqual(parts);
  });
});
