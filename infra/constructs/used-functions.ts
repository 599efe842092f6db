/** A function of a script, or what stands between functions. */
interface Passage {
  /** Of the function; `undefined` for what is always executed. */
  readonly name: string | undefined;
  readonly text: string;
}

/** A function begins in the first column, and so does the line that ends it unless it has only one. */
const FUNCTION_BEGINS = /^([a-z_][a-z0-9_]*)\(\) [{(]/;
const IS_ONE_LINE = / \}$/;
const FUNCTION_ENDS = /^[})]$/;

const WORD = /[A-Za-z_][A-Za-z0-9_]*/g;
/** A name that is known only at run time, such as `"${parameter[engine]}_copy"`. */
const COMPOSED_NAME = /([a-z0-9_]*_)?(?:\$\{[^}]*\}|\$[0-9])(_[a-z0-9_]*)?/g;

/**
 * The scripts without the functions that none of them can call. A function stays if its name stands as a word in anything
 * that stays, be it in a message, or if a name that is composed at run time could be its name.
 */
export function withoutUnusedFunctions(scripts: readonly string[]): string[] {
  const passages = scripts.map(passagesOf);
  const functions = passages.flat().filter(({ name }) => name !== undefined);
  const used = new Set<Passage>();
  let reached = passages.flat().filter(({ name }) => name === undefined);
  while (reached.length > 0) {
    const text = reached.map((passage) => passage.text).join('\n');
    for (const passage of reached) used.add(passage);
    const isNamed = namesIn(text);
    reached = functions.filter((passage) => !used.has(passage) && isNamed(String(passage.name)));
  }
  return passages.map((parts) =>
    parts
      .filter((passage) => used.has(passage))
      .map(({ text }) => text)
      .join(''),
  );
}

function passagesOf(script: string): readonly Passage[] {
  const passages: Passage[] = [];
  let [name, text]: [string | undefined, string] = [undefined, ''];
  const endPassage = () => {
    if (text !== '') passages.push({ name, text });
    [name, text] = [undefined, ''];
  };
  for (const line of script.split(/(?<=\n)/)) {
    const bare = line.trimEnd();
    const begun: string | undefined = name === undefined ? FUNCTION_BEGINS.exec(bare)?.[1] : undefined;
    if (begun !== undefined) {
      endPassage();
      name = begun;
    }
    text += line;
    if (name !== undefined && (begun === undefined ? FUNCTION_ENDS : IS_ONE_LINE).test(bare)) endPassage();
  }
  endPassage();
  return passages;
}

/** Tells whether a text may call a function. */
function namesIn(text: string): (name: string) => boolean {
  const words = new Set(text.match(WORD));
  const composed = [...text.matchAll(COMPOSED_NAME)]
    .map(([, before = '', after = '']) => [before, after] as const)
    .filter(([before, after]) => before !== '' || after !== '');
  return (name) =>
    words.has(name) || composed.some(([before, after]) => name.startsWith(before) && name.endsWith(after));
}
