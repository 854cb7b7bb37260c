/** JavaScript of Conductor, whose last value counts and whose input is `$`, as the body of a function of `input`. */

/** The script of an expression; `guessed`: it is evaluated as Conductor does, by `eval`, and better rewritten by a person. */
export function scriptOf(code: string): { readonly script: string; readonly guessed: boolean } {
  const text = code.trim().replace(/;+$/, '');

  // (function () { … })() and its likes, and what has no statement in it.
  if (/^\((?:async\s+)?(?:function\b|\([^)]*\)\s*=>)[^]*\)$/.test(text) || !STATEMENT.test(text)) {
    return { script: `const $ = input;\nreturn { result: ${text} };`, guessed: false };
  }
  // function scriptFun() { … } scriptFun()
  const [, declared, call] = /^(function\s+\w+[^]*\})\s*(\w+\([^()]*\))$/.exec(text) ?? [];
  if (declared !== undefined && call !== undefined) {
    return { script: `const $ = input;\n${declared}\nreturn { result: ${call} };`, guessed: false };
  }
  return {
    script: `const $ = input;\nreturn { result: eval(${JSON.stringify(code)}) };`,
    guessed: true,
  };
}

/** The script of a LAMBDA, which returns what it has found. */
export function functionOf(code: string): string {
  return `const $ = input;\nconst lambda = () => {\n${code}\n};\nreturn { result: lambda() };`;
}

/** How a statement begins, or where one ends: what has neither is an expression. */
const STATEMENT =
  /;|^\s*(?:\{|(?:function|var|let|const|if|for|while|switch|try|return|throw|class)\b)/;

/** A jq query that only follows a path, `.a.b[0]`; null: it does more. */
export function jqPath(query: string): (string | number)[] | null {
  const text = query.trim();
  if (text === '.') {
    return [];
  }
  if (!/^(?:\.[A-Za-z_]\w*(?:\[\d+\])*)+$/.test(text)) {
    return null;
  }
  return [...text.matchAll(/\.(\w+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index));
}
