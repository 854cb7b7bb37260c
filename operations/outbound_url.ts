import * as z from 'zod';
import { faultOfHost, faultOfTarget, type TargetFault } from '#engine/outbound/target.ts';
import type { Context } from './context.ts';
import { refuse, type FieldError, type Refusal } from './refusal.ts';

/** Where something is sent. Which hosts may be reached is judged when it is, by the address that the name has then. */
export const webhookUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .max(2_000, 'must be at most 2000 characters long')
  .refine((text) => {
    const url = URL.parse(text);
    return url === null || (url.username === '' && url.password === '');
  }, 'must not hold a user name or password');

/** What keeps everything from being sent to a URL, as the error of the field that gives it. */
export function urlErrors(
  ctx: Context,
  pointer: string,
  url: string | null | undefined,
  whose: 'project' | 'instances' = 'project',
): FieldError[] {
  const guard = ctx.outbound?.[whose];
  return guard && url ? errorsOf(pointer, faultOfTarget(url, guard)) : [];
}

/** The same of a server that is named by its host. */
export function hostErrors(ctx: Context, pointer: string, host: string): FieldError[] {
  const guard = ctx.outbound?.project;
  return guard ? errorsOf(pointer, faultOfHost(host, guard)) : [];
}

/** A refusal if nothing can ever be sent to the URL at `/url`, else null. */
export function refuseUrl(ctx: Context, url: string | null | undefined): Refusal | null {
  const errors = urlErrors(ctx, '/url', url);
  return errors.length === 0
    ? null
    : refuse('invalid_request', `"url" ${errors[0]?.message}.`, { errors });
}

function errorsOf(pointer: string, fault: TargetFault | null): FieldError[] {
  return fault === null ? [] : [{ pointer, code: fault.code, message: fault.reason }];
}
