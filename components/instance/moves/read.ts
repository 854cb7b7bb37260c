import { isJsonObject, type Json, type JsonObject } from '#engine/json.ts';

/** What is wrong with a text that a person wrote; a message of `moves` each. */
export type TextFault = 'notJson' | 'notObject' | 'notNumber' | 'missing';

export type Read<Value> = { readonly value: Value } | { readonly fault: TextFault };

/** Nothing at all is null. */
export function readJson(text: string): Read<Json> {
  if (text.trim() === '') return { value: null };

  try {
    return { value: JSON.parse(text) as Json };
  } catch {
    return { fault: 'notJson' };
  }
}

export function readObject(text: string): Read<JsonObject> {
  const read = text.trim() === '' ? { value: {} } : readJson(text);
  if ('fault' in read) return read;

  return isJsonObject(read.value) ? { value: read.value } : { fault: 'notObject' };
}

export function readInteger(text: string): Read<number> {
  const number = Number(text);
  if (text.trim() === '') return { fault: 'missing' };

  return Number.isInteger(number) ? { value: number } : { fault: 'notNumber' };
}
