/**
 * What runs around a script, inside the sandbox, before any of its code: it keeps what it needs of the language's own functions, so that
 * a script that replaces them harms only itself. Answers one text: its first character says what follows.
 *
 *     =  the output, as JSON
 *     ?  why the returned value is no JSON
 *     !  what was thrown: JSON of [name, message, stack]
 */
export const HARNESS = `(() => {
  'use strict';
  const { parse, stringify } = JSON;
  const tagOf = Function.prototype.call.bind(Object.prototype.toString);
  const { isFinite } = Number;
  const text = String;
  const cut = Function.prototype.call.bind(String.prototype.slice);
  const kept = ['[object Object]', '[object Array]', '[object Number]', '[object String]', '[object Boolean]'];
  const has = Function.prototype.call.bind(Array.prototype.includes);

  return (script, input) => {
    let refused = null;
    const refuse = (key, what) => {
      refused = (key === '' ? 'the script returned ' : 'the script returned a value whose member "' + cut(key, 0, 100) + '" is ') + what;
      throw refused;
    };
    const check = (key, value) => {
      switch (typeof value) {
        case 'function': return refuse(key, 'a function');
        case 'symbol': return refuse(key, 'a symbol');
        case 'bigint': return refuse(key, 'a BigInt');
        case 'number': return isFinite(value) ? value : refuse(key, text(value));
        case 'object': {
          const tag = value === null ? kept[0] : tagOf(value);
          return has(kept, tag) ? value : refuse(key, 'a ' + cut(tag, 8, -1));
        }
        default: return value;
      }
    };

    try {
      const value = script(parse(input));
      const json = value === undefined ? 'null' : stringify(value, check);
      return '=' + (json === undefined ? 'null' : json);
    } catch (thrown) {
      if (refused !== null && thrown === refused) return '?' + refused;
      if (typeof thrown !== 'object' || thrown === null) return '!' + stringify(['', cut(text(thrown), 0, 10000), '']);
      if (thrown instanceof TypeError && thrown.message === 'circular reference') {
        return '?the script returned a value that contains itself';
      }
      const named = thrown.name === undefined ? '' : cut(text(thrown.name), 0, 200);
      const said = thrown.message === undefined ? cut(text(stringify(thrown)), 0, 10000) : cut(text(thrown.message), 0, 10000);
      return '!' + stringify([named, said, cut(text(thrown.stack === undefined ? '' : thrown.stack), 0, 20000)]);
    }
  };
})()`;
