/** What axe finds serious on a page as it is shown now. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';

export type Finding = { readonly id: string; readonly where: readonly string[] };

/** `within`: only of what this selector names. */
export async function seriousFindings(page: Page, within = 'html'): Promise<Finding[]> {
  const { violations } = await new AxeBuilder({ page })
    .include(within)
    // Else it opens a page of its own for what frames say, which takes longer than all the rest; we have no frames.
    .setLegacyMode(true)
    .options({ resultTypes: ['violations'] })
    .analyze();

  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => ({ id, where: nodes.map(({ html }) => html.slice(0, 200)) }));
}
