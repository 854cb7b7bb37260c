/** What Next calls in the browser: https://nextjs.org/docs/app/api-reference/file-conventions/instrumentation-client */
import { countNavigation } from '#components/ui/typed_address.ts';

export function onRouterTransitionStart(): void {
  countNavigation();
}
